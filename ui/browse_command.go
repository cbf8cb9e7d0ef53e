package ui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/ui/entry"
	"conviso-importer/ui/session"

	tea "github.com/charmbracelet/bubbletea"
)

// command is one command of the command line; run, completion and help use the same list.
type command struct {
	name       string
	short      string // an alias
	args, help string
	complete   func(typed string) entry.Proposals // nil proposes nothing; from counts within the argument
	off        func() string                      // why it cannot be used now; nil means that it always can
	run        func(arg string) tea.Cmd
}

func (m *browseScreen) commands() []command {
	just := func(run func()) func(string) tea.Cmd { return func(string) tea.Cmd { run(); return nil } }
	return []command{
		{name: "company", args: "ID or NAME", help: "open the table of another company", off: m.work.NoSwitch,
			complete: func(typed string) entry.Proposals { return entry.Proposals{List: m.companies.propose(typed)} }, run: m.wantCompany},
		{name: "kind", args: "KIND,KIND", help: "show entities of these kinds", complete: completeKinds, run: m.useKinds},
		{name: "sort", args: "COLUMN [asc|desc|catalog]", help: "sort by a column, or as the catalog does", complete: completeSort, run: m.sortByName},
		{name: "filter", args: "QUERY", help: "filter the list; nothing shows all again", complete: m.completeFilter,
			run: func(arg string) tea.Cmd { return tea.Batch(m.setFilter(arg), m.rememberFilter()) }},
		{name: "rows", args: "N", help: "show at most so many rows a page; 0 as many as fit", run: m.limitRows},
		{name: "refresh", help: "read the catalog and the assets again", off: m.offline, run: just(func() { m.work.Refresh(true) })},
		{name: "accept", help: "take a list that lost most of its entries for right", off: m.work.NotShrunk, run: just(m.work.AcceptShrunk)},
		{name: "adopt", help: "take over a queue that was copied from another machine", off: m.work.NotCopied,
			run: just(func() { m.askAdopt(func() tea.Cmd { return nil }) })},
		{name: "columns", help: "more columns at the cost of the names; again: fewer", run: just(func() { m.wide = !m.wide })},
		{name: "log", help: "what was said and what happened, in full", run: just(m.showLog)},
		{name: "help", help: "the keys and commands", run: just(m.showHelp)},
		{name: "quit", short: "q", help: "quit", run: func(string) tea.Cmd { return m.quit() }},
	}
}

// runCommand accepts any unambiguous prefix of a command's name.
func (m *browseScreen) runCommand(line string) tea.Cmd {
	m.notices.drop(session.AboutKey)
	name, arg, _ := strings.Cut(strings.TrimSpace(line), " ")
	if name == "" {
		return nil
	}
	all := m.commands()
	found := findCommands(all, strings.ToLower(name))
	if len(found) > 1 {
		m.say(fmt.Sprintf("%q may be %s.", name, commandNames(found, " or ")))
		return nil
	}
	if len(found) == 0 {
		m.say(fmt.Sprintf("No %q, only %s.", name, commandNames(all, " ")))
		return nil
	}
	if found[0].off != nil {
		if why := found[0].off(); why != "" {
			m.say(why)
			return nil
		}
	}
	return found[0].run(strings.TrimSpace(arg))
}

func commandNames(commands []command, between string) string {
	names := make([]string, len(commands))
	for i := range commands {
		names[i] = commands[i].name
	}
	return strings.Join(names, between)
}

// findCommands returns the exact match, or all commands with that prefix.
func findCommands(all []command, name string) []command {
	var found []command
	for _, c := range all {
		if c.name == name || c.short == name {
			return []command{c}
		}
		if strings.HasPrefix(c.name, name) {
			found = append(found, c)
		}
	}
	return found
}

func (m *browseScreen) completeCommand(before string) entry.Proposals {
	name, arg, behind := strings.Cut(before, " ")
	all := m.commands()
	if !behind {
		var p entry.Proposals
		for i := range all {
			if c := &all[i]; strings.HasPrefix(c.name, strings.ToLower(name)) {
				text := c.name
				if c.args != "" {
					text += " "
				}
				p.List = append(p.List, entry.Proposal{Text: text, Shown: c.name})
			}
		}
		return p
	}
	found := findCommands(all, strings.ToLower(name))
	if len(found) != 1 || found[0].complete == nil {
		return entry.Proposals{}
	}
	p := found[0].complete(arg)
	p.From += len([]rune(name)) + 1
	return p
}

func completeKinds(typed string) entry.Proposals {
	last := lastPart(typed, ',')
	p := entry.Proposals{From: len([]rune(typed)) - len([]rune(last))}
	for _, kind := range catalog.StandardKinds() {
		if hasPrefixFold(kind, last) {
			p.List = append(p.List, entry.Proposal{Text: kind, Shown: session.KindName(kind)})
		}
	}
	return p
}

func sortWordList() []string { return []string{"asc", "desc", "catalog"} }

func sortNames() []string {
	names := session.OrderTitles()
	for i := range names {
		names[i] = strings.ToLower(names[i])
	}
	return names
}

func completeSort(typed string) entry.Proposals {
	words := sortWordList()
	last := lastPart(typed, ' ')
	if len(last) == len(typed) {
		words = append(sortNames(), words[len(words)-1:]...)
	}
	p := entry.Proposals{From: len([]rune(typed)) - len([]rune(last))}
	for _, word := range words {
		if hasPrefixFold(word, last) {
			p.List = append(p.List, entry.Proposal{Text: word, Shown: word})
		}
	}
	return p
}

func (m *browseScreen) sortByName(arg string) tea.Cmd {
	s, by := m.sort, session.Ascending
	words := strings.Fields(strings.ToLower(arg))
	if n := len(words); n > 0 {
		if i := slices.Index(sortWordList(), words[n-1]); i >= 0 {
			by, words = session.Direction(i), words[:n-1]
		}
	}
	if len(words) == 1 {
		s.Column = slices.Index(sortNames(), words[0])
	}
	if arg == "" || len(words) > 1 || s.Column < 0 {
		m.say(fmt.Sprintf("sort by one of %s, and then asc, desc or catalog: :sort owner desc.", strings.Join(sortNames(), ", ")))
		return nil
	}
	s.Direction = by
	return m.order(s)
}

func (m *browseScreen) limitRows(arg string) tea.Cmd {
	n, err := strconv.Atoi(arg)
	if err != nil || n < 0 {
		m.say(":rows wants a number: :rows 20 shows at most 20 rows a page, :rows 0 as many as fit.")
		return nil
	}
	m.opt.Rows = n
	m.resize()
	return nil
}

func (m *browseScreen) commandHelp() []session.Fact {
	all := m.commands()
	facts := make([]session.Fact, 0, len(all))
	for _, c := range all {
		text := c.help
		if c.short != "" {
			text += "; also :" + c.short
		}
		if c.off != nil {
			if why := c.off(); why != "" {
				text += " - not now: " + why
			}
		}
		if c.args != "" {
			text = c.args + ": " + text
		}
		facts = append(facts, session.Fact{Name: ":" + c.name, Value: text})
	}
	return facts
}

// CommandHelp documents a command of the command line.
type CommandHelp struct{ Usage, Help string }

// Commands returns the commands of the command line.
func Commands() []CommandHelp {
	commands := blank().browse.commands()
	all := make([]CommandHelp, 0, len(commands))
	for _, c := range commands {
		h := CommandHelp{Usage: strings.TrimSpace(":" + c.name + " " + c.args), Help: c.help}
		if c.short != "" {
			h.Usage += ", :" + c.short
		}
		all = append(all, h)
	}
	return all
}
