package ui

import (
	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/internal/text"
	"conviso-importer/ui/session"
)

// showConnection opens the panel and reads the record anew.
func (m *model) showConnection() tea.Cmd {
	m.read("Connection", m.connectionLines)
	if m.work.ID.Offline {
		return nil
	}
	m.work.ReadConnection()
	return nil
}

func (m *model) connectionLines(w int) []string {
	lines := m.factLines(w, []fact{
		{"catalog", m.work.ID.CatalogURL}, {"its web app", m.work.ID.CatalogAppURL}, {"list read", m.catalogWords("")},
	})
	lines = append(append(lines, ""), m.factLines(w, []fact{
		{"platform", m.work.ID.PlatformURL}, {"its web app", m.work.ID.PlatformAppURL},
		{"company", m.work.ID.Company.ID + " " + m.work.ID.Company.Label},
		{"environment", m.work.ID.Environment}, {"assets read", m.assetWords("")},
	})...)
	lines = append(append(lines, ""), m.factLines(w, m.integrationFacts())...)
	lines = append(append(lines, ""), m.factLines(w, []fact{{"auto-import", m.work.Auto.Words(m.now())},
		{"unattended", "let cron start: " + session.Unattended}})...)
	return lines
}

// integrationFacts are the integration as last read, or why there is none to show.
func (m *model) integrationFacts() []fact {
	facts := []fact{{"instance", m.work.ID.InstanceID}}
	c := &m.work.Connection
	switch {
	case c.Err != nil:
		return append(facts, fact{"integration", "could not be read: " + text.Sentence(c.Err.Error())})
	case c.ReadAt.IsZero() && m.work.ID.Offline:
		return append(facts, fact{"integration", "not read, offline"})
	case c.ReadAt.IsZero():
		return append(facts, fact{"integration", "being read"})
	case c.Integration == nil:
		return append(facts, fact{"integration", "none yet; the first import creates it"})
	}
	i := c.Integration
	flag := "off"
	if i.AutoImportEnabled {
		flag = "on"
	}
	return append(facts, fact{"integration", i.ID}, fact{"url", i.BackstageURL}, fact{"updated", i.UpdatedAt},
		fact{"flag", "auto-import " + flag}, fact{"read", text.Age(m.now(), c.ReadAt)})
}
