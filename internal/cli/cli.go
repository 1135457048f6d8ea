// Package cli is the command line: flags and verbs, a function of arguments, streams and environment that returns an exit code.
package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"

	"github.com/alecthomas/kong"
)

// Exit codes.
const (
	ExitGo        = 0 // GO, or the command did what it was asked for
	ExitNoGo      = 1 // NO-GO, or a comparison found a difference
	ExitUsage     = 2 // wrong usage or configuration
	ExitUnchecked = 3 // could not check
)

// Context is all that a run of the command line knows of the world around it.
type Context struct {
	Stdout, Stderr io.Writer
	Stdin          io.Reader
	Getenv         func(string) string
	Dir            string // working directory
	Terminal       bool   // Stdout is a terminal
	Width          int    // columns of the terminal, 0 when unknown
	Today          time.Time
}

// flags are what every verb understands.
type flags struct {
	Check      checkCommand      `cmd:"" default:"withargs" help:"Audit a project's source: the checklist, the findings, the verdict. (default)"`
	Explain    explainCommand    `cmd:"" help:"Tell why a check matters, how to fix what it finds, and how to verify the fix."`
	List       listCommand       `cmd:"" help:"List all checks."`
	Settings   settingsCommand   `cmd:"" help:"Show production settings as evaluated, each with where its value comes from."`
	Env        envCommand        `cmd:"" help:"Show the environment variables that the settings read."`
	Endpoints  endpointsCommand  `cmd:"" help:"Show the endpoints of the URL configuration: methods, path, view, and the policy that holds for each."`
	Deployment deploymentCommand `cmd:"" help:"Show what runs the project: processes, proxies, services and images of production."`
	Migrations migrationsCommand `cmd:"" help:"Show what the release migrates: phase and reversibility of each operation, and changes that no migration holds."`
	Version    versionCommand    `cmd:"" help:"Print the version."`
	Debug      debugCommand      `cmd:"" hidden:"" help:"For gonogo's own developers."`

	Color string `enum:"auto,always,never" default:"auto" help:"Colour the output: auto (on a terminal, unless NO_COLOR is set), always, never." placeholder:"WHEN"`
}

// failure is an error that carries its exit code.
type failure struct {
	code int
	err  error
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// usage is a mistake in how the command was called.
func usage(format string, args ...any) error {
	return &failure{ExitUsage, fmt.Errorf(format, args...)}
}

// unchecked says that the audit could not be made.
func unchecked(err error) error { return &failure{ExitUnchecked, err} }

// verdict ends a run that worked with a code other than 0, without a message.
type verdict int

func (v verdict) Error() string { return "" }

// exited is how kong ends a run early (--help).
type exited int

// Run runs the command line and returns the exit code.
func Run(args []string, ctx *Context) (code int) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case exited:
			code = int(r)
		default:
			fmt.Fprintf(ctx.Stderr, "gonogo: a bug in gonogo stopped this run (%v); please report it, with the command line\n", r)
			if ctx.Getenv("GONOGO_TRACE") != "" {
				ctx.Stderr.Write(debug.Stack())
			}
			code = ExitUnchecked
		}
	}()
	var f flags
	parser, err := kong.New(&f,
		kong.Name("gonogo"),
		kong.Description("Tells whether a Django project can be deployed to production: GO or NO-GO, with evidence, without running anything of it.\n\nExit codes: 0 GO, 1 NO-GO, 2 wrong usage or configuration, 3 could not check."),
		kong.UsageOnError(),
		kong.Writers(ctx.Stdout, ctx.Stderr),
		kong.Exit(func(code int) { panic(exited(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true}),
	)
	if err != nil {
		panic(err)
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(ctx.Stderr, "gonogo: %s; see gonogo --help\n", err)
		return ExitUsage
	}
	return end(ctx, parsed.Run(ctx, &f))
}

// end tells an error in one line and gives its exit code.
func end(ctx *Context, err error) int {
	var v verdict
	var f *failure
	switch {
	case err == nil:
		return ExitGo
	case errors.As(err, &v):
		return int(v)
	case errors.As(err, &f):
		fmt.Fprintf(ctx.Stderr, "gonogo: %s\n", f)
		return f.code
	}
	fmt.Fprintf(ctx.Stderr, "gonogo: %s\n", err)
	return ExitUnchecked
}

// Process is the context of the running process.
func Process() *Context {
	ctx := &Context{Stdout: os.Stdout, Stderr: os.Stderr, Stdin: os.Stdin, Getenv: os.Getenv, Today: time.Now().UTC()}
	ctx.Dir, _ = os.Getwd()
	ctx.Terminal, ctx.Width = terminal(os.Stdout)
	return ctx
}
