package deploy

import (
	"slices"
	"strconv"
	"strings"
)

// CeleryCommand is a command line of Celery's worker or beat. Source: celery/bin/worker.py, celery/bin/beat.py.
type CeleryCommand struct {
	Sub string // "worker", "beat"
	App string // the value of -A, "" without one
	// Queues are those of -Q, nil when the command names none and takes what the application declares; Excluded those of -X.
	Queues, Excluded []string
	// Beat says that the worker runs a scheduler itself (-B).
	Beat bool
	// Concurrency is the number of processes or threads (-c), Autoscale the larger number of --autoscale; 0 where the command does not say.
	Concurrency, Autoscale int
	Pool                   string // "prefork", "threads", "gevent", "eventlet", "solo"; "" where the command does not say
	Scheduler              string // of beat, or of a worker with -B; "" where the command does not say
	// Unread is an option whose value the files don't tell ("-Q $QUEUES"), "" for none.
	Unread string
}

// ReadCelery reads a command line of Celery; ok is false for any other, and for the subcommands that neither work nor schedule.
func ReadCelery(argv []string) (c CeleryCommand, ok bool) {
	name, args := program(argv)
	if management, rest, isManagement := ManagementCommand(argv); isManagement && management == "celery" {
		name, args = "celery", rest
	}
	switch name {
	case "celery":
	case "celeryd":
		args = append([]string{"worker"}, args...)
	case "celerybeat":
		args = append([]string{"beat"}, args...)
	default:
		return c, false
	}
	for i := 0; i < len(args); i++ {
		i += c.argument(args, i)
	}
	if c.Sub == "multi" {
		c.Sub, c.Unread = "worker", "celery multi"
	}
	return c, c.Sub == "worker" || c.Sub == "beat"
}

// argument reads one argument, and tells how many behind it are its value.
func (c *CeleryCommand) argument(args []string, i int) int {
	arg := args[i]
	switch {
	case arg == "worker" || arg == "beat" || arg == "multi":
		if c.Sub == "" {
			c.Sub = arg
		}
		return 0
	case !strings.HasPrefix(arg, "-"):
		if strings.Contains(arg, "$") {
			c.Unread = arg
		}
		return 0
	case strings.HasPrefix(arg, "--"):
		name, value, joined := strings.Cut(arg, "=")
		if name == "--beat" {
			c.Beat = true
			return 0
		}
		if !slices.Contains(celeryValued, name) {
			return 0
		}
		return c.valued(name, value, joined, args, i)
	}
	return c.short(arg, args, i)
}

// short reads an option of one letter, or several flags of one letter each (-EB).
func (c *CeleryCommand) short(arg string, args []string, i int) int {
	letter := arg[:min(2, len(arg))]
	if slices.Contains(celeryValued, letter) {
		return c.valued(letter, arg[2:], len(arg) > 2, args, i)
	}
	if strings.Trim(arg[1:], "BED") == "" && strings.Contains(arg, "B") {
		c.Beat = true
	}
	return 0
}

// celeryValued are the options that take a value.
var celeryValued = []string{"-A", "--app", "-Q", "--queues", "-X", "--exclude-queues", "-c", "--concurrency", "-P", "--pool", "--autoscale", "-S", "--scheduler", "-n", "--hostname",
	"-l", "--loglevel", "-b", "--broker", "-f", "--logfile", "--pidfile", "-s", "--schedule", "--schedule-filename", "-O", "--uid", "--gid", "--workdir", "--config", "--loader",
	"--result-backend", "--max-tasks-per-child", "--max-memory-per-child", "--time-limit", "--soft-time-limit", "--prefetch-multiplier", "-I", "--include", "--statedb", "--max-interval", "--umask"}

func (c *CeleryCommand) valued(name, value string, joined bool, args []string, i int) (skip int) {
	if !joined {
		if i+1 >= len(args) {
			return 0
		}
		value, skip = args[i+1], 1
	}
	unread := strings.ContainsAny(value, "$%{")
	switch name {
	case "-A", "--app":
		c.App = value
	case "-Q", "--queues":
		c.Queues = splitList(value)
	case "-X", "--exclude-queues":
		c.Excluded = splitList(value)
	case "-c", "--concurrency":
		c.Concurrency, _ = strconv.Atoi(value)
	case "--autoscale":
		most, _, _ := strings.Cut(value, ",")
		c.Autoscale, _ = strconv.Atoi(most)
	case "-P", "--pool":
		c.Pool = value
	case "-S", "--scheduler":
		c.Scheduler = value
	default:
		return skip
	}
	if unread {
		c.Unread = strings.TrimSuffix(name+" "+value, " ")
	}
	return skip
}

func splitList(text string) []string {
	var list []string
	for _, part := range strings.Split(strings.Trim(text, `"'`), ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}
