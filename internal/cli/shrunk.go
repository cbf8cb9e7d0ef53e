package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"conviso-importer/conviso/importer"
	"conviso-importer/internal/workspace"
)

func acceptShrunkFlag(cmd *cobra.Command, accept *bool) {
	cmd.Flags().BoolVar(accept, "accept-shrunk", false, "believe a list that lost most of its entries, after two reads a minute apart that agree")
}

// readNow reads both lists and, if asked to, accepts those that shrank.
func readNow(ctx context.Context, w *workspace.Workspace, accept bool) (*importer.View, error) {
	view, err := w.Engine.Read(ctx, importer.ReadOptions{})
	var shrunk *importer.ShrunkError
	if (err == nil || errors.As(err, &shrunk)) && accept && len(w.Engine.Shrunk(ctx)) > 0 {
		if err := w.Engine.AcceptShrunk(ctx); err != nil {
			return nil, err
		}
		return w.Engine.Read(ctx, importer.ReadOptions{})
	}
	return view, err
}

// howToAccept adds the next step to the error of a list that shrank.
func howToAccept(err error) error {
	var shrunk *importer.ShrunkError
	switch {
	case !errors.As(err, &shrunk):
		return err
	case shrunk.Agreed():
		return fmt.Errorf("%w; if it is right, run this again with --accept-shrunk", err)
	}
	return fmt.Errorf("%w, and if it is right, then with --accept-shrunk", err)
}

// noteShrunk reports lists that are not believed.
func (a *app) noteShrunk(lists []importer.Shrunk) {
	for i := range lists {
		a.notef("%s; conviso-importer refresh --accept-shrunk accepts it then, if it is right", lists[i].Words(time.Now()))
	}
}
