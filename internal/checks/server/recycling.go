package server

import (
	"fmt"
	"slices"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
)

func recycling() check.Check {
	return check.Check{
		ID: "server/recycling", Severity: check.Optional, Source: answerRecycling, WithoutSettings: true,
		Doc: check.Doc{
			Title: "Workers are replaced after a number of requests, not all at once",
			Why: `Memory that a worker once took for a large export or a leaking library stays taken: the process grows for weeks, and the machine runs out on the day when nobody deployed for long. A worker that ends after some thousands of requests and is started anew bounds that, for the price of one start.

Workers that start together also reach their number together, and the site stands still while all of them start. Jitter spreads it. This hides a leak and does not mend it; a site that is deployed daily hardly needs it.`,
			Fix:    "gunicorn: `--max-requests 2000 --max-requests-jitter 200`; uWSGI: `max-requests = 2000` with `max-requests-delta = 200`; uvicorn: `--limit-max-requests 2000` with `--workers`; granian: `--workers-lifetime 6h`.",
			Verify: "`gunicorn --print-config shop.wsgi | grep max_requests` prints both numbers; after some thousands of requests the log says `Autorestarting worker after current request.`",
			Bad:    []check.Example{check.Project("All three workers end at their 1,000th request, at about the same time.", "compose.yml", "services:\n  web:\n    image: registry.example.com/shop:1.4\n    command: gunicorn shop.wsgi --workers 3 --max-requests 1000\n", "settings.py", "DEBUG = False\n")},
			Good:   []check.Example{check.Project("Each worker ends at another number.", "compose.yml", "services:\n  web:\n    image: registry.example.com/shop:1.4\n    command: gunicorn shop.wsgi --workers 3 --max-requests 1000 --max-requests-jitter 100\n", "settings.py", "DEBUG = False\n")},
			References: []check.Reference{
				check.See("gunicorn: max_requests", "https://docs.gunicorn.org/en/stable/settings.html#max-requests"),
				check.See("uWSGI: things to know", "https://uwsgi-docs.readthedocs.io/en/latest/ThingsToKnow.html"),
			},
			Triggers: []string{"workers are never replaced", "several workers are replaced after the same number of requests"},
		},
	}
}

func answerRecycling(p *check.SourcePass) check.Answer {
	var findings []check.Finding
	var doubts []string
	asked, told := 0, ""
	for _, process := range check.Running(p, deploy.Web) {
		s, ok := process.Server()
		if !ok || s.Program == "daphne" || s.Program == "waitress" || deploy.DevelopmentServer(s.Command.Argv) != "" {
			continue // they have no such option
		}
		asked++
		f, doubt := judgeRecycling(process, s)
		switch {
		case f != nil && slices.ContainsFunc(findings, func(other check.Finding) bool { return other.At == f.At }): // one script, several artefacts
		case f != nil:
			findings = append(findings, *f)
		case doubt != "":
			doubts = append(doubts, doubt)
		case told == "":
			told = fmt.Sprintf("%s replaces its workers (%s)", s.Program, process.Artefact)
		}
	}
	if asked == 0 {
		return check.Unclear("no server that can replace its workers was found among the processes of production")
	}
	return check.Gather(findings, doubts, told)
}

// judgeRecycling is the finding about a server that never replaces its workers, or all of them together; or why that is not known.
func judgeRecycling(p *deploy.Process, s *deploy.Server) (*check.Finding, string) {
	if s.MaxLifetime.Said() && (!s.MaxLifetime.Known || s.MaxLifetime.Value > 0) {
		return nil, ""
	}
	f := &check.Finding{Severity: check.Optional, At: s.Command.At, Fix: recyclingOptions(s.Program)}
	requests, jitter := s.MaxRequests, s.MaxRequestsJitter
	switch {
	case s.Program == "granian":
		f.Message = fmt.Sprintf("granian never replaces its workers (%s), so what they once took of memory stays taken; add %s", p.Artefact, f.Fix)
		return f, ""
	case !requests.Known && s.Unread != "" && !requests.Said():
		return nil, "whether " + s.Program + " replaces its workers is not known: " + s.Unread
	case !requests.Known:
		return nil, fmt.Sprintf("after how many requests %s replaces its workers is not known: it is %s (%s)", s.Program, requests.Written, p.Artefact)
	case requests.Value == 0:
		if requests.Said() {
			f.At = requests.At
		}
		f.Message = fmt.Sprintf("%s never replaces its workers (%s), so what they once took of memory stays taken; add %s", s.Program, p.Artefact, f.Fix)
		return f, ""
	case s.Program != "gunicorn" && s.Program != "hypercorn" && s.Program != "uwsgi":
		return nil, "" // uvicorn has jitter since one of its last versions only
	case s.Workers.Known && s.Workers.Value == 1 || !jitter.Known || jitter.Value > 0:
		return nil, ""
	}
	f.At = requests.At
	f.Message = fmt.Sprintf("All workers of %s are replaced after the same %d requests (%s), so at about the same time, and nobody answers meanwhile; add %s", s.Program, requests.Value, p.Artefact, jitterOption(s.Program))
	f.Fix = jitterOption(s.Program)
	return f, ""
}

func recyclingOptions(program string) string {
	switch program {
	case "uwsgi":
		return "max-requests and max-requests-delta"
	case "uvicorn":
		return "--limit-max-requests 2000"
	case "granian":
		return "--workers-lifetime 6h"
	}
	return "--max-requests 2000 --max-requests-jitter 200"
}

func jitterOption(program string) string {
	if program == "uwsgi" {
		return "max-requests-delta"
	}
	return "--max-requests-jitter 100"
}
