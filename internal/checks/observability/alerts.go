package observability

import (
	"bytes"
	"path"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy/document"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

func alerts() check.Check {
	return check.Check{
		ID: "observability/alerts", Severity: check.Recommended, Source: answerAlerts, WithoutSettings: true,
		Doc: check.Doc{
			Title: "Somebody is called when errors rise, answers get slow, workers stop or the database is gone",
			Why: `A graph that nobody looks at finds nothing. The four that matter for nearly every site are the rate of 5xx answers, latency, workers that no longer take tasks, and a database that can't be reached.

An alert that goes off every week without a reason is soon muted, with the next real one. Begin with the four, and with thresholds that mean it.`,
			Fix:    "Prometheus rules beside the deployment, alarms in Terraform, or the alerts of the provider; keep them as code where the provider lets you.",
			Verify: "Stop the worker on staging, and wait for the message.",
			Bad: []check.Example{check.Project("Only errors are watched.", "settings.py", "DEBUG = False\n",
				"deploy/alerts.yml", "groups:\n  - name: shop\n    rules:\n      - alert: Errors\n        expr: sum(rate(http_responses_total{status=~\"5..\"}[5m])) > 1\n")},
			Good: []check.Example{check.Project("All three of a site without workers are watched.", "settings.py", "DEBUG = False\n",
				"deploy/alerts.yml", "groups:\n  - name: shop\n    rules:\n      - alert: Errors\n        expr: sum(rate(http_responses_total{status=~\"5..\"}[5m])) > 1\n      - alert: Slow\n        expr: histogram_quantile(0.95, rate(http_request_duration_seconds_bucket[5m])) > 1\n      - alert: DatabaseDown\n        expr: pg_up == 0\n")},
			References: []check.Reference{
				check.See("Prometheus: alerting rules", "https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/"),
				check.See("Google SRE book: the four golden signals", "https://sre.google/sre-book/monitoring-distributed-systems/"),
			},
			Triggers: []string{"the repository has alerting rules, and none for errors, latency, the database, or the workers that the project has"},
		},
	}
}

func answerAlerts(p *check.SourcePass) check.Answer {
	rules, at := alertRules(p.Project.Tree)
	if at.IsZero() {
		return check.Unclear("no alerting rule is in the repository; attest who is called when errors rise, answers get slow, workers stop or the database is gone")
	}
	text := strings.ToLower(rules)
	var gaps []string
	for _, need := range []struct {
		name  string
		words []string
		asked bool
	}{
		{"errors of the server (5xx)", []string{"5xx", "5..", "status=~\"5", "error_rate", "errors", "http_5", "5\\d"}, true},
		{"latency", []string{"latency", "duration", "response_time", "responsetime", "p95", "p99", "slow"}, true},
		{"workers", []string{"celery", "worker", "queue", "task"}, hasWorkers(p)},
		{"the database", []string{"pg_up", "postgres", "mysql", "database", "rds", "db_"}, true},
	} {
		found := !need.asked
		for _, w := range need.words {
			found = found || strings.Contains(text, w)
		}
		if !found {
			gaps = append(gaps, need.name)
		}
	}
	if len(gaps) == 0 {
		return check.Passed("alerting rules stand in " + at.Path())
	}
	return check.Failed(check.Finding{Severity: check.Recommended, At: at, Message: "The alerting rules of the repository watch nothing of " + check.And(gaps) + "; add a rule for each"})
}

func hasWorkers(p *check.SourcePass) bool {
	for _, f := range []project.Feature{project.Celery, project.RQ, project.Dramatiq, project.Huey, project.DjangoQ} {
		if has, _ := p.Project.Has(f); has == eval.Yes {
			return true
		}
	}
	return false
}

// alertRules are the texts of all alerting rules of the tree, and where the first stands: rules of Prometheus and Loki, its operator's
// objects, rules that Grafana is provided with, alarms in Terraform.
func alertRules(tree *source.Tree) (text string, at source.Span) {
	var all strings.Builder
	for _, name := range tree.WithExt(".yml", ".yaml", ".tf", ".rules") {
		if inTests(name) {
			continue
		}
		f, ok := tree.Read(name)
		if !ok || !speaksOfAlerts(f.Data) {
			continue
		}
		found := ""
		if path.Ext(name) == ".tf" {
			found = string(f.Data)
		} else {
			found = rulesOf(f)
		}
		if found == "" {
			continue
		}
		all.WriteString(found)
		if at.IsZero() {
			at = f.Whole()
		}
	}
	return all.String(), at
}

func inTests(name string) bool {
	for _, part := range strings.Split(name, "/") {
		switch part {
		case "tests", "test", "docs", "doc", "examples", "node_modules", ".github", "vendor", "fixtures":
			return true
		}
	}
	return false
}

func speaksOfAlerts(data []byte) bool {
	for _, word := range []string{"alert:", "aws_cloudwatch_metric_alarm", "google_monitoring_alert_policy", "azurerm_monitor_metric_alert", "\"datadog_monitor\"", "\"sentry_issue_alert\"", "\"sentry_metric_alert\"", "grafana_rule_group", "\"newrelic_nrql_alert_condition\"", "orgId:"} {
		if bytes.Contains(data, []byte(word)) {
			return true
		}
	}
	return false
}

// rulesOf is what a file's alerting rules are called and ask, "" for none. Annotations and labels are for people.
func rulesOf(f *source.File) string {
	docs, _ := document.YAML(f)
	var all strings.Builder
	for _, doc := range docs {
		groups := doc.Get("groups")
		if kind := doc.Get("kind").Scalar(); kind == "PrometheusRule" {
			groups = doc.Get("spec", "groups")
		}
		for _, g := range groups.List() {
			for _, rule := range g.Get("rules").List() {
				if rule.Get("alert").Scalar() != "" || rule.Get("title").Scalar() != "" {
					addTexts(&all, rule, 0)
				}
			}
		}
	}
	return all.String()
}

// maxRuleDepth bounds the nesting of one rule.
const maxRuleDepth = 12

func addTexts(all *strings.Builder, n *document.Node, depth int) {
	if n == nil || depth > maxRuleDepth {
		return
	}
	all.WriteString(n.Scalar() + "\n")
	for _, e := range n.Map() {
		if e.Key != "annotations" && e.Key != "labels" {
			addTexts(all, e.Value, depth+1)
		}
	}
	for _, e := range n.List() {
		addTexts(all, e, depth+1)
	}
}
