package deploy

import (
	"slices"
	"strings"
)

// QueueCommand is a command line of a worker of RQ, Huey, Dramatiq, Django's tasks or Django Q. Sources: the commands rqworker,
// rqworker-pool, run_huey, djangohuey, rundramatiq, db_worker and qcluster of their packages, rq/cli and dramatiq/cli.py.
type QueueCommand struct {
	Program string // "rqworker", "rqworker-pool", "rq", "run_huey", "djangohuey", "rundramatiq", "dramatiq", "db_worker", "qcluster"
	// Queues are those that the command names, nil when it names none; All says that it names all of them.
	Queues, Excluded []string
	All              bool
	Backend          string // --backend of db_worker, "" without one
	// Scheduler says what the command tells of periodic and delayed work: --with-scheduler of RQ. NoPeriodic that it is left out (--no-periodic
	// of Huey).
	Scheduler, NoPeriodic bool
	// Processes is set where the command says how many it starts (-p of Dramatiq, -w of Huey, --num-workers of RQ's pool).
	Processes bool
	// Unread is a word whose value the files don't tell ("$QUEUES"), "" for none.
	Unread string
}

// queueOptions are the options of a worker: those that stand alone, those that name queues, and those of which several values may follow. All
// others take one value.
type queueOptions struct {
	alone, queues, many []string
	positional          bool // other words are queues
}

func queueOptionsOf(program string) (o queueOptions, ok bool) {
	django := []string{"--no-color", "--force-color", "--traceback", "--skip-checks"}
	switch program {
	case "rqworker", "rqworker-pool":
		return queueOptions{alone: append(django, "--burst", "--with-scheduler"), positional: true}, true
	case "rq":
		return queueOptions{alone: []string{"--burst", "-b", "--with-scheduler", "-s", "--verbose", "-v", "--quiet", "-q", "--disable-job-desc-logging"}, positional: true}, true
	case "run_huey", "djangohuey":
		return queueOptions{alone: append(django, "-n", "--no-periodic", "-f", "--flush-locks", "-C", "--disable-health-check", "-V", "--huey-verbose", "-q", "--quiet", "-S", "--simple", "-A",
			"--disable-autoload"), queues: []string{"--queue"}}, true
	case "rundramatiq", "dramatiq", "dramatiq-gevent":
		return queueOptions{alone: append(django, "--reload", "--reload-use-polling", "--use-spawn", "--use-gevent", "--skip-logging", "--watch-use-polling", "--verbose", "-v"),
			queues: []string{"--queues", "-Q"}, many: []string{"--queues", "-Q", "--path", "-P"}}, true
	case "db_worker":
		return queueOptions{alone: append(django, "--batch", "--reload", "--no-reload", "--no-startup-delay"), queues: []string{"--queue-name"}}, true
	case "qcluster":
		return queueOptions{alone: append(django, "--run-once"), queues: []string{"-n", "--name"}}, true
	}
	return queueOptions{}, false
}

// ReadQueue reads a command line of a worker; ok is false for any other.
func ReadQueue(argv []string) (c QueueCommand, ok bool) {
	name, args := program(argv)
	if management, rest, isManagement := ManagementCommand(argv); isManagement {
		name, args = management, rest
	}
	if name == "rq" {
		if len(args) == 0 || !strings.HasPrefix(args[0], "worker") {
			return c, false
		}
		args = args[1:]
	}
	options, ok := queueOptionsOf(name)
	if !ok {
		return c, false
	}
	c.Program = name
	for i := 0; i < len(args); {
		i += c.word(options, args[i:])
	}
	return c, true
}

// word reads the word at the front, with its values, and tells how many words these are.
func (c *QueueCommand) word(o queueOptions, args []string) int {
	word := args[0]
	if !strings.HasPrefix(word, "-") {
		if o.positional {
			c.take(word)
		} else if strings.HasPrefix(word, "$") {
			c.Unread = word
		}
		return 1
	}
	name, value, joined := strings.Cut(word, "=")
	switch {
	case slices.Contains([]string{"--with-scheduler"}, name), name == "-s" && c.Program == "rq":
		c.Scheduler = true
	case (name == "-n" || name == "--no-periodic") && (c.Program == "run_huey" || c.Program == "djangohuey"):
		c.NoPeriodic = true
	case slices.Contains([]string{"-p", "--processes", "-w", "--workers", "--num-workers"}, name):
		c.Processes = true
	}
	if slices.Contains(o.alone, name) {
		return 1
	}
	values := []string{value}
	if !joined {
		values = following(args[1:], slices.Contains(o.many, name))
	}
	for _, v := range values {
		switch {
		case slices.Contains(o.queues, name):
			for _, q := range strings.Split(v, ",") {
				c.take(q)
			}
		case name == "--exclude-queues":
			c.Excluded = append(c.Excluded, splitList(v)...)
		case name == "--backend":
			c.Backend = v
		}
	}
	if joined {
		return 1
	}
	return 1 + len(values)
}

// following are the values behind an option: one, or all up to the next option.
func following(args []string, many bool) (values []string) {
	for _, a := range args {
		if strings.HasPrefix(a, "-") || !many && len(values) == 1 {
			break
		}
		values = append(values, a)
	}
	return values
}

// take notes a queue that the command names.
func (c *QueueCommand) take(name string) {
	switch name = strings.Trim(strings.TrimSpace(name), `"'`); {
	case name == "*" && c.Program == "db_worker":
		c.All = true
	case strings.ContainsAny(name, "$%{*"):
		c.Unread = name
	case name != "":
		c.Queues = append(c.Queues, name)
	}
}
