//go:build crashtest

package cli

import (
	"github.com/spf13/cobra"

	"conviso-importer/internal/safego"
)

// faultCommands panic outside the table.
func (a *app) faultCommands() []*cobra.Command {
	return []*cobra.Command{
		{Use: "break-main", RunE: func(*cobra.Command, []string) error { panic("a fault for the tests") }},
		{Use: "break-goroutine", RunE: func(cmd *cobra.Command, _ []string) error {
			safego.Go(cmd.Context(), func() { panic("a fault for the tests") })
			<-cmd.Context().Done()
			return cmd.Context().Err()
		}},
	}
}
