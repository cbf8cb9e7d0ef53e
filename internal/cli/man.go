package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"conviso-importer/catalog"
	"conviso-importer/internal/config"
	"conviso-importer/internal/manpage"
	"conviso-importer/ui"
)

const (
	setIn     = 8
	setInKeys = 14
)

func (a *app) manCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "man",
		Short: "Print the manual page",
		Long: `Print the manual page: commands, options, keys, filter language, settings and exit codes.
Its form is that of man(7), which man reads from a pipe or finds in a folder.`,
		Example: "  conviso-importer man | man -l -\n  conviso-importer man > ~/.local/share/man/man1/conviso-importer.1",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			// The date of the commit: a build always prints the same page.
			date, _, _ := strings.Cut(buildSetting("vcs.time"), "T")
			_, err := manual(cmd.Root(), date).WriteTo(a.out)
			return err
		},
	}
}

// manual builds the page from the command tree and the other packages' own help.
func manual(root *cobra.Command, date string) *manpage.Page {
	p := manpage.New(root.Name(), "1", date, root.Name()+" "+version, "User Commands")
	p.Section("NAME")
	p.Paragraph(manpage.Plain(root.Name() + " - " + strings.ToLower(root.Short[:1]) + root.Short[1:]))
	p.Section("SYNOPSIS")
	p.Paragraph(manpage.Bold(root.Name()) + manpage.Plain(" [") + manpage.Italic("options") + manpage.Plain("]"))
	p.Paragraph(manpage.Bold(root.Name()) + manpage.Plain(" ") + manpage.Italic("command") +
		manpage.Plain(" [") + manpage.Italic("options") + manpage.Plain("] [") + manpage.Italic("arguments") + manpage.Plain("]"))
	p.Section("DESCRIPTION")
	paragraphs(p, aboutProgram)
	p.Section("COMMANDS")
	for _, cmd := range root.Commands() {
		describeCommand(p, cmd)
	}
	p.Section("GLOBAL OPTIONS")
	describeFlags(p, root.PersistentFlags())
	p.Entry(setIn, manpage.Bold("-h")+manpage.Plain(", ")+manpage.Bold("--help"), manpage.Plain("Print what a command is for, and its options."))
	describeKeys(p)
	p.Section("FILTER LANGUAGE")
	p.Paragraph(manpage.Plain("The same in the table, in list and in import --query."))
	p.List(setInKeys, items(catalog.QueryHelp(), func(h catalog.QueryHint) manpage.Item { return item(h.Form, h.Meaning) }))
	p.Section("STATUS WORDS")
	p.List(setInKeys, items(ui.StatusWords(), func(s ui.StatusWord) manpage.Item { return item(s.Word, s.Meaning) }))
	p.Section("ENVIRONMENT")
	p.Paragraph(manpage.Plain("Options win over variables, these over the configuration file."))
	describeSettings(p, config.Variables())
	describeSettings(p, conventions())
	describeFiles(p)
	p.Section("EXIT STATUS")
	p.List(setIn, items(exits(), func(e exit) manpage.Item { return item(fmt.Sprint(e.code), e.meaning) }))
	describeExamples(p)
	p.Section("SEE ALSO")
	p.Paragraph(manpage.Bold("crontab") + manpage.Plain("(5), ") + manpage.Bold("jq") + manpage.Plain("(1)"))
	p.Paragraph(manpage.Plain("Backstage: https://backstage.io. Conviso Platform: https://www.convisoappsec.com."))
	return p
}

func item(word, meaning string) manpage.Item {
	return manpage.Item{Term: manpage.Bold(word), Meaning: manpage.Plain(meaning)}
}

func items[T any](from []T, of func(T) manpage.Item) []manpage.Item {
	list := make([]manpage.Item, len(from))
	for i, one := range from {
		list[i] = of(one)
	}
	return list
}

func conventions() []config.Doc {
	return []config.Doc{
		{Name: "HTTPS_PROXY, NO_PROXY", Meaning: "the proxy to the catalog and the platform, and the hosts that need none; loopback never does"},
		{Name: "TERM", Meaning: "the kind of terminal; on one that cannot move its cursor, such as dumb, the work is done in lines"},
		{Name: "ACCESSIBLE", Meaning: "any text asks for lines rather than the table"},
		{Name: "LC_ALL, LC_CTYPE, LANG", Meaning: "where the first that is set has another charset than UTF-8, nothing outside ASCII is written; --ascii decides otherwise"},
		{Name: "SSH_TTY", Meaning: "where it is set, the table sends only the cells that change; --no-diff leaves drawing to the library"},
		{Name: "BROWSER", Meaning: "the program that opens addresses, where it names one alone", Default: "the system's"},
		{Name: "TMPDIR", Meaning: "where the demo keeps its state while it runs", Default: "/tmp"},
	}
}

func describeKeys(p *manpage.Page) {
	p.Section("KEYS")
	p.Paragraph(manpage.Plain("In the table ? shows the keys of the screen, and which of them cannot be used now and why; / searches that list."))
	for _, s := range ui.Keys() {
		p.Subsection(s.Name)
		p.Paragraph(manpage.Plain(s.About))
		for _, group := range s.Groups {
			p.Paragraph(manpage.Italic(group.Name))
			p.List(setInKeys, items(group.Keys, func(k ui.KeyHelp) manpage.Item { return item(k.Shown, k.Help) }))
		}
	}
	p.Subsection("The command line of the table")
	p.Paragraph(manpage.Plain("Tab completes; the beginning of a command is enough where it means one alone."))
	p.List(setInKeys, items(ui.Commands(), func(c ui.CommandHelp) manpage.Item { return item(c.Usage, c.Help) }))
}

func describeSettings(p *manpage.Page, settings []config.Doc) {
	for _, s := range settings {
		text := sentenceOf(s.Meaning)
		if s.Default != "" {
			text += " Default: " + s.Default + "."
		}
		p.Entry(setIn, manpage.Bold(s.Name), manpage.Plain(text))
	}
}

func describeFiles(p *manpage.Page) {
	p.Section("FILES")
	for _, f := range [][2]string{
		{"~/.config/conviso-importer/app-config.yaml", "configuration in the form of Backstage's own file; read where no --config names others. " +
			"A file that merely lies in the working directory is not read"},
		{"~/.cache/conviso-importer/cache.db", "what was read of the catalog and the platform; it may be deleted"},
		{"~/.local/state/conviso-importer/queue-*.db", "what was confirmed and is not finished, and what became of the rest; one file per platform and company"},
		{"~/.local/state/conviso-importer/companies.json", "the company that was chosen for each catalog"},
		{"~/.local/state/conviso-importer/filters", "earlier filters of the table; it may be deleted"},
		{"~/.local/state/conviso-importer/debug.log", "what --debug writes down, without secrets; one of more than 10 MiB is begun anew and kept as debug.log.1"},
		{"~/.local/state/conviso-importer/crash-*.txt", "reports of faults of the program's own, without secrets"},
	} {
		p.Entry(setIn, manpage.Bold(f[0]), manpage.Plain(sentenceOf(f[1])))
	}
	p.Paragraph(manpage.Plain("Keys of app-config.yaml that are read:"))
	describeSettings(p, config.FileKeys())
	p.Paragraph(manpage.Plain("An entity that is annotated conviso.com/import: \"false\" is never imported in bulk."))
}

func describeExamples(p *manpage.Page) {
	p.Section("EXAMPLES")
	for _, e := range []struct {
		what  string
		lines []string
	}{
		{"Look around without any system of your own:", []string{"conviso-importer demo"}},
		{"Open the table on your systems:", []string{"export BACKSTAGE_URL=https://backstage.example.com", "export BACKSTAGE_TOKEN_FILE=~/.backstage-token",
			"export CONVISO_API_KEY_FILE=~/.conviso-key", "conviso-importer"}},
		{"Hand the list to a spreadsheet:", []string{"conviso-importer list -o csv > entities.csv"}},
		{"Have a plan looked at by somebody else, and send exactly that:", []string{"conviso-importer import --all-new --dry-run -o json > plan.json",
			"conviso-importer import --plan plan.json"}},
		{"Import what is new every hour, from crontab:", []string{"0 * * * * conviso-importer import --all-new"}},
	} {
		p.Paragraph(manpage.Plain(e.what))
		p.Code(e.lines...)
	}
}

// sentenceOf capitalises a phrase, unless its first token is not a word, and adds a full stop.
func sentenceOf(phrase string) string {
	first, _, _ := strings.Cut(phrase, " ")
	if first != "" && strings.Trim(first, "abcdefghijklmnopqrstuvwxyz,;:.") == "" {
		phrase = strings.ToUpper(phrase[:1]) + phrase[1:]
	}
	return strings.TrimRight(phrase, ".") + "."
}
