package deploycheck

import (
	"math/rand/v2"
	"strings"
)

// Case is one settings module.
type Case struct {
	Settings string // the text of settings.py
	Apps     string // the value of INSTALLED_APPS: cases that share it can be asked of one process
}

// total is how many cases there are; those that are neither single values nor needed to cover all pairs are random.
const total = 3200

const prelude = `import os
import pathlib

ROOT_URLCONF = "urls"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {}
`

// Cases are always the same: good settings; each value of each axis alone; for all axes, and again with the good middleware so
// that nothing hides behind a missing one, rows in which every pair of values of two axes stands together; and random changes
// of two to six axes.
func Cases() []Case {
	list := axes()
	g := &generator{axes: list, random: rand.New(rand.NewPCG(7, 11)), seen: make(map[string]bool)}
	good := make([]int, len(list))
	g.add(good)
	for a := range list {
		for v := range list[a].values {
			g.add(changed(good, a, v))
		}
	}
	for _, allowed := range [][]axis{loadable(list), unhidden(list)} {
		for _, row := range pairwise(allowed, g.random) {
			g.add(original(list, allowed, row))
		}
	}
	for len(g.cases) < total {
		row := good
		for _, a := range g.random.Perm(len(list))[:2+g.random.IntN(5)] {
			row = changed(row, a, g.random.IntN(len(list[a].values)))
		}
		g.add(row)
	}
	return g.cases
}

type generator struct {
	axes   []axis
	random *rand.Rand
	cases  []Case
	seen   map[string]bool
}

// add makes a case of a row, the index of a value for each axis, unless there is one with the same text.
func (g *generator) add(row []int) {
	var text strings.Builder
	text.WriteString(prelude)
	apps := ""
	for a, v := range row {
		line := g.axes[a].values[v].text
		if g.axes[a].name == "INSTALLED_APPS" {
			apps = line
		}
		if line != "" {
			text.WriteString(line + "\n")
		}
	}
	if !g.seen[text.String()] {
		g.seen[text.String()] = true
		g.cases = append(g.cases, Case{Settings: text.String(), Apps: apps})
	}
}

func changed(row []int, a, v int) []int {
	row = append([]int(nil), row...)
	row[a] = v
	return row
}

// loadable are the axes with the values under which Django loads the settings.
func loadable(list []axis) []axis {
	return filter(list, func(_ axis, v value, _ int) bool { return !v.refused })
}

// unhidden are the axes with the values that hide no other: most of Django's checks ask nothing without their middleware.
func unhidden(list []axis) []axis {
	return filter(list, func(a axis, v value, i int) bool {
		return !v.refused && (i == 0 || a.name != "INSTALLED_APPS" && a.name != "MIDDLEWARE" || strings.Contains(v.text, policyClass))
	})
}

func filter(list []axis, keep func(a axis, v value, i int) bool) []axis {
	out := make([]axis, len(list))
	for n, a := range list {
		out[n].name = a.name
		for i, v := range a.values {
			if keep(a, v, i) {
				out[n].values = append(out[n].values, v)
			}
		}
	}
	return out
}

// original is a row over filtered axes as one over all of their values.
func original(list, filtered []axis, row []int) []int {
	out := make([]int, len(row))
	for a, v := range row {
		for i, candidate := range list[a].values {
			if candidate == filtered[a].values[v] {
				out[a] = i
			}
		}
	}
	return out
}
