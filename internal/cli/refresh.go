package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

// refreshReport is `refresh -o json`.
type refreshReport struct {
	Entities   int   `json:"entities"`
	Assets     int   `json:"assets"`
	DurationMs int64 `json:"durationMs"`
}

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
			return a.withSession(cmd.Context(), func(s *session) error {
				began := time.Now()
				snap, assets, err := a.readBoth(cmd.Context(), s)
				if err != nil {
					return err
				}
				report := refreshReport{Entities: snap.Len(), Assets: assets.Len(), DurationMs: time.Since(began).Milliseconds()}
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
