package cli

import "github.com/spf13/cobra"

// completions teach the shell's completion what flags and arguments may be. Files are offered
// only where one is wanted: a command that offers the working directory for a query misleads.
func completions(root *cobra.Command) {
	root.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveNoFileComp)
	_ = root.RegisterFlagCompletionFunc("kind", cobra.FixedCompletions(catalogKinds(), cobra.ShellCompDirectiveNoFileComp))
	commands := append([]*cobra.Command{root}, root.Commands()...)
	for _, cmd := range commands {
		for flag, extensions := range map[string][]string{"config": {"yaml", "yml"}, "plan": {"json"}, "log-file": nil} {
			// A command without such a flag is no mistake.
			_ = cmd.MarkFlagFilename(flag, extensions...)
			_ = cmd.MarkPersistentFlagFilename(flag, extensions...)
		}
	}
}

// catalogKinds are the kinds of entities that Backstage itself knows.
func catalogKinds() []string {
	return []string{"API", "Component", "Domain", "Group", "Location", "Resource", "System", "Template", "User"}
}
