package ui

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"testing"

	"conviso-importer/catalog"
)

// command types a command and runs it.
func (h *harness) command(line string) {
	h.t.Helper()
	h.press(":")
	h.write(line)
	h.press("enter")
}

// TestCommands runs each command by its name, by a prefix and by its alias.
func TestCommands(t *testing.T) {
	for name, c := range map[string]struct {
		line   string
		shows  []string
		screen string
		quit   bool
	}{
		"sort":             {line: "sort owner desc", shows: []string{"sort OWNER ↓"}},
		"sort ascending":   {line: "sort owner", shows: []string{"sort OWNER ↑"}},
		"sort as it was":   {line: "sort catalog", shows: []string{"catalog order"}},
		"sort by nothing":  {line: "sort", shows: []string{"Sort by one of name, owner, type"}},
		"sort by what?":    {line: "sort foo", shows: []string{"Sort by one of name, owner, type"}},
		"filter":           {line: "filter sdk", shows: []string{"/ sdk", "2 of 26"}},
		"filter nothing":   {line: "filter", shows: []string{"26 of 26"}},
		"rows":             {line: "rows 4", shows: []string{"rows 1-4   page 1/7"}},
		"rows of what?":    {line: "rows x", shows: []string{"rows wants a number"}},
		"log":              {line: "log", screen: "Texts", shows: []string{"The log is empty."}},
		"help":             {line: "help", screen: "Texts", shows: []string{"Help: Table"}},
		"refresh":          {line: "refresh", shows: []string{"catalog just now"}},
		"quit":             {line: "quit", quit: true},
		"q":                {line: "q", quit: true},
		"the beginning":    {line: "so type", shows: []string{"sort TYPE ↑"}},
		"in capitals":      {line: "SORT Type DESC", shows: []string{"sort TYPE ↓"}},
		"two of them":      {line: "r", shows: []string{`"r" may be rows or refresh.`}},
		"none":             {line: "frob x", shows: []string{`No "frob", only company kind sort filter rows refresh accept adopt columns log help quit.`}},
		"nothing":          {line: "", shows: []string{"26 of 26"}},
		"which kinds":      {line: "kind", shows: []string{"The list has Component. Others are shown by :kind api,component"}},
		"no kind":          {line: "kind api/x", shows: []string{`"api/x" is not a kind of entity; write it like :kind api,component`}},
		"which company":    {line: "company", shows: []string{"This is company 1042 Acme Bank. The key sees 1042 Acme Bank, 2001"}},
		"this company":     {line: "company 1042", shows: []string{"This is company 1042 Acme Bank already."}},
		"no company":       {line: "company 7", shows: []string{`The key sees no company "7". It sees 1042 Acme Bank, 2001 Acme Seguros, 2002`}},
		"several of them":  {line: "company acme", shows: []string{`"acme" may be 1042 Acme Bank, 2001 Acme Seguros: name one by its id.`}},
		"another by id":    {line: "company 2001", quit: true},
		"another by name":  {line: "company acme seguros", quit: true},
		"another by words": {line: "company exemplo", quit: true},
	} {
		t.Run(name, func(t *testing.T) {
			f := mixedBank()
			f.pages[0] = slices.DeleteFunc(f.pages[0], func(e catalog.Entity) bool { return e.Name == "ledger-db" })
			for _, name := range []string{"a1", "a2", "a3", "a4"} {
				f.pages[0] = append(f.pages[0], entity(name, "", "service", ""))
			}
			within(t, 120, 24, f, nil, func(h *harness) {
				h.command(c.line)
				if h.quit != c.quit || h.m.onShow().name() != cmp.Or(c.screen, "Table") || h.m.browse.commanding {
					t.Errorf("quit is %t, the screen %s", h.quit, h.m.onShow().name())
				}
				h.shows(c.shows...)
			})
		})
	}
}

// TestCommandLine checks that esc and backspace leave the line without effect, its history, and that esc never quits.
func TestCommandLine(t *testing.T) {
	within(t, 80, 24, bank(), nil, func(h *harness) {
		h.press(":")
		h.shows("company  kind  sort", "esc leaves", "tab completes")
		h.write("quit")
		h.press("esc", "esc", "esc")
		if h.quit || h.m.browse.commanding {
			t.Error("esc has run the command, or not left it")
		}
		h.press(":", "q", "backspace", "backspace")
		if h.quit || h.m.browse.commanding {
			t.Error("deleting it does not leave it")
		}
		h.command("sort type")
		h.command("sort owner desc")
		h.press(":", "up", "up", "enter")
		h.shows("sort TYPE ↑")
		h.press(":")
		h.write("so")
		h.press("tab")
		h.write("ow")
		h.press("tab", " ", "d", "tab", "enter")
		h.shows("sort OWNER ↓")
	})
}

// TestCommandsSayWhyNot checks the reasons for commands that cannot be used.
func TestCommandsSayWhyNot(t *testing.T) {
	within(t, 80, 24, offline(), nil, func(h *harness) {
		h.command("refresh")
		h.shows("offline: run it without --offline to read again.")
		h.command("company 2001")
		h.shows("offline: run it without --offline to change the company.")
		h.press("?", "/")
		h.write("company ID")
		h.shows("open the table of another company - not now: offline")
	})
	within(t, 80, 24, busyBank(), nil, func(h *harness) {
		h.press("j", "space", "i", "y", "esc")
		h.command("company 2001")
		h.shows("An import is under way. The company can be changed when it has ended")
		if h.quit {
			t.Error("it left an import that was under way")
		}
		close(h.e.release)
		h.settle()
		h.command("company 2001")
		if !h.quit || h.outcome().Company.ID != "2001" {
			t.Error("it does not leave after the import")
		}
	})
}

// TestCompaniesThatCannotBeRead checks that only a user who asked sees the error, and that asking again retries.
func TestCompaniesThatCannotBeRead(t *testing.T) {
	f := bank()
	f.companiesErr = errors.New("read the companies: connection refused")
	within(t, 80, 24, f, nil, func(h *harness) {
		h.press(":")
		h.write("company 2")
		h.lacks("connection refused")
		h.press("enter")
		h.shows("! Read the companies: connection refused")
		h.e.companiesErr = nil
		h.press(":")
		h.write("company ban")
		h.shows(" 1042 Acme Bank  2002 Banco do Exemplo")
		h.press("tab", "tab", "enter")
		if out := h.outcome(); !h.quit || out.Company.ID != "2002" {
			t.Errorf("it goes to %v", out.Company)
		}
	})
}

// TestLeavingKeepsTheView checks that filter and kinds survive a change of the company.
func TestLeavingKeepsTheView(t *testing.T) {
	within(t, 80, 24, mixedBank(), func(o *Options) { o.Filter, o.Words = "api", []string{"This is company 1042 now."} }, func(h *harness) {
		h.shows("/ api", "1 of 23", "This is company 1042 now.")
		h.lacks("! This")
		h.command("kind api")
		h.command("company 2001")
		if out := h.outcome(); !h.quit || out.Filter != "api" || !slices.Equal(out.Kinds, []string{"api"}) {
			t.Errorf("it leaves with %+v", out)
		}
	})
}

// TestCommandHelp checks that help and manual list exactly the commands that exist.
func TestCommandHelp(t *testing.T) {
	within(t, 200, 100, bank(), nil, func(h *harness) {
		h.press("?")
		all := Commands()
		for i, c := range h.m.browse.commands() {
			h.shows(":"+c.name, c.help)
			if !strings.HasPrefix(all[i].Usage, ":"+c.name) || all[i].Help != c.help {
				t.Errorf("the manual has %+v for %s", all[i], c.name)
			}
		}
	})
}
