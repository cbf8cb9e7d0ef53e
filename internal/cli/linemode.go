package cli

import (
	"context"
	"os"
	"runtime"

	"github.com/spf13/cobra"

	"conviso-importer/internal/workspace"
	"conviso-importer/ui"
	"conviso-importer/ui/intro"
	"conviso-importer/ui/lines"
)

func (a *app) terminalFlags(root *cobra.Command) {
	flags := root.PersistentFlags()
	flags.BoolVar(&a.ascii, "ascii", false, "write nothing outside ASCII, or with =false do; by default the locale decides")
	flags.BoolVar(&a.noDiff, "no-diff", false, "leave drawing to the library, line by line at its own pace; without it frames are drawn at once, over SSH only the cells that change")
	flags.BoolVar(&a.log.debug, "debug", false, "log every request to the log file, which is debug.log in the state folder unless --log-file names another")
	flags.StringVar(&a.log.path, "log-file", "", "write what the program does to this `FILE`, as JSON")
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error { return a.log.open(a, cmd.CommandPath()) }
}

func (a *app) onTerminal() bool {
	out, ok := a.out.(*os.File)
	return ok && isTerminal(a.in) && isTerminal(out)
}

func (a *app) lineMode() bool { return wantsLines(runtime.GOOS, os.Getenv, a.onTerminal()) }

// wantsLines reports whether to use line mode. A terminal without a TERM may not support cursor
// movement; on Windows TERM is never set.
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

func (a *app) show(ctx context.Context, w *workspace.Workspace, o ui.Options) (ui.Outcome, error) {
	if a.lineMode() {
		return lines.Run(ctx, w.Engine, a.lineOptions(ctx, o))
	}
	return ui.Run(ctx, w.Engine, o)
}

func (a *app) askFirst(ctx context.Context, s intro.Setup, o ui.Options) (intro.Choice, error) {
	if a.lineMode() {
		return lines.RunFirstRun(ctx, s, a.lineOptions(ctx, o))
	}
	return ui.RunFirstRun(ctx, s, o)
}

func (a *app) lineOptions(ctx context.Context, o ui.Options) lines.Options {
	if a.typed == nil {
		var hide func() func()
		if isTerminal(a.in) {
			hide = func() func() { return a.end.HideEcho(a.in) }
		}
		a.typed = lines.NewInput(ctx, a.in, hide)
	}
	return lines.Options{Options: o, Input: a.typed}
}
