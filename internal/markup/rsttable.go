package markup

import "strings"

// gridTable reads a table that is drawn with + - and |. A line of it is a row: one cell can have several.
func (r *rstReader) gridTable(i, to, indent int) int {
	for ; i < to && !r.lines[i].blank && r.lines[i].indent >= indent; i++ {
		line := r.lines[i].text[indent:]
		if !strings.HasPrefix(line, "|") {
			continue
		}
		var cells [][2]int
		start := 1
		for n := 1; n < len(line); n++ {
			if line[n] == '|' {
				cells = append(cells, [2]int{indent + start, indent + n})
				start = n + 1
			}
		}
		r.row(i, cells)
	}
	return i
}

// isSimpleTable reports whether a line is the border of a table: groups of = with spaces between them.
func isSimpleTable(text string) bool {
	return strings.HasPrefix(text, "==") && strings.Contains(text, " ") && strings.Trim(text, "= ") == ""
}

// simpleTable reads a table whose columns are those of its borders.
func (r *rstReader) simpleTable(i, to, indent int) int {
	border := r.lines[i].text[indent:]
	var starts []int
	for n := range border {
		if border[n] == '=' && (n == 0 || border[n-1] == ' ') {
			starts = append(starts, n)
		}
	}
	for i++; i < to; i++ {
		line := r.lines[i]
		switch {
		case line.blank:
			continue
		case line.indent < indent:
			return i
		case isSimpleTable(line.text[indent:]) && (i+1 >= to || r.lines[i+1].blank):
			return i + 1
		case strings.Trim(line.text[indent:], "=- ") == "":
			continue
		}
		var cells [][2]int
		for n, start := range starts {
			end := len(line.text)
			if n+1 < len(starts) {
				end = min(end, indent+starts[n+1])
			}
			cells = append(cells, [2]int{min(indent+start, end), end})
		}
		r.row(i, cells)
	}
	return i
}

// row adds a row of a table whose cells are columns of a line.
func (r *rstReader) row(i int, cells [][2]int) {
	b := Block{Kind: Row, At: r.spanOf(i, i+1, r.lines[i].indent)}
	for n, c := range cells {
		known := len(b.Literals)
		r.inline(&b, i, c[0], c[1], n == 0)
		cell := strings.TrimSpace(r.lines[i].text[min(c[0], c[1]):c[1]])
		if n == 0 && known == len(b.Literals) && cell != "" && !strings.ContainsAny(cell, " \t`") {
			b.Literals = append(b.Literals, Literal{Text: cell, At: b.At, First: true})
		}
	}
	r.add(b)
}
