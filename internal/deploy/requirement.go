package deploy

import (
	"strings"

	"gonogo/internal/knowledge"
)

// parsedRequirement is one dependency specification of PEP 508, and what pip takes beside it.
type parsedRequirement struct {
	name       string   // normalised; "" when the text names no package (a folder)
	extras     []string // normalised
	constraint string
	version    string // exact
	url        string
	marker     string
}

// parseRequirement reads a PEP 508 dependency specification, a URL with a package name in it, or a path. Options behind it must be cut off before.
// ok is false for text that is none of these.
func parseRequirement(text string) (parsedRequirement, bool) {
	text = strings.TrimSpace(text)
	if r, ok := parseURL(text); ok {
		return r, true
	}
	text, marker, _ := strings.Cut(text, ";")
	text = strings.TrimSpace(text)
	n := nameLength(text)
	if n == 0 {
		return parsedRequirement{}, false
	}
	r := parsedRequirement{name: knowledge.NormalName(text[:n]), marker: strings.TrimSpace(marker)}
	rest := strings.TrimSpace(text[n:])
	if strings.HasPrefix(rest, "[") {
		end := strings.IndexByte(rest, ']')
		if end < 0 {
			return parsedRequirement{}, false
		}
		for _, extra := range strings.Split(rest[1:end], ",") {
			if extra = strings.TrimSpace(extra); extra != "" {
				r.extras = append(r.extras, knowledge.NormalName(extra))
			}
		}
		rest = strings.TrimSpace(rest[end+1:])
	}
	if strings.HasPrefix(rest, "@") {
		return r.direct(strings.TrimSpace(rest[1:]), marker), true
	}
	if strings.HasPrefix(rest, "(") && strings.HasSuffix(rest, ")") {
		rest = strings.TrimSpace(rest[1 : len(rest)-1])
	}
	if !validSpecifiers(rest) {
		return parsedRequirement{}, false
	}
	r.constraint = rest
	r.version = exactVersion(rest)
	return r, true
}

// direct fills in a direct reference (`name @ url`). A marker is separated from a URL by " ;".
func (r parsedRequirement) direct(url, marker string) parsedRequirement {
	r.url, r.marker = strings.TrimSpace(url), strings.TrimSpace(marker)
	r.version = archiveVersion(r.url)
	return r
}

// nameLength is the length of the distribution name at the beginning of a text (PEP 508: letters, digits, -, _, . with a letter or digit at both ends).
func nameLength(text string) int {
	n := 0
	for n < len(text) && (isAlnum(text[n]) || n > 0 && strings.IndexByte("-_.", text[n]) >= 0) {
		n++
	}
	for n > 0 && !isAlnum(text[n-1]) {
		n--
	}
	return n
}

func isAlnum(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// validSpecifiers reports whether a text is a comma-separated list of PEP 440 specifiers, or empty. The versions themselves are not judged.
func validSpecifiers(text string) bool {
	if text == "" {
		return true
	}
	for _, clause := range strings.Split(text, ",") {
		clause = strings.TrimSpace(clause)
		version := strings.TrimLeft(clause, "=<>!~")
		if !isOperator(clause[:len(clause)-len(version)]) {
			return false
		}
		version = strings.TrimSpace(version)
		if version == "" || strings.ContainsAny(version, " \t()[]@;/\\") {
			return false
		}
	}
	return true
}

func isOperator(text string) bool {
	switch text {
	case "==", "===", "!=", "<", "<=", ">", ">=", "~=":
		return true
	}
	return false
}

// exactVersion is the version that specifiers allow when it is one only: pinned by == or === without a wildcard.
func exactVersion(specifiers string) string {
	for _, clause := range strings.Split(specifiers, ",") {
		clause = strings.TrimSpace(clause)
		if strings.HasPrefix(clause, "==") && !strings.HasSuffix(clause, "*") {
			return strings.TrimSpace(strings.TrimLeft(clause, "="))
		}
	}
	return ""
}

// parseURL reads a URL (with a version control scheme or not) or a path to an archive or folder.
func parseURL(text string) (parsedRequirement, bool) {
	reference, marker, _ := strings.Cut(text, " ;")
	reference = strings.TrimSpace(reference)
	isURL := strings.Contains(reference, "://") && !strings.Contains(strings.SplitN(reference, "://", 2)[0], " ") &&
		!strings.Contains(strings.SplitN(reference, "://", 2)[0], "@")
	isPath := strings.HasPrefix(reference, ".") || strings.HasPrefix(reference, "/") || strings.HasPrefix(reference, "git@") ||
		strings.HasSuffix(reference, ".whl") || strings.HasSuffix(reference, ".tar.gz") || strings.HasSuffix(reference, ".zip")
	named := !strings.HasPrefix(reference, "git@") && strings.HasPrefix(reference[nameLength(reference):], "@") // name@url
	if !isURL && !isPath || named || strings.ContainsAny(reference, " \t") {
		return parsedRequirement{}, false
	}
	r := parsedRequirement{}.direct(reference, marker)
	plain, fragment, _ := strings.Cut(reference, "#")
	for _, part := range strings.Split(fragment, "&") {
		if egg, ok := strings.CutPrefix(part, "egg="); ok {
			r.name = knowledge.NormalName(egg[:nameLength(egg)])
		}
	}
	if r.name == "" && isURL || isArchive(plain) {
		r.name = firstNonEmpty(r.name, nameInURL(plain))
	}
	return r, true
}

func isArchive(url string) bool {
	return strings.HasSuffix(url, ".whl") || strings.HasSuffix(url, ".tar.gz") || strings.HasSuffix(url, ".zip")
}

// nameInURL guesses the package from the last part of a URL: the repository's name, or the archive's up to its version.
func nameInURL(url string) string {
	last := url[strings.LastIndexByte(url, '/')+1:]
	if at := strings.IndexByte(last, '@'); at > 0 {
		last = last[:at]
	}
	if isArchive(last) {
		last, _ = splitArchive(last)
	}
	last = strings.TrimSuffix(last, ".git")
	if nameLength(last) != len(last) {
		return ""
	}
	return knowledge.NormalName(last)
}

// archiveVersion is the version in the name of a wheel or source archive.
func archiveVersion(url string) string {
	plain, _, _ := strings.Cut(url, "#")
	if !isArchive(plain) || !strings.HasSuffix(plain, ".whl") && !strings.HasSuffix(plain, ".tar.gz") {
		return ""
	}
	_, version := splitArchive(plain[strings.LastIndexByte(plain, '/')+1:])
	return version
}

// splitArchive cuts the name of a wheel (PEP 427) or source archive into package and version.
func splitArchive(name string) (pkg, version string) {
	if wheel, ok := strings.CutSuffix(name, ".whl"); ok {
		parts := strings.Split(wheel, "-")
		if len(parts) >= 5 {
			return parts[0], parts[1]
		}
		return wheel, ""
	}
	stem := strings.TrimSuffix(strings.TrimSuffix(name, ".tar.gz"), ".zip")
	if cut := strings.LastIndexByte(stem, '-'); cut > 0 && cut+1 < len(stem) && stem[cut+1] >= '0' && stem[cut+1] <= '9' {
		return stem[:cut], stem[cut+1:]
	}
	return stem, ""
}

func firstNonEmpty(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
