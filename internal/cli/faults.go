//go:build !crashtest

package cli

import "github.com/spf13/cobra"

// faultCommands is empty except in the build for crash tests.
func (a *app) faultCommands() []*cobra.Command { return nil }
