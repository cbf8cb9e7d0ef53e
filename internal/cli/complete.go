package cli

import (
	"github.com/spf13/cobra"

	"conviso-importer/catalog/backstage"
)

// completions registers shell completion. File names are offered only for flags that take a file.
func completions(root *cobra.Command) {
	root.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveNoFileComp)
	_ = root.RegisterFlagCompletionFunc("kind", cobra.FixedCompletions(
		backstage.StandardKinds(), cobra.ShellCompDirectiveNoFileComp))
	commands := append([]*cobra.Command{root}, root.Commands()...)
	for _, cmd := range commands {
		for flag, extensions := range map[string][]string{"config": {"yaml", "yml"}, "plan": {"json"}, "log-file": nil} {
			// Commands without the flag return an error.
			_ = cmd.MarkFlagFilename(flag, extensions...)
			_ = cmd.MarkPersistentFlagFilename(flag, extensions...)
		}
	}
}
