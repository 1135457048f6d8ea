package oracle

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
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
	Default bool   `json:"default"`
	Reason  string `json:"reason"`
}

// evaluated asks gonogo for all settings under a complete environment.
func evaluated(t *testing.T, folder, module string, env map[string]string, names ...string) (settings map[string]setting, imported bool) {
	t.Helper()
	file := environmentFile(t, env)
	args := append([]string{"settings", folder}, names...)
	out, code := run(t, append(args, "--settings", module, "--env-file", file, "--show-secrets", "--format", "json")...)
	if code != cli.ExitGo {
		return nil, false
	}
	var answer struct{ Settings map[string]setting }
	if err := json.Unmarshal([]byte(out), &answer); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	return answer.Settings, true
}

// environmentFile writes a complete environment for --env-file.
func environmentFile(t *testing.T, env map[string]string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "environment")
	var lines strings.Builder
	for _, name := range sortedKeys(env) {
		fmt.Fprintf(&lines, "%s='%s'\n", name, env[name])
	}
	if err := os.WriteFile(file, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// project is a folder with settings that are compared.
type project struct {
	folder, module string
	always         map[string]string // variables that every environment has, as they are
	plausible      map[string]string // what a variable could have in production, where its name does not tell
	unknown        map[string]string // settings that cannot be known, with words of the reason
}

// environments are the ones that a project is compared under: nothing set, everything set to something plausible,
// and each variable in turn missing, empty, "False" and "0".
func (p project) environments(t *testing.T) []map[string]string {
	t.Helper()
	out, _ := run(t, "env", p.folder, "--settings", p.module, "--format", "json")
	var answer struct {
		Variables []struct{ Name, Cast string }
	}
	if err := json.Unmarshal([]byte(out), &answer); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	full, names := maps.Clone(p.plausible), []string(nil)
	if full == nil {
		full = make(map[string]string)
	}
	for _, v := range answer.Variables {
		if _, fixed := p.always[v.Name]; fixed {
			continue
		}
		names = append(names, v.Name)
		if _, given := full[v.Name]; !given {
			full[v.Name] = plausible(v.Name, v.Cast)
		}
	}
	for _, name := range sortedKeys(p.plausible) { // one that gonogo does not see is tried too
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	all := []map[string]string{{}, full}
	for _, name := range names {
		missing := maps.Clone(full)
		delete(missing, name)
		all = append(all, missing)
		for _, value := range []string{"", "False", "0"} {
			env := maps.Clone(full)
			env[name] = value
			all = append(all, env)
		}
	}
	for _, env := range all {
		maps.Copy(env, p.always)
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

// tally counts how settings fared, and the imports that failed.
type tally struct {
	known, oneOf, unknown, wrong int // settings
	refused                      int // environments under which Django cannot import the module
	imports                      int // those of them that gonogo takes for importable
}

// compareProject compares every setting under each of the environments.
func compareProject(t *testing.T, django *djangoServer, p project, environments []map[string]string) tally {
	t.Helper()
	var n tally
	for _, env := range environments {
		theirs := django.ask(t, request{Folder: p.folder, Module: p.module, Env: env})
		ours, imported := evaluated(t, p.folder, p.module, env)
		if theirs.Error != "" {
			n.refused++
			if imported && !fails(ours) {
				n.imports++
				t.Logf("Django says %s (env %v)", theirs.Error, env)
			}
			continue
		}
		if !imported {
			t.Errorf("env %v: gonogo says that %s cannot be imported, Django imports it", env, p.module)
			continue
		}
		n.add(t, env, ours, theirs.Settings, func(name string) (setting, bool) {
			asked, _ := evaluated(t, p.folder, p.module, env, name)
			s, there := asked[name]
			return s, there && s.State != "unset"
		})
	}
	return n
}

// fails is whether gonogo left everything open, which it may when Django cannot import the module.
func fails(settings map[string]setting) bool { return len(settings) == 0 }

// add compares the settings that Django has. One that gonogo does not list, because something that cannot be read may give it, is asked for.
func (n *tally) add(t *testing.T, env map[string]string, ours map[string]setting, theirs map[string]json.RawMessage, ask func(name string) (setting, bool)) {
	t.Helper()
	for _, name := range sortedKeys(theirs) {
		s, there := ours[name]
		if !there {
			s, there = ask(name)
		}
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
			t.Logf("%s is %s (%s); Django has %s", name, s.State, s.Reason, theirs[name])
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
	t.Logf("%d settings compared: %d known, %d one-of, %d unknown, %d wrong; %d environments refused, %d of them not by gonogo",
		all, n.known, n.oneOf, n.unknown, n.wrong, n.refused, n.imports)
	if all == 0 || float64(n.known+n.oneOf) < knownShare*float64(all) {
		t.Errorf("only %d of %d settings are known", n.known+n.oneOf, all)
	}
}

// plus is both tallies together.
func (n tally) plus(m tally) tally {
	return tally{n.known + m.known, n.oneOf + m.oneOf, n.unknown + m.unknown, n.wrong + m.wrong, n.refused + m.refused, n.imports + m.imports}
}

// compareVersions compares a project with two versions of Django: under every environment with one, under the first two with the other.
func compareVersions(t *testing.T, newer, older *djangoServer, p project) tally {
	t.Helper()
	environments := p.environments(t)
	return compareProject(t, newer, p, environments).plus(compareProject(t, older, p, environments[:2]))
}

func TestShopSettings(t *testing.T) {
	newer, older := startDjango(t, "venv-django52"), startDjango(t, "venv-django42")
	folder := filepath.Join(repository(t), "examples", "shop")
	for _, module := range []string{"config.settings.production", "config.settings.development"} {
		t.Run(module, func(t *testing.T) {
			t.Parallel()
			compareVersions(t, newer, older, project{folder: folder, module: module}).judge(t)
		})
	}
}

// The newest Django has the same settings under the first two environments.
func TestShopSettingsOfTheNewestDjango(t *testing.T) {
	for _, name := range newestDjangos() {
		t.Run(name, func(t *testing.T) {
			django := startDjango(t, name)
			p := project{folder: filepath.Join(repository(t), "examples", "shop"), module: "config.settings.production"}
			compareProject(t, django, p, p.environments(t)[:2]).judge(t)
		})
	}
}
