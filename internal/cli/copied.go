package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"conviso-importer/conviso/importer/home"
	"conviso-importer/internal/workspace"
)

func adoptFlag(cmd *cobra.Command, adopt *bool) {
	cmd.Flags().BoolVar(adopt, "adopt-queue", false, "take over a queue that was copied from another machine, which sends from it no more; once is enough")
}

// atHome refuses a queue that was copied from another machine, or takes it over.
func (a *app) atHome(ctx context.Context, w *workspace.Workspace, adopt bool) error {
	err := w.Engine.Copied(ctx)
	if err == nil || !adopt {
		return err
	}
	if err := w.Engine.Adopt(ctx); err != nil {
		return err
	}
	a.notef("the queue is adopted; what waits in it may have been sent from the other machine and is looked for first")
	return nil
}

// noteCopied reports such a queue where nothing is sent.
func (a *app) noteCopied(ctx context.Context, w *workspace.Workspace) {
	var copied *home.CopiedError
	if errors.As(w.Engine.Copied(ctx), &copied) {
		a.notef("%s", copied)
	}
}
