package deploy

import (
	"path"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"gonogo/internal/source"
)

// copyHere reads the files whose text stands in the Dockerfile: COPY <<EOF /start.sh
// (https://docs.docker.com/reference/dockerfile/#here-documents).
func (s *Stage) copyHere(node *parser.Node, dockerfile *source.File) {
	var words []string
	for n := node.Next; n != nil; n = n.Next {
		words = append(words, n.Value)
	}
	if len(node.Heredocs) == 0 || len(words) < 2 {
		return
	}
	target := s.fill(words[len(words)-1])
	folder := strings.HasSuffix(target, "/") || target == "." || len(words) > 2
	if !path.IsAbs(target) {
		target = path.Join("/", s.Workdir, target)
	}
	line := node.EndLine + 1
	for _, h := range node.Heredocs {
		line -= strings.Count(h.Content, "\n") + 1 // its end has a line too
	}
	for _, h := range node.Heredocs {
		c := copied{to: path.Clean(target), here: true}
		if folder {
			c.to = path.Join(target, h.Name)
		}
		if text, ok := s.heredoc(h); ok && line > 0 {
			c.text, c.in, c.line = text, dockerfile.Path, line
		}
		s.copies = append(s.copies, c)
		line += strings.Count(h.Content, "\n") + 1
	}
}

// file is what stands in the Dockerfile as a file in which each line has the number that it has there.
func (c copied) file() (*source.File, bool) {
	if c.text == "" {
		return nil, false
	}
	return source.NewFile(c.in, []byte(strings.Repeat("\n", c.line-1)+c.text)), true
}

// heredoc is the text that the file gets. Where its end is not quoted the build fills in its own variables, and ok is false where one of them
// is not known, or a backslash stands before one.
func (s *Stage) heredoc(h parser.Heredoc) (text string, ok bool) {
	text = h.Content
	if h.Chomp {
		text = parser.ChompHeredocContent(text)
	}
	if !h.Expand || !strings.Contains(text, "$") {
		return text, true
	}
	if strings.Contains(text, "\\$") || strings.Contains(text, "$(") {
		return "", false
	}
	return interpolate(text, '\\', mapLookup(s.vars))
}

// firstLine is the first line of a file that is not empty: the text of one that stands in a Dockerfile begins where it stands there.
func firstLine(file *source.File) string {
	for n := 1; n <= file.LineCount(); n++ {
		if text := file.Line(n); text != "" {
			return text
		}
	}
	return ""
}
