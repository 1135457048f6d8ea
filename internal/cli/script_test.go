package cli

import (
	"flag"
	"os"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write the golden parts of the scripts anew")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"gonogo": func() {
			ctx := Process()
			ctx.Today = time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
			os.Exit(Run(os.Args[1:], ctx))
		},
	})
}

func TestScripts(t *testing.T) {
	shop, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("SHOP", shop+"/../../examples/shop")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exitcode": exitCode, "fill": fill, "utf16": utf16},
	})
}

// exitCode runs a command and asks for its exit code: exitcode 3 gonogo check dir.
func exitCode(ts *testscript.TestScript, negated bool, args []string) {
	if negated || len(args) < 2 {
		ts.Fatalf("usage: exitcode CODE COMMAND...")
	}
	err := ts.Exec(args[1], args[2:]...)
	if got := codeOf(err); got != args[0] {
		ts.Fatalf("exit code %s, want %s", got, args[0])
	}
}
