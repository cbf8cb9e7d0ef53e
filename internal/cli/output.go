package cli

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"
)

// Output formats of the -o flag.
const (
	formatTable = "table"
	formatJSON  = "json"
	formatCSV   = "csv"
	formatName  = "name"
)

// format is a flag's value that is one of a few words.
type format struct {
	value *string
	words []string
}

// String implements pflag.Value.
func (f format) String() string { return *f.value }

// Type implements pflag.Value.
func (f format) Type() string { return strings.Join(f.words, "|") }

// Set implements pflag.Value.
func (f format) Set(word string) error {
	if !slices.Contains(f.words, word) {
		return fmt.Errorf("use one of %s", strings.Join(f.words, ", "))
	}
	*f.value = word
	return nil
}

// outputFlag adds -o with the words that a command knows, the first being the default.
func outputFlag(cmd *cobra.Command, value *string, words ...string) {
	*value = words[0]
	cmd.Flags().VarP(format{value: value, words: words}, "output", "o", "print as this")
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
}

// isTerminal reports whether a file is a terminal.
func isTerminal(f *os.File) bool { return f != nil && term.IsTerminal(f.Fd()) }

// noColorSet reports whether the user asked every program for no colour (no-color.org).
func noColorSet() bool { return os.Getenv("NO_COLOR") != "" }
