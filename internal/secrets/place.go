package secrets

import (
	"path"
	"strings"
)

// TestPath reports whether a file by that path serves tests, examples or documents: what stands there is made up, as a rule.
func TestPath(name string) bool {
	name = strings.ToLower(name)
	base := path.Base(name)
	if strings.HasPrefix(base, "test_") || strings.HasPrefix(base, "conftest") || strings.Contains(base, "_test.") || strings.Contains(base, "_tests.") || strings.Contains(base, ".test.") || strings.Contains(base, ".spec.") {
		return true
	}
	if strings.Contains(base, ".md.") || strings.Contains(base, ".rst.") { // the template of a document
		return true
	}
	switch strings.TrimSuffix(base, path.Ext(base)) {
	case "test", "tests", "testing", "factories", "factory":
		return true
	}
	for _, word := range strings.FieldsFunc(base, func(r rune) bool { return r == '.' || r == '-' || r == '_' }) {
		switch word {
		case "example", "examples", "sample", "template", "tmpl", "fixture", "fixtures", "testing", "testdata", "mock", "mocks", "dummy", "demo", "sandbox", "seed":
			return true
		}
	}
	for _, folder := range strings.Split(path.Dir(name), "/") {
		switch folder {
		case "test", "tests", "testing", "testdata", "test_data", "test-data", "unittests", "unit_tests", "unit-tests", "functional_tests", "integration_tests", "e2e", "spec", "specs", "__tests__", "__mocks__", "mocks",
			"fixtures", "cassettes", "factories", "testproject", "test_project", "testapp", "doc", "docs", "documentation", "example", "examples", "samples", "sample", "demo", "demos", "sandbox", "tutorial", "tutorials", "benchmarks", "cypress", "playwright":
			return true
		}
		if strings.HasPrefix(folder, "test_") || strings.HasPrefix(folder, "tests_") || strings.HasSuffix(folder, "_test") || strings.HasSuffix(folder, "_tests") || strings.HasSuffix(folder, "-tests") || strings.HasSuffix(folder, "-example") {
			return true
		}
	}
	return false
}
