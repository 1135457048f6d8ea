package deploy

import (
	"slices"
	"strings"

	"gonogo/internal/knowledge"
)

// truth is what is known of a condition.
type truth uint8

const (
	unclear truth = iota + 1
	holds
	fails
)

func truthOf(b bool) truth {
	if b {
		return holds
	}
	return fails
}

// appliesInProduction judges a PEP 508 marker: production is Linux with CPython, on one of the usual processors, and no extra is asked for where
// requirements stand. A marker that asks for another platform, or for another Python than the one that is known, does not apply; what can't be
// decided is taken to apply.
func appliesInProduction(marker string, python knowledge.Version) bool {
	return markerHolds(marker, python) != fails
}

// markerHolds evaluates a PEP 508 marker. One that can't be read is unclear.
func markerHolds(marker string, python knowledge.Version) truth {
	if strings.TrimSpace(marker) == "" {
		return holds
	}
	m := &markerReader{tokens: markerTokens(marker), python: python}
	result := m.or(0)
	if m.broken || m.next < len(m.tokens) {
		return unclear
	}
	return result
}

// markerReader walks over the tokens of a marker: `or` binds less than `and`, parentheses group.
type markerReader struct {
	tokens []string
	next   int
	python knowledge.Version
	broken bool
}

// maxMarkerDepth bounds parentheses within parentheses.
const maxMarkerDepth = 50

func (m *markerReader) take() string {
	if m.next >= len(m.tokens) {
		m.broken = true
		return ""
	}
	m.next++
	return m.tokens[m.next-1]
}

func (m *markerReader) at(word string) bool {
	return m.next < len(m.tokens) && m.tokens[m.next] == word
}

func (m *markerReader) or(depth int) truth {
	result := m.and(depth)
	for m.at("or") && !m.broken {
		m.next++
		switch other := m.and(depth); {
		case result == holds || other == holds:
			result = holds
		case result == unclear || other == unclear:
			result = unclear
		}
	}
	return result
}

func (m *markerReader) and(depth int) truth {
	result := m.term(depth)
	for m.at("and") && !m.broken {
		m.next++
		switch other := m.term(depth); {
		case result == fails || other == fails:
			result = fails
		case result == unclear || other == unclear:
			result = unclear
		}
	}
	return result
}

// term is a comparison, or a condition in parentheses.
func (m *markerReader) term(depth int) truth {
	if depth > maxMarkerDepth {
		m.broken = true
		return unclear
	}
	if m.at("(") {
		m.next++
		result := m.or(depth + 1)
		m.broken = m.broken || m.take() != ")"
		return result
	}
	left, operator := m.take(), m.take()
	if operator == "not" && m.at("in") {
		m.next++
		operator = "not in"
	}
	return m.compare(left, operator, m.take())
}

// compare is what a comparison gives for every value that the two sides can have; unclear where they differ.
func (m *markerReader) compare(left, operator, right string) truth {
	if (right == "extras" || right == "dependency_groups") && (operator == "in" || operator == "not in") && len(left) > 2 {
		in := groupInProduction(left[1:len(left)-1], right == "extras") // PEP 751
		return truthOf(in == (operator == "in"))
	}
	lefts, rights := m.values(left), m.values(right)
	if len(lefts) == 0 || len(rights) == 0 {
		return unclear
	}
	var results []truth
	for _, l := range lefts {
		for _, r := range rights {
			results = append(results, markerComparison(l, operator, r))
		}
	}
	if slices.Contains(results, holds) && slices.Contains(results, fails) || slices.Contains(results, unclear) {
		return unclear
	}
	return results[0]
}

// values are what a side of a comparison can be: one for a quoted text, none for a variable whose values aren't known.
func (m *markerReader) values(side string) []string {
	if side == "" {
		m.broken = true
		return nil
	}
	if side[0] == '"' || side[0] == '\'' {
		return []string{strings.Trim(side, side[:1])}
	}
	switch side {
	case "sys_platform", "sys.platform":
		return []string{"linux"}
	case "platform_system":
		return []string{"Linux"}
	case "os_name", "os.name":
		return []string{"posix"}
	case "implementation_name":
		return []string{"cpython"}
	case "platform_python_implementation", "platform.python_implementation", "python_implementation":
		return []string{"CPython"}
	case "platform_machine", "platform.machine":
		return []string{"x86_64", "aarch64"}
	case "extra":
		return []string{""}
	case "python_version", "python_full_version", "implementation_version":
		return m.pythons(side == "python_version")
	case "platform_release", "platform.release", "platform_version", "platform.version":
		return nil
	}
	m.broken = true
	return nil
}

// pythons are the versions of Python that production can have: of a series without its patch, the first and one after all others.
func (m *markerReader) pythons(series bool) []string {
	v := m.python
	if v.Major <= 0 || v.Minor < 0 {
		return nil
	}
	text := itoa(v.Major) + "." + itoa(v.Minor)
	switch {
	case series:
		return []string{text}
	case v.Patch >= 0:
		return []string{text + "." + itoa(v.Patch)}
	}
	return []string{text + ".0", text + ".999"}
}

// markerComparison compares two values: as versions where the right one is one, else as texts (PEP 508, "Environment Markers").
func markerComparison(left, operator, right string) truth {
	switch operator {
	case "in":
		return truthOf(strings.Contains(right, left))
	case "not in":
		return truthOf(!strings.Contains(right, left))
	}
	if !isOperator(operator) {
		return unclear
	}
	if allowed, ok := comparesVersions(left, operator, right); ok {
		return truthOf(allowed)
	}
	switch operator {
	case "==", "===":
		return truthOf(left == right)
	case "!=":
		return truthOf(left != right)
	case "<":
		return truthOf(left < right)
	case "<=":
		return truthOf(left <= right)
	case ">":
		return truthOf(left > right)
	case ">=":
		return truthOf(left >= right)
	}
	return unclear
}

// comparesVersions reports whether specifiers allow a version; ok is false where one of both is none.
func comparesVersions(version, operator, bound string) (allowed, ok bool) {
	if version == "" || bound == "" || version[0] < '0' || version[0] > '9' || bound[0] < '0' || bound[0] > '9' {
		return false, false
	}
	specifier := operator + bound
	if !validSpecifiers(specifier) || strings.Contains(bound, ",") {
		return false, false
	}
	return Allows(specifier, version), true
}

// markerTokens are the words, operators, quoted texts and parentheses of a marker; quoted texts keep their quotes.
func markerTokens(text string) []string {
	var tokens []string
	for i := 0; i < len(text); {
		c, from := text[i], i
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
			continue
		case c == '"' || c == '\'':
			end := strings.IndexByte(text[i+1:], c)
			if end < 0 {
				return append(tokens, "?") // no token of a marker: it can't be read
			}
			i += end + 2
		case strings.IndexByte("<>=!~", c) >= 0:
			for i < len(text) && strings.IndexByte("<>=!~", text[i]) >= 0 {
				i++
			}
		case isAlnum(c) || c == '_' || c == '.':
			for i < len(text) && (isAlnum(text[i]) || text[i] == '_' || text[i] == '.') {
				i++
			}
		default:
			i++
		}
		tokens = append(tokens, text[from:i])
	}
	return tokens
}
