package cli

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"conviso-importer/internal/manpage"
)

func describeCommand(p *manpage.Page, cmd *cobra.Command) {
	if !cmd.IsAvailableCommand() {
		return
	}
	p.Subsection(usageLine(cmd))
	text := cmd.Long
	if text == "" {
		text = cmd.Short + "."
	}
	if before, found := strings.CutSuffix(text, queryHelp()); found {
		text = before + "The section on the filter language tells what a query may hold."
	}
	paragraphs(p, text)
	describeFlags(p, cmd.NonInheritedFlags())
	if cmd.Example != "" {
		p.Code(unindented(cmd.Example)...)
	}
	for _, sub := range cmd.Commands() {
		if cmd.Name() == "completion" {
			// cobra's texts are longer than all others together.
			p.Entry(setIn, manpage.Bold(sub.Name()), manpage.Plain(sentenceOf(sub.Short)))
			continue
		}
		describeCommand(p, sub)
	}
}

// usageLine is a command's usage without the program name and "[flags]".
func usageLine(cmd *cobra.Command) string {
	return strings.TrimPrefix(strings.TrimSuffix(cmd.UseLine(), " [flags]"), cmd.Root().Name()+" ")
}

func describeFlags(p *manpage.Page, flags *pflag.FlagSet) {
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		var term manpage.Text
		if f.Shorthand != "" {
			term = manpage.Bold("-"+f.Shorthand) + manpage.Plain(", ")
		}
		term += manpage.Bold("--" + f.Name)
		if value != "" {
			term += manpage.Plain(" ") + manpage.Italic(value)
		}
		text := sentenceOf(usage)
		if d := defaultOf(f); d != "" {
			text += " Default: " + d + "."
		}
		p.Entry(setIn, term, manpage.Plain(text))
	})
}

// defaultOf returns a flag's default; empty for zero values.
func defaultOf(f *pflag.Flag) string {
	d := strings.Trim(f.DefValue, "[]")
	if d == "false" || d == "0" || d == "0s" {
		return ""
	}
	if f.Value.Type() == "duration" {
		// Duration.String appends zero units, as in 15m0s.
		for _, unit := range []string{"0s", "0m"} {
			if rest := strings.TrimSuffix(d, unit); strings.HasSuffix(rest, "m") || strings.HasSuffix(rest, "h") {
				d = rest
			}
		}
	}
	return d
}

// paragraphs adds a command's help text; indented blocks stay as they are.
func paragraphs(p *manpage.Page, text string) {
	for _, block := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if strings.HasPrefix(block, " ") || strings.HasPrefix(block, "\t") {
			p.Code(unindented(block)...)
			continue
		}
		p.Paragraph(manpage.Plain(block))
	}
}

// unindented splits a block into lines and removes their common indentation.
func unindented(block string) []string {
	lines := strings.Split(strings.Trim(strings.ReplaceAll(block, "\t", "    "), "\n"), "\n")
	least := len(block)
	for _, line := range lines {
		if text := strings.TrimLeft(line, " "); text != "" {
			least = min(least, len(line)-len(text))
		}
	}
	for i, line := range lines {
		lines[i] = line[min(least, len(line)):]
	}
	return lines
}
