package helm

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// This file reads what --set gives: "web.replicas=3,hosts[0]=shop.example,tags={a,b}"
// (https://helm.sh/docs/intro/using_helm/#the-format-and-limitations-of---set).

const (
	maxSetIndex = 1000
	maxSetDepth = 30
)

// Set lays what the text of a --set says over values; allStrings is --set-string. Values given before a fault stay.
func Set(values map[string]any, text string, allStrings bool) error {
	p := &setParser{rest: text, strings: allStrings}
	for p.rest != "" {
		if err := p.entry(values, 0); err != nil {
			return err
		}
	}
	return nil
}

type setParser struct {
	rest    string
	strings bool
}

// until takes text up to one of the stops, which is taken too; a backslash takes the next character as it is. stop is 0 at the end.
func (p *setParser) until(stops string) (text string, stop byte) {
	var out []byte
	for i := 0; i < len(p.rest); i++ {
		c := p.rest[i]
		switch {
		case c == '\\' && i+1 < len(p.rest):
			i++
			out = append(out, p.rest[i])
		case strings.IndexByte(stops, c) >= 0:
			p.rest = p.rest[i+1:]
			return string(out), c
		default:
			out = append(out, c)
		}
	}
	p.rest = ""
	return string(out), 0
}

// entry reads key=value into a table.
func (p *setParser) entry(table map[string]any, depth int) error {
	key, stop := p.until("=[,.")
	if depth > maxSetDepth {
		return errors.New("the key is nested too deeply")
	}
	switch stop {
	case '=':
		if value := p.value(); key != "" {
			table[key] = value
		}
		return nil
	case '.':
		inner, ok := table[key].(map[string]any)
		if !ok {
			inner = map[string]any{}
		}
		err := p.entry(inner, depth+1)
		if len(inner) > 0 && key != "" {
			table[key] = inner
		}
		return err
	case '[':
		list, _ := table[key].([]any)
		list, err := p.item(list, depth+1)
		if err == nil && key != "" {
			table[key] = list
		}
		return err
	}
	return fmt.Errorf("key %q has no value", key)
}

// item reads what follows the bracket of an index.
func (p *setParser) item(list []any, depth int) ([]any, error) {
	text, stop := p.until("]")
	index, err := strconv.Atoi(text)
	if err != nil || stop == 0 || index < 0 || index > maxSetIndex || depth > maxSetDepth {
		return nil, fmt.Errorf("%q is no index", text)
	}
	for len(list) <= index {
		list = append(list, nil)
	}
	switch between, stop := p.until("=[."); {
	case between != "":
		return nil, fmt.Errorf("%q stands behind an index", between)
	case stop == '=':
		list[index] = p.value()
		return list, nil
	case stop == '.':
		inner, ok := list[index].(map[string]any)
		if !ok {
			inner = map[string]any{}
		}
		list[index] = inner
		return list, p.entry(inner, depth+1)
	case stop == '[':
		nested, _ := list[index].([]any)
		nested, err := p.item(nested, depth+1)
		list[index] = nested
		return list, err
	}
	return nil, errors.New("an index has no value")
}

// value is a scalar, or a list in braces.
func (p *setParser) value() any {
	if rest, ok := strings.CutPrefix(p.rest, "{"); ok {
		p.rest = rest
		list := []any{}
		for {
			text, stop := p.until(",}")
			if text != "" || stop == ',' || len(list) > 0 {
				list = append(list, p.typed(text))
			}
			if stop != ',' || len(list) > maxSetIndex {
				p.rest = strings.TrimPrefix(p.rest, ",")
				return list
			}
		}
	}
	text, _ := p.until(",")
	return p.typed(text)
}

func (p *setParser) typed(text string) any {
	if p.strings {
		return text
	}
	switch strings.ToLower(text) {
	case "true":
		return true
	case "false":
		return false
	case "null":
		return nil
	case "0":
		return int64(0)
	}
	if !strings.HasPrefix(text, "0") {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n
		}
	}
	return text
}
