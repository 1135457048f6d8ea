package oracle

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"gonogo/internal/oracle/readyshop"
)

// everything are all services that run all the time.
func everything() []string { return []string{"db", "redis", "web", "worker", "beat", "nginx"} }

// answered writes a message and waits for the mail that a task sends.
func answered(s *liveShop) (string, bool) {
	text := fmt.Sprintf("message %d", time.Now().UnixNano())
	if r := s.visit().write(text); r.Status != 200 {
		return "POST of the form: " + r.String(), false
	}
	patience := 20 * time.Second
	if s.current != s.forms["good"] {
		patience = 8 * time.Second
	}
	arrived := s.delivered(text, patience)
	return fmt.Sprintf("the form answers 200, mail arrives: %t", arrived), !arrived
}

// blocked writes a message while the mail server is slow.
func blocked(s *liveShop) (string, bool) {
	s.visit().get(site + "/contact/") // the process has imported what it needs
	s.mails.wait(4 * time.Second)
	defer s.mails.wait(0)
	began := time.Now()
	r := s.visit().write("are you there?")
	took := time.Since(began).Round(100 * time.Millisecond)
	return fmt.Sprintf("POST while the mail server takes 4 s to greet: %s after %s", r, took), took >= 4*time.Second
}

// queued counts what is queued in six seconds by a schedule that is due each second.
func queued(s *liveShop) (int, error) {
	if _, err := s.redisCommand("FLUSHALL"); err != nil {
		return 0, err
	}
	time.Sleep(6 * time.Second)
	text, err := s.redisCommand("SELECT 1\r\nLLEN mail")
	if err != nil {
		return 0, err
	}
	numbers := regexp.MustCompile(`:(\d+)`).FindStringSubmatch(text)
	if numbers == nil {
		return 0, fmt.Errorf("Redis says %q", text)
	}
	return strconv.Atoi(numbers[1])
}

// twice sees tasks that are queued more often than their schedule says, never those that are not queued at all.
func twice(s *liveShop) (string, bool) {
	n, err := queued(s)
	return fmt.Sprintf("%d tasks in 6 s of a schedule of one a second (%v)", n, err), n > 8
}

func never(s *liveShop) (string, bool) {
	n, err := queued(s)
	return fmt.Sprintf("%d tasks in 6 s of a schedule of one a second (%v)", n, err), n == 0
}

const (
	workerService = `  worker:
    <<: *app
`
	beatService = `  beat:
    <<: *app
    command: ["celery", "-A", "config", "beat", "--schedule", "/tmp/celerybeat-schedule", "--loglevel", "INFO"]
    depends_on:
      release:
        condition: service_completed_successfully
      redis:
        condition: service_healthy

`
)

// unsigned signs something with the key of the worker, and looks whether the site takes it for its own.
func unsigned(s *liveShop) (string, bool) {
	text, err := s.manage("worker", "shell", "-v", "0", "-c", `from django.core import signing; print("signed", signing.dumps("order 7"))`)
	signed := regexp.MustCompile(`signed (\S+)`).FindStringSubmatch(text)
	if err != nil || signed == nil {
		return fmt.Sprintf("the worker signs nothing: %v %s", err, tailOf(text)), false
	}
	text, err = s.manage("web", "shell", "-v", "0", "-c", `from django.core import signing; print(signing.loads("`+signed[1]+`"))`)
	return "the site reads what the worker signed: " + tailOf(text), err != nil && regexp.MustCompile(`BadSignature`).MatchString(text)
}

// uncached keeps something in the cache of the worker, and looks for it in that of the site.
func uncached(s *liveShop) (string, bool) {
	order := fmt.Sprintf(`"order-%d"`, time.Now().UnixNano())
	if text, err := s.manage("worker", "shell", "-v", "0", "-c", `from django.core.cache import cache; cache.set(`+order+`, "paid", 60)`); err != nil {
		return "the worker keeps nothing: " + tailOf(text), false
	}
	text, err := s.manage("web", "shell", "-v", "0", "-c", `from django.core.cache import cache; print("order", cache.get(`+order+`))`)
	return "the site finds in its cache: " + tailOf(text), err == nil && regexp.MustCompile(`order None`).MatchString(text)
}

// released runs the release step, and looks whether it reaches the database of the site.
func released(s *liveShop) (string, bool) {
	err := s.release(s.current)
	return fmt.Sprintf("the release step ends with %v", err), err != nil
}

// workerWith gives the worker another value of a variable than the other processes have.
func workerWith(variable string) []readyshop.Edit {
	return edit(composeFile, workerService, workerService+"    environment:\n      <<: *environment\n      "+variable+"\n")
}

func taskVariants() []variant {
	eachSecond := edit(baseFile, `crontab(minute="*/10")`, "1.0")
	return []variant{
		{name: "the worker does not take the queue of mail", edits: edit(composeFile, `"-Q", "celery,mail", `, ""),
			see: answered, runs: everything(), named: []string{"tasks/worker-process"}},
		{name: "tasks are sent to a queue that nobody takes", edits: edit(baseFile, `{"queue": "mail"}`, `{"queue": "outbox"}`),
			see: answered, runs: everything(), named: []string{"tasks/worker-process"}},
		{name: "the worker asks another broker", edits: workerWith("CELERY_BROKER_URL: redis://:${REDIS_PASSWORD:?}@redis:6379/2"),
			see: answered, runs: everything(), named: []string{"tasks/worker-process"}},
		{name: "the worker has the settings of development", edits: workerWith("DJANGO_SETTINGS_MODULE: config.settings.development"),
			see: answered, runs: everything(), named: []string{"environments/production-settings"}},
		{name: "the worker lacks a secret", edits: append(edit(composeFile, "    SECRET_KEY: ${SECRET_KEY:?}\n", ""),
			edit(composeFile, "  web:\n    <<: *app\n", "  web:\n    <<: *app\n    environment:\n      <<: *environment\n      SECRET_KEY: ${SECRET_KEY:?}\n")...),
			see: answered, runs: everything(), named: []string{"secrets/variables-present"}},
		{name: "the worker signs with another key", edits: workerWith("SECRET_KEY: ${SECRET_KEY:?}-of-the-worker"),
			see: unsigned, runs: everything(), named: []string{"environments/production-settings"}},
		{name: "the worker has another cache", edits: workerWith("CACHE_URL: redis://:${REDIS_PASSWORD:?}@redis:6379/3"),
			see: uncached, runs: everything(), named: []string{"environments/production-settings"}},
		{name: "the release migrates another database", edits: edit(composeFile, "  release:\n    <<: *app\n", "  release:\n    <<: *app\n    environment:\n      <<: *environment\n      DB_NAME: shop_old\n"),
			see: released, shows: "does not exist", runs: everything(), named: []string{"environments/production-settings"}},
		{name: "the worker looks for its application where there is none", edits: edit(composeFile, `["celery", "-A", "config", "worker"`, `["celery", "-A", "contact", "worker"`),
			see: answered, runs: everything(), named: []string{"server/commands-resolve"}},
		{name: "the release runs a command that does not exist", edits: edit(composeFile, `"manage.py", "migrate", "--noinput"`, `"manage.py", "migrate_all", "--noinput"`),
			see: released, shows: "Unknown command", runs: everything(), named: []string{"server/commands-resolve"}},
		{name: "gunicorn looks for another name than the application has", edits: edit("Dockerfile", `"config.wsgi"`, `"config.wsgi:app"`),
			see: home, shows: "502", named: []string{"server/commands-resolve"}},
		{name: "mail is sent while the visitor waits", edits: edit(baseFile, "CELERY_TASK_IGNORE_RESULT = True\n", "CELERY_TASK_IGNORE_RESULT = True\nCELERY_TASK_ALWAYS_EAGER = True\n"),
			see: blocked, runs: everything(), named: []string{"tasks/not-eager"}},
		{name: "a view sends mail itself", edits: edit("contact/views.py", "deliver.delay(message.pk)", "deliver(message.pk)"),
			see: blocked, runs: everything(), named: []string{"tasks/slow-work-in-background"}},
		{name: "beat runs twice", edits: edit(composeFile, "  beat:\n    <<: *app\n", "  beat:\n    <<: *app\n    deploy:\n      replicas: 2\n"), both: eachSecond,
			see: twice, runs: []string{"db", "redis", "beat"}, named: []string{"tasks/beat-once"}},
		{name: "nothing runs beat", edits: edit(composeFile, beatService, ""), both: eachSecond,
			see: never, runs: []string{"db", "redis", "beat"}, named: []string{"runbooks/current", "runbooks/setup", "tasks/beat-once"}},
	}
}
