package ui

import (
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/safetext"
)

// companies are those that the key sees, once they were asked for.
type companies struct {
	list    []conviso.Company
	known   bool
	reading bool
	// wanted is what the user asked for while the list was being read, asked that they did.
	wanted string
	asked  bool
}

// companiesMsg is the list of the companies that the key sees.
type companiesMsg struct {
	list []conviso.Company
	err  error
}

// noSwitch is why the company cannot be changed now.
func (m *model) noSwitch() string { return noSwitch(m.id, m.job.Sends && m.left.Unfinished() > 0) }

func noSwitch(id importer.Identity, sending bool) string {
	switch {
	case id.Offline:
		return "offline: run it without --offline to change the company."
	case sending:
		return "an import is under way. The company can be changed when it has ended, or in a new window."
	}
	return ""
}

// readCompanies asks for the companies, unless they are known or were asked for.
func (m *model) readCompanies() tea.Cmd {
	if m.companies.known || m.companies.reading || m.id.Offline {
		return nil
	}
	m.companies.reading = true
	ctx, e := m.ctx, m.engine
	return func() tea.Msg {
		list, err := e.Companies(ctx)
		return companiesMsg{list: list, err: err}
	}
}

// companiesRead takes the list, and goes on with what waited for it.
func (m *model) companiesRead(msg companiesMsg) tea.Cmd {
	asked := m.companies.asked
	m.companies.reading, m.companies.asked = false, false
	if msg.err != nil {
		if asked && !isCancelled(msg.err) {
			m.fail(aboutKey, msg.err, "")
		}
		return nil
	}
	m.companies.list, m.companies.known = msg.list, true
	if m.commanding {
		m.command.propose()
	}
	if !asked {
		return nil
	}
	if why := m.noSwitch(); why != "" {
		m.say(why)
		return nil
	}
	return m.switchCompany(m.companies.wanted)
}

// wantCompany leaves for another company, once it is known which there are.
func (m *model) wantCompany(text string) tea.Cmd {
	if m.companies.known {
		return m.switchCompany(text)
	}
	m.companies.wanted, m.companies.asked = text, true
	m.say("Reading the companies" + m.gl.Ellipsis)
	return m.readCompanies()
}

// switchCompany ends the table, for whoever opened it to open it again on another company.
// A company that the key does not see changes nothing.
func (m *model) switchCompany(text string) tea.Cmd {
	company, answer := m.companies.choose(text, m.id.Company)
	if answer != "" {
		m.say(answer)
		return nil
	}
	m.leaveTo = company
	return tea.Quit
}

// choose returns the company that is meant, or says why there is none to go to from this one.
func (c *companies) choose(text string, now conviso.Company) (company conviso.Company, answer string) {
	found := c.find(text)
	switch {
	case strings.TrimSpace(text) == "":
		if len(c.list) == 1 {
			return company, fmt.Sprintf("This is company %s. The key sees no other.", companyName(now))
		}
		return company, fmt.Sprintf("This is company %s. The key sees %s. :company ID changes it.", companyName(now), c.words())
	case len(found) == 1 && found[0].ID == now.ID:
		return company, fmt.Sprintf("This is company %s already.", companyName(now))
	case len(found) == 1:
		return found[0], ""
	case len(found) > 1:
		return company, fmt.Sprintf("%q may be %s: name one by its id.", text, (&companies{list: found}).words())
	}
	return company, fmt.Sprintf("The key sees no company %q. It sees %s.", text, c.words())
}

// find returns the company of an id, or those of a name: the one that is called so, or else
// all whose names hold the text.
func (c *companies) find(text string) []conviso.Company {
	text = strings.ToLower(strings.TrimSpace(text))
	var called, holding []conviso.Company
	for _, company := range c.list {
		label := strings.ToLower(company.Label)
		switch {
		case company.ID == text:
			return []conviso.Company{company}
		case label == text:
			called = append(called, company)
		case text != "" && strings.Contains(label, text):
			holding = append(holding, company)
		}
	}
	if len(called) > 0 {
		return called
	}
	return holding
}

// words name a handful of the companies.
func (c *companies) words() string {
	const most = 5
	names := make([]string, min(most, len(c.list)))
	for i := range names {
		names[i] = companyName(c.list[i])
	}
	words := strings.Join(names, ", ")
	if more := len(c.list) - most; more > 0 {
		words += fmt.Sprintf(" and %d more", more)
	}
	return words
}

// propose are the companies whose id or name goes on as typed.
func (c *companies) propose(typed string) []proposal {
	var list []proposal
	typed = strings.ToLower(typed)
	for _, company := range c.list {
		if strings.HasPrefix(company.ID, typed) || strings.Contains(strings.ToLower(company.Label), typed) {
			list = append(list, proposal{company.ID, companyName(company)})
		}
	}
	return list
}

func companyName(c conviso.Company) string {
	return safetext.Line(strings.TrimSpace(c.ID + " " + c.Label))
}
