package oracle

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gonogo/internal/cli"
)

// run runs the command line as a user would, without a terminal.
func run(t *testing.T, args ...string) (stdout string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	code = cli.Run(args, &cli.Context{
		Stdout: &out, Stderr: &errs, Stdin: strings.NewReader(""), Getenv: func(string) string { return "" },
		Dir: t.TempDir(), Today: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC),
	})
	if code == cli.ExitUsage || errs.Len() > 0 && code == cli.ExitUnchecked && !strings.Contains(errs.String(), "cannot be imported") {
		t.Fatalf("gonogo %s: exit code %d: %s", strings.Join(args, " "), code, errs.String())
	}
	return out.String(), code
}

// setting is one setting as gonogo prints it.
type setting struct {
	State  string          `json:"state"`
	Value  json.RawMessage `json:"value"`
	Values []struct {
		Value json.RawMessage `json:"value"`
	} `json:"values"`
	Default bool `json:"default"`
}

// evaluated asks gonogo for all settings under a complete environment.
func evaluated(t *testing.T, folder, module string, env map[string]string) (settings map[string]setting, imported bool) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "environment")
	var lines strings.Builder
	for _, name := range sortedKeys(env) {
		fmt.Fprintf(&lines, "%s='%s'\n", name, env[name])
	}
	if err := os.WriteFile(file, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	out, code := run(t, "settings", folder, "--settings", module, "--env-file", file, "--show-secrets", "--format", "json")
	if code != cli.ExitGo {
		return nil, false
	}
	var answer struct{ Settings map[string]setting }
	if err := json.Unmarshal([]byte(out), &answer); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	return answer.Settings, true
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// environments are the ones that a project is compared under: nothing set, everything set to something plausible,
// and each variable in turn missing, empty, "False" and "0".
func environments(t *testing.T, folder, module string) []map[string]string {
	t.Helper()
	out, _ := run(t, "env", folder, "--settings", module, "--format", "json")
	var answer struct {
		Variables []struct{ Name, Cast string }
	}
	if err := json.Unmarshal([]byte(out), &answer); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	full := make(map[string]string)
	for _, v := range answer.Variables {
		full[v.Name] = plausible(v.Name, v.Cast)
	}
	all := []map[string]string{{}, full}
	for _, v := range answer.Variables {
		for _, value := range []string{"\x00", "", "False", "0"} {
			env := make(map[string]string)
			for name, other := range full {
				env[name] = other
			}
			env[v.Name] = value
			if value == "\x00" {
				delete(env, v.Name)
			}
			all = append(all, env)
		}
	}
	return all
}

// plausible is a value that a variable of this name and cast could have in production.
func plausible(name, cast string) string {
	has := func(parts ...string) bool {
		return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(name, p) })
	}
	switch {
	case strings.Contains(cast, "bool"):
		return "True"
	case strings.Contains(cast, "int"), strings.Contains(cast, "float"):
		return "7"
	case has("DATABASE_URL"):
		return "postgres://user:pa%20ss@db.internal:5433/shop?sslmode=require"
	case has("REDIS", "CACHE_URL", "BROKER", "CELERY"):
		return "redis://:pass@redis.internal:6380/1"
	case has("EMAIL_URL"):
		return "smtp+tls://mail:pass@smtp.internal:587"
	case has("DSN"):
		return "https://abc@sentry.internal/1"
	case has("HOSTS", "ORIGINS"):
		return "shop.example.com,www.example.com"
	case has("PORT", "TIMEOUT", "AGE", "SECONDS", "COUNT", "SIZE", "RATE"):
		return "25"
	case has("DEBUG", "USE_", "ENABLE"):
		return "1"
	}
	return "some-" + strings.ToLower(name)
}

// tally counts how settings fared.
type tally struct{ known, oneOf, unknown, wrong, imports int }

// compareProject compares every setting under every environment.
func compareProject(t *testing.T, django *djangoServer, folder, module string) tally {
	t.Helper()
	var n tally
	for _, env := range environments(t, folder, module) {
		theirs := django.ask(request{Folder: folder, Module: module, Env: env})
		ours, imported := evaluated(t, folder, module, env)
		if theirs.Error != "" {
			if imported && !fails(ours) {
				n.imports++
			}
			continue
		}
		if !imported {
			t.Errorf("env %v: gonogo says that %s cannot be imported, Django imports it", env, module)
			continue
		}
		n.add(t, env, ours, theirs.Settings)
	}
	return n
}

// fails is whether gonogo left everything open, which it may when Django cannot import the module.
func fails(settings map[string]setting) bool { return len(settings) == 0 }

func (n *tally) add(t *testing.T, env map[string]string, ours map[string]setting, theirs map[string]json.RawMessage) {
	t.Helper()
	for _, name := range sortedKeys(theirs) {
		s, there := ours[name]
		if !there {
			t.Errorf("%s: not seen by gonogo, Django has %s (env %v)", name, theirs[name], env)
			n.wrong++
			continue
		}
		value := decode(t, theirs[name])
		switch s.State {
		case "known":
			n.known++
			if problem := agrees(decode(t, s.Value), value); problem != "" {
				n.wrong++
				t.Errorf("%s: %s (env %v)", name, problem, env)
			}
		case "one-of":
			n.oneOf++
			if !slices.ContainsFunc(s.Values, func(v struct {
				Value json.RawMessage `json:"value"`
			}) bool {
				return agrees(decode(t, v.Value), value) == ""
			}) {
				n.wrong++
				t.Errorf("%s: none of %d alternatives is Django's %s (env %v)", name, len(s.Values), theirs[name], env)
			}
		default:
			n.unknown++
			t.Logf("%s is %s; Django has %s", name, s.State, theirs[name])
		}
	}
	for _, name := range sortedKeys(ours) {
		if _, there := theirs[name]; !there && ours[name].State == "known" && !ours[name].Default {
			n.wrong++
			t.Errorf("%s: gonogo has %s, Django has no such setting (env %v)", name, ours[name].Value, env)
		}
	}
}

// knownShare is the least part of settings that must be known or one of several.
const knownShare = 0.97

func (n tally) judge(t *testing.T) {
	t.Helper()
	all := n.known + n.oneOf + n.unknown
	t.Logf("%d settings compared: %d known, %d one-of, %d unknown, %d wrong; %d failed imports not seen", all, n.known, n.oneOf, n.unknown, n.wrong, n.imports)
	if all == 0 || float64(n.known+n.oneOf) < knownShare*float64(all) {
		t.Errorf("only %d of %d settings are known", n.known+n.oneOf, all)
	}
}

func TestShopSettings(t *testing.T) {
	for _, venv := range []string{"venv-django42", "venv-django52"} {
		t.Run(venv, func(t *testing.T) {
			django := startDjango(t, venv)
			folder := filepath.Join(repository(t), "examples", "shop")
			for _, module := range []string{"config.settings.production", "config.settings.development"} {
				t.Run(module, func(t *testing.T) { compareProject(t, django, folder, module).judge(t) })
			}
		})
	}
}
