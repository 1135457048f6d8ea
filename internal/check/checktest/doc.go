package checktest

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
)

// incomplete are the ways in which a check's declaration and documentation fall short.
func incomplete(section string, c check.Check) []string {
	var wrong []string
	lacks := func(is bool, what string) {
		if is {
			wrong = append(wrong, what)
		}
	}
	name, inSection := strings.CutPrefix(c.ID, section+"/")
	lacks(!inSection || name == "" || strings.Contains(name, "/"), fmt.Sprintf("its id must be %s/name", section))
	lacks(c.Severity < check.Optional || c.Severity > check.Critical, "it has no severity")
	lacks(c.Source == nil, "it has no Source")
	lacks(strings.TrimSpace(c.Doc.Title) == "", "Doc.Title is empty")
	lacks(strings.HasSuffix(c.Doc.Title, "."), "Doc.Title ends with a full stop")
	lacks(strings.TrimSpace(c.Doc.Why) == "", "Doc.Why is empty")
	lacks(strings.TrimSpace(c.Doc.Fix) == "", "Doc.Fix is empty")
	lacks(strings.TrimSpace(c.Doc.Verify) == "", "Doc.Verify is empty")
	lacks(len(c.Doc.Bad) == 0, "Doc.Bad has no example")
	lacks(len(c.Doc.Good) == 0, "Doc.Good has no example")
	lacks(len(c.Doc.References) == 0, "Doc.References is empty")
	for _, r := range c.Doc.References {
		lacks(r.Title == "" || !strings.HasPrefix(r.URL, "https://"), fmt.Sprintf("the reference %q needs a title and an https address", r.URL))
	}
	for i, e := range append(c.Doc.Bad[:len(c.Doc.Bad):len(c.Doc.Bad)], c.Doc.Good...) {
		lacks(len(e.Files) == 0, fmt.Sprintf("example %d has no files", i+1))
		lacks(e.Note == "", fmt.Sprintf("example %d has no note", i+1))
	}
	return wrong
}
