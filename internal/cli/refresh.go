package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"conviso-importer/conviso/importer"
	"conviso-importer/internal/printout"
	"conviso-importer/internal/workspace"
)

func (a *app) refreshCommand() *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "refresh",
		Short: "Read the catalog and the platform's assets into the cache",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if a.offline {
				return usage("refresh reads both servers, and --offline was given; run it without --offline")
			}
			return a.withWorkspace(cmd.Context(), func(w *workspace.Workspace) error {
				began := time.Now()
				view, err := w.Engine.Read(cmd.Context(), importer.ReadOptions{})
				if err != nil {
					return err
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
	outputFlag(cmd, &output, formatTable, formatJSON)
	return cmd
}
