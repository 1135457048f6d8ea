package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"
)

func codeOf(err error) string {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return "0"
	case errors.As(err, &exit):
		return strconv.Itoa(exit.ExitCode())
	}
	return fmt.Sprint(err)
}

// fill writes a file of so many megabytes of one line: fill big.py 50 'X = 1'.
func fill(ts *testscript.TestScript, negated bool, args []string) {
	if negated || len(args) != 3 {
		ts.Fatalf("usage: fill FILE MEGABYTES LINE")
	}
	megabytes, err := strconv.Atoi(args[1])
	ts.Check(err)
	line := []byte(args[2] + "\n")
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), bytes.Repeat(line, megabytes<<20/len(line)), 0o644))
}

// utf16 writes a file of one line in UTF-16 with a byte order mark, as PowerShell does: utf16 FILE LINE.
func utf16(ts *testscript.TestScript, negated bool, args []string) {
	if negated || len(args) != 2 {
		ts.Fatalf("usage: utf16 FILE LINE")
	}
	data := []byte{0xff, 0xfe}
	for _, c := range []byte(args[1] + "\r\n") {
		data = append(data, c, 0)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), data, 0o644))
}
