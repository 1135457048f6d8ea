package cli

import (
	"os"

	"golang.org/x/term"

	"gonogo/internal/report"
)

// maxWidth keeps lines readable on a wide terminal.
const maxWidth = 100

// terminal says whether a file is a terminal, and how many columns it has.
func terminal(f *os.File) (bool, int) {
	fd := int(f.Fd())
	if !term.IsTerminal(fd) {
		return false, 0
	}
	width, _, err := term.GetSize(fd)
	if err != nil {
		return true, 0
	}
	return true, width
}

// style lays text out for this run: colour on a terminal unless NO_COLOR is set (https://no-color.org) or TERM is dumb.
func (ctx *Context) style(f *flags) report.Style {
	color := f.Color == "always"
	if f.Color == "auto" {
		color = ctx.Terminal && ctx.Getenv("NO_COLOR") == "" && ctx.Getenv("TERM") != "dumb"
	}
	return report.Style{Color: color, Width: min(ctx.Width, maxWidth)}
}
