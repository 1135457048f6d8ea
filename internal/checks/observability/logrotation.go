package observability

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func logRotation() check.Check {
	return check.Check{
		ID: "observability/log-rotation", Severity: check.Critical, Source: answerLogRotation,
		Doc: check.Doc{
			Title: "Log files cannot fill the disk",
			Why: `A file that only grows ends with a full disk: the database stops writing, uploads fail, and the site is down for a reason that nobody suspects. On a busy site with one error in a loop that takes hours.

RotatingFileHandler rotates only when both maxBytes and backupCount are set; with either at its default 0 it appends for ever. With several worker processes on one file its rotation loses lines: logrotate, or the standard streams, are the sounder ways.`,
			Fix:    "Write to the standard streams; or use WatchedFileHandler with a logrotate rule; or `\"maxBytes\": 10_000_000, \"backupCount\": 5` with RotatingFileHandler in a single process.",
			Verify: "`logrotate --debug /etc/logrotate.d/shop` names the file, or the folder of the log holds no more than backupCount older files.",
			Bad: []check.Example{
				check.Project("A file in a container that only grows.", "settings.py", `LOGGING = {
    "version": 1,
    "handlers": {"file": {"class": "logging.FileHandler", "filename": "/app/shop.log"}},
    "root": {"handlers": ["file"]},
}
`, "Dockerfile", "FROM python:3.13-slim\nCMD [\"gunicorn\", \"shop.wsgi\"]\n"),
				check.SettingsExample("A rotating handler that never rotates.", `LOGGING = {
    "version": 1,
    "handlers": {"file": {"class": "logging.handlers.RotatingFileHandler", "filename": "/var/log/shop.log"}},
    "root": {"handlers": ["file"]},
}
`),
			},
			Good: []check.Example{
				check.SettingsExample("Five files of ten megabytes.", `LOGGING = {
    "version": 1,
    "handlers": {
        "file": {
            "class": "logging.handlers.RotatingFileHandler",
            "filename": "/var/log/shop.log",
            "maxBytes": 10_000_000,
            "backupCount": 5,
        },
    },
    "root": {"handlers": ["file"]},
}
`),
			},
			References: []check.Reference{
				check.See("Python: RotatingFileHandler", check.PythonDocs+"logging.handlers.html#rotatingfilehandler"),
				check.See("Python: WatchedFileHandler", check.PythonDocs+"logging.handlers.html#watchedfilehandler"),
				check.See("logrotate", "https://man7.org/linux/man-pages/man8/logrotate.8.html"),
			},
			Triggers: []string{
				"a plain file handler in a container, and no logrotate rule (critical)",
				"RotatingFileHandler without maxBytes or backupCount, TimedRotatingFileHandler without backupCount",
			},
		},
	}
}

func answerLogRotation(p *check.SourcePass) check.Answer {
	code := configuredInCode(p)
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		l, _ := w.Logging()
		var findings []check.Finding
		var doubts []string
		files := 0
		for _, h := range active(w, l) {
			if !h.WritesFile() || standardStream(h) {
				continue
			}
			files++
			f, why := grows(p, h)
			if f.Message != "" {
				findings = append(findings, f)
			}
			if why != "" {
				doubts = append(doubts, why)
			}
		}
		switch {
		case l.Doubt != "":
			doubts = append(doubts, l.Doubt)
		default:
			if other := elsewhere(w, code); other != "" {
				doubts = append(doubts, other)
			}
		}
		if files == 0 && len(doubts) == 0 {
			return check.Passed("no handler of LOGGING writes a file")
		}
		return check.Gather(findings, doubts, "log files are rotated")
	}, "LOGGING")
}

// grows judges one file handler (logging/handlers.py: rollover needs both numbers).
func grows(p *check.SourcePass, h django.LogHandler) (check.Finding, string) {
	f := check.Finding{Severity: check.Recommended, At: h.At}
	rule := p.Project.RotationFile()
	switch {
	case rule != "":
		return check.Finding{}, ""
	case strings.HasSuffix(h.Class, "TimedRotatingFileHandler"):
		if number(h, "backupCount") != eval.No {
			return check.Finding{}, ""
		}
		f.Fix = `"backupCount": 14`
		f.Message = fmt.Sprintf("The handler %q starts a new file each day and keeps all of them, because backupCount is 0; set how many to keep", h.Name)
		return f, ""
	case strings.HasSuffix(h.Class, "RotatingFileHandler"):
		var missing []string
		for _, key := range []string{"maxBytes", "backupCount"} {
			if number(h, key) == eval.No {
				missing = append(missing, key)
			}
		}
		if len(missing) == 0 {
			return check.Finding{}, ""
		}
		f.Fix = `"maxBytes": 10_000_000, "backupCount": 5`
		f.Message = fmt.Sprintf("The handler %q never rotates: RotatingFileHandler needs both maxBytes and backupCount, and %s at 0; set %s", h.Name, leaves(missing), them(missing))
		return f, ""
	}
	if container := p.Project.ContainerFile(); container != "" && strings.HasSuffix(h.Class, ".FileHandler") {
		f.Severity, f.Fix = check.Critical, `"class": "logging.StreamHandler"`
		f.Message = fmt.Sprintf("The handler %q writes a file in a container that only grows until the disk is full, and no logrotate rule reaches it; write to the standard streams", h.Name)
		f.Related = []check.Related{{Message: "the container", At: fileSpan(p, container)}}
		return f, ""
	}
	return check.Finding{}, fmt.Sprintf("the handler %q writes a file that it does not rotate; whether logrotate does on the host is not in the repository", h.Name)
}

// number reports whether a number of a handler's configuration is above 0; without the key it is 0.
func number(h django.LogHandler, key string) eval.Tri {
	return check.IsOn(h.Config.Get(key))
}

// leaves says which of the numbers the project leaves.
func leaves(missing []string) string {
	if len(missing) == 1 {
		return check.And(missing) + " is left"
	}
	return check.And(missing) + " are left"
}

func them(missing []string) string {
	if len(missing) == 1 {
		return "it"
	}
	return "them"
}
