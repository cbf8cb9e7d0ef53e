package cli

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"conviso-importer/internal/printout"
	"conviso-importer/internal/workspace"
)

func (a *app) refreshCommand() *cobra.Command {
	var output string
	var accept bool
	cmd := &cobra.Command{
		Use:   "refresh",
		Short: "Read the catalog and the platform's assets into the cache",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if a.offline {
				return usage("refresh reads both servers, and --offline was given; run it without --offline")
			}
			return a.withWorkspace(cmd.Context(), func(w *workspace.Workspace) error {
				if err := keeps(w); err != nil {
					return err
				}
				a.noteCopied(cmd.Context(), w)
				began := time.Now()
				view, err := readNow(cmd.Context(), w, accept)
				if err == nil {
					err = cmp.Or(view.Believed(began), view.Moved())
				}
				if err != nil {
					return howToAccept(err)
				}
				if why := w.Unsaved(); why != nil {
					return fmt.Errorf("both lists were read, and not all of it is kept for the next run: %w; mend that and run refresh again", why)
				}
				report := printout.Refresh{Entities: view.Catalog.Len(), Assets: view.Assets.Len(), DurationMs: time.Since(began).Milliseconds()}
				if output == formatJSON {
					return a.printJSON(report)
				}
				_, err = fmt.Fprintf(a.out, "%d entities and %d assets read in %s\n",
					report.Entities, report.Assets, time.Since(began).Round(time.Millisecond))
				return err
			})
		},
	}
	acceptShrunkFlag(cmd, &accept)
	outputFlag(cmd, &output, formatTable, formatJSON)
	return cmd
}

// keeps fails where nothing can be kept for the next run; the workspace's notes may have said why.
func keeps(w *workspace.Workspace) error {
	const says = "nothing was read, since refresh could not keep it"
	switch why := w.Unsaved(); {
	case why == nil:
		return nil
	case slices.Contains(w.Notes, why.Error()):
		return usage(says)
	default:
		return usage(says+": %w", why)
	}
}
