package cli

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"conviso-importer/internal/host"
)

// Output formats of the -o flag.
const (
	formatTable = "table"
	formatJSON  = "json"
	formatCSV   = "csv"
	formatName  = "name"
)

// format is a pflag.Value that accepts one of some words.
type format struct {
	value *string
	words []string
}

func (f format) String() string { return *f.value }

func (f format) Type() string { return strings.Join(f.words, "|") }

func (f format) Set(word string) error {
	if !slices.Contains(f.words, word) {
		return fmt.Errorf("use one of %s", strings.Join(f.words, ", "))
	}
	*f.value = word
	return nil
}

// outputFlag adds -o; the first word is the default.
func outputFlag(cmd *cobra.Command, value *string, words ...string) {
	*value = words[0]
	cmd.Flags().VarP(format{value: value, words: words}, "output", "o", "print as this")
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
}

func isTerminal(f *os.File) bool { return f != nil && term.IsTerminal(f.Fd()) }

// noColorSet reports whether NO_COLOR is set (no-color.org).
func noColorSet() bool { return os.Getenv("NO_COLOR") != "" }

// asciiOnly reports whether to write ASCII only: --ascii decides, or else the locale.
func (a *app) asciiOnly() bool {
	if a.configured != nil && a.configured.PersistentFlags().Changed("ascii") {
		return a.ascii
	}
	return host.ASCIILocale(runtime.GOOS, os.Getenv)
}

// toASCII replaces the program's own non-ASCII characters where only ASCII may be written.
func (a *app) toASCII(text string) string {
	if !a.asciiOnly() {
		return text
	}
	return strings.NewReplacer("…", "...", "→", "->").Replace(text)
}
