package cli

import (
	"context"
	"os"
	"runtime"

	"conviso-importer/ui"
	"conviso-importer/ui/lines"
)

// needTerminal refuses where neither the table nor line mode can be shown, and says what can be
// used there.
func (a *app) needTerminal() error {
	if a.lineMode() || a.onTerminal() {
		return nil
	}
	return usage("the table needs a terminal; use conviso-importer list and conviso-importer import in scripts, " +
		"or set ACCESSIBLE=1 for a mode that reads and writes lines")
}

// onTerminal says whether input and output are terminals.
func (a *app) onTerminal() bool {
	out, ok := a.out.(*os.File)
	return ok && isTerminal(a.in) && isTerminal(out)
}

// lineMode says whether the user wants lines rather than a table, or has a terminal that knows
// nothing else.
func (a *app) lineMode() bool { return wantsLines(runtime.GOOS, os.Getenv, a.onTerminal()) }

// wantsLines reads the environment. A terminal that says nothing of itself may not be able to
// move its cursor; without a terminal that says nothing of what the user wants. On Windows no
// terminal says anything.
func wantsLines(system string, env func(string) string, terminal bool) bool {
	if env("ACCESSIBLE") != "" {
		return true
	}
	switch env("TERM") {
	case "dumb":
		return true
	case "", "unknown":
		return terminal && system != "windows"
	}
	return false
}

// show lets the user work in the table or in line mode until they leave.
func (a *app) show(ctx context.Context, s *session, o ui.Options) (ui.Outcome, error) {
	if a.lineMode() {
		return lines.Run(ctx, s.engine, a.lineOptions(ctx, o))
	}
	return ui.Run(ctx, s.engine, o)
}

// askFirst asks somebody who has configured nothing.
func (a *app) askFirst(ctx context.Context, o ui.FirstRunOptions) (ui.FirstRunChoice, error) {
	if a.lineMode() {
		return lines.RunFirstRun(ctx, o, a.lineOptions(ctx, o.Options).Input)
	}
	return ui.RunFirstRun(ctx, o)
}

// lineOptions are the options of line mode. The end of its input is no accident as a table's is:
// a script ends so.
func (a *app) lineOptions(ctx context.Context, o ui.Options) lines.Options {
	if a.typed == nil {
		var hide func() func()
		if isTerminal(a.in) {
			hide = func() func() { return hideEcho(a.in) }
		}
		a.typed = lines.NewInput(ctx, a.in, hide)
	}
	return lines.Options{Options: o, Input: a.typed}
}
