// Package cli is the command line: one file a command, and the wiring that turns a
// configuration into an engine. It decides exit codes and what goes to standard output and
// standard error; it must not know how anything is fetched, sent or drawn.
package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/home"
	"conviso-importer/internal/config"
	"conviso-importer/internal/host"
	"conviso-importer/internal/openfiles"
	"conviso-importer/internal/safego"
	"conviso-importer/internal/safetext"
	"conviso-importer/ui/lines"
	"conviso-importer/ui/program"
)

// Exit codes; scripts rely on them.
const (
	exitDone        = 0
	exitFailure     = 1
	exitUsage       = 2
	exitSomeFailed  = 3
	exitAuth        = 4
	exitUnavailable = 5
	exitInterrupted = 130
	exitPipe        = 141 // the code that shells give a program killed by SIGPIPE
)

// app is one run of the program: its streams and the global flags.
type app struct {
	in       *os.File
	out, err io.Writer

	files, kinds []string
	company      string
	switched     conviso.Company // the company chosen in the table; it overrides all others

	offline, readOnly, noColor, mouse, noDiff bool
	ascii                                     bool // the flag's value; see asciiOnly
	rows                                      int

	machineID string // the file with the machine's id; empty outside of tests

	began      time.Time
	telling    *telling // of the command, until it follows a job
	configured *cobra.Command
	log        runLog
	typed      *lines.Input // the input of line mode; nil before its first use

	end  *host.Ending // nil in tests, as the next one
	jobs *host.Jobs[program.Job]
}

// Main runs the program with the arguments behind its name and returns its exit code.
func Main(ctx context.Context, p host.Process, args []string) int {
	if err := openfiles.Check(openfiles.Least); err != nil {
		_, _ = fmt.Fprintln(p.Err, programName+": "+err.Error())
		return exitUsage
	}
	// net/http logs unsolicited server responses to the default logger, over the table.
	slog.SetDefault(slog.New(slog.DiscardHandler))
	ctx, e := host.Begin(ctx, p, host.Program{Name: programName, Version: version, ReportDir: cmp.Or(config.StateDir(), config.LogDir()),
		Interrupted: exitInterrupted, Crashed: exitFailure})
	defer e.Stop()
	jobs := host.NewJobs(ctx, program.JobStop, program.JobContinued)
	code := exitFailure
	_ = safego.Call(ctx, func() error {
		code = (&app{in: p.In, out: p.Out, err: p.Err, end: e, jobs: jobs}).run(ctx, args)
		return nil
	})
	return e.Code(code)
}

func (a *app) run(ctx context.Context, args []string) (code int) {
	a.began = time.Now()
	root := a.root()
	root.SetArgs(args)
	if cmd, _, err := root.Find(args); err == nil {
		a.end.Names(cmd.CommandPath())
	}
	err := root.ExecuteContext(ctx)
	defer func() { a.log.close(a, code, err) }()
	if err != nil && ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return exitInterrupted
	}
	return a.report(err)
}

func (a *app) report(err error) int {
	var done *exitError
	if errors.As(err, &done) && done.err == nil {
		return done.code
	}
	if readerGone(err) {
		return exitPipe
	}
	if err != nil {
		text := err.Error()
		if why := openfiles.Explain(err); why != "" && !strings.Contains(text, why) {
			text += ": " + why
		}
		for line := range strings.Lines(text) {
			_, _ = fmt.Fprintln(a.err, "conviso-importer: "+a.toASCII(safetext.Line(strings.TrimRight(line, "\n"))))
		}
	}
	return exitCode(err)
}

// readerGone reports whether the reader of an output closed it, as head does. A broken connection
// to a server is EPIPE too, but not a PathError.
func readerGone(err error) bool {
	var file *fs.PathError
	return errors.As(err, &file) && file.Op == "write" && errors.Is(file.Err, syscall.EPIPE)
}

// exitError carries an exit code with its error; a nil error prints nothing.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

func usage(format string, args ...any) error {
	return &exitError{code: exitUsage, err: fmt.Errorf(format, args...)}
}

func exitCode(err error) int {
	var coded *exitError
	var problems *config.Problems
	var changed *importer.PlanChangedError
	var bound *importer.BoundElsewhereError
	var copied *home.CopiedError
	var shrunk *importer.ShrunkError
	var moved *importer.MovedError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &coded):
		return coded.code
	case errors.As(err, &problems), errors.As(err, &changed), errors.As(err, &bound), errors.As(err, &copied),
		errors.Is(err, importer.ErrOffline), errors.Is(err, importer.ErrReadOnly):
		return exitUsage
	case errors.As(err, &shrunk), errors.As(err, &moved):
		return exitSomeFailed
	case errors.Is(err, catalog.ErrAuth), errors.Is(err, conviso.ErrAuth):
		return exitAuth
	case errors.Is(err, catalog.ErrUnavailable), errors.Is(err, conviso.ErrUnavailable), errors.Is(err, importer.ErrNothingCached):
		return exitUnavailable
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	}
	return commandLineCode(err)
}

// commandLineCode recognises cobra's usage errors, which have no type, by their text.
func commandLineCode(err error) int {
	for _, start := range []string{"unknown command", "unknown flag", "unknown shorthand", "invalid argument", "flag needs", "accepts ", "requires "} {
		if strings.HasPrefix(err.Error(), start) {
			return exitUsage
		}
	}
	return exitFailure
}
