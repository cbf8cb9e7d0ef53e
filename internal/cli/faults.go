//go:build !crashtest

package cli

import "github.com/spf13/cobra"

// faultCommands are none. The tests' own build has commands that break.
func (a *app) faultCommands() []*cobra.Command { return nil }
