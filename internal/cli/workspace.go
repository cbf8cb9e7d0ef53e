package cli

import (
	"context"
	"fmt"

	"conviso-importer/conviso"
	"conviso-importer/internal/config"
	"conviso-importer/internal/workspace"
)

// open opens a workspace as the flags ask for it. Choose decides between several companies; nil
// where nobody can be asked.
func (a *app) open(ctx context.Context, c *config.Config, demo bool, choose func(context.Context, []conviso.Company) (conviso.Company, error)) (*workspace.Workspace, error) {
	return workspace.Open(ctx, c, workspace.Options{Kinds: a.kinds, Offline: a.offline, Demo: demo, Company: a.switched, Choose: choose,
		UserAgent: userAgent(), Log: a.log.logger(), Hide: a.end.Hide})
}

// withWorkspace runs a command that needs a workspace and no screen.
func (a *app) withWorkspace(ctx context.Context, run func(*workspace.Workspace) error) error {
	c, err := a.load()
	if err != nil {
		return err
	}
	w, err := a.open(ctx, c, false, nil)
	if err != nil {
		return err
	}
	defer w.Close()
	for _, note := range w.Notes {
		a.say("%s", note)
	}
	err = run(w)
	if news := w.News(); news != "" {
		a.say("%s", news)
	}
	return err
}

// needQueue is the error of commands that import, where there is no place for the queue. It is a
// matter of configuration and has been said among the notes.
func needQueue(w *workspace.Workspace) error {
	if w.NoQueue == nil {
		return nil
	}
	return &exitError{code: exitUsage}
}

// say prints a line of progress or a message for people to standard error.
func (a *app) say(format string, args ...any) {
	_, _ = fmt.Fprintln(a.err, a.plainly("conviso-importer: "+fmt.Sprintf(format, args...)))
}
