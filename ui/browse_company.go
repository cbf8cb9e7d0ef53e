package ui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/conviso"
	"conviso-importer/ui/entry"
	"conviso-importer/ui/session"
)

// companies are those that the key can access, read on demand.
type companies struct {
	list    []conviso.Company
	known   bool
	reading bool
	wanted  string // requested while reading; asked reports that
	asked   bool
}

func (m *browseScreen) readCompanies() tea.Cmd {
	if m.companies.known || m.companies.reading || m.work.ID.Offline {
		return nil
	}
	m.companies.reading = true
	m.work.ReadCompanies(m.companiesRead)
	return nil
}

func (m *browseScreen) companiesRead(list []conviso.Company, err error) {
	asked := m.companies.asked
	m.companies.reading, m.companies.asked = false, false
	if err != nil {
		if asked && !cancelled(err) {
			m.fail(session.AboutKey, err, "")
		}
		return
	}
	m.companies.list, m.companies.known = list, true
	if m.commanding {
		m.command.Propose()
	}
	if !asked {
		return
	}
	if why := m.work.NoSwitch(); why != "" {
		m.say(why)
		return
	}
	m.pendingCmds = append(m.pendingCmds, m.switchCompany(m.companies.wanted))
}

func (m *browseScreen) wantCompany(text string) tea.Cmd {
	if m.companies.known {
		return m.switchCompany(text)
	}
	m.companies.wanted, m.companies.asked = text, true
	m.say("Reading the companies" + m.gl.Ellipsis)
	return m.readCompanies()
}

// switchCompany ends the program so that its caller opens the table of another company.
func (m *browseScreen) switchCompany(text string) tea.Cmd {
	company, answer := session.ChooseCompany(text, m.companies.list, m.work.ID.Company)
	if answer != "" {
		m.say(answer)
		return nil
	}
	m.leaveTo = company
	return tea.Quit
}

func (c *companies) propose(typed string) []entry.Proposal {
	var list []entry.Proposal
	typed = strings.ToLower(typed)
	for _, company := range c.list {
		if strings.HasPrefix(company.ID, typed) || strings.Contains(strings.ToLower(company.Label), typed) {
			list = append(list, entry.Proposal{Text: company.ID, Shown: session.CompanyName(company)})
		}
	}
	return list
}
