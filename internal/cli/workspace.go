package cli

import (
	"context"
	"fmt"

	"conviso-importer/conviso"
	"conviso-importer/internal/config"
	"conviso-importer/internal/workspace"
)

// open opens a workspace; choose is nil where nobody can be asked.
func (a *app) open(ctx context.Context, c *config.Config, demo bool, recall workspace.Recall, choose func(context.Context, []conviso.Company) (conviso.Company, error)) (*workspace.Workspace, error) {
	o := workspace.Options{Kinds: a.kinds, Offline: a.offline, Demo: demo, Company: a.switched, Recall: recall, Choose: choose,
		UserAgent: userAgent(), Log: a.log.logger(), Hide: a.end.Hide, MachineID: a.machineID}
	if choose == nil {
		o.CacheBytes = commandCache
	}
	return workspace.Open(ctx, c, o)
}

// withWorkspace is for all that sends, or keeps what it reads for others.
func (a *app) withWorkspace(ctx context.Context, run func(*workspace.Workspace) error) error {
	return a.withRecall(ctx, workspace.RecallNothing, run)
}

// commandCache is the cache's budget in memory for a command: it reads what it needs once, and an import of
// 60,000 would hold the details of all.
const commandCache = 8 << 20

func (a *app) withRecall(ctx context.Context, recall workspace.Recall, run func(*workspace.Workspace) error) error {
	c, err := a.load()
	if err != nil {
		return err
	}
	w, err := a.open(ctx, c, false, recall, nil)
	if err != nil {
		return err
	}
	defer w.Close()
	for _, note := range w.Notes {
		a.notef("%s", note)
	}
	err = run(w)
	if news := w.News(); news != "" {
		a.notef("%s", news)
	}
	return err
}

// needQueue fails where there is no queue; the workspace's notes have said why.
func needQueue(w *workspace.Workspace) error {
	if w.NoQueue == nil {
		return nil
	}
	return &exitError{code: exitUsage}
}

func (a *app) notef(format string, args ...any) {
	_, _ = fmt.Fprintln(a.err, a.toASCII("conviso-importer: "+fmt.Sprintf(format, args...)))
}
