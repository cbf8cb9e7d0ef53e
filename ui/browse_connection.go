package ui

import (
	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/internal/text"
	"conviso-importer/ui/session"
)

func (m *browseScreen) showConnection() tea.Cmd {
	m.reader.read("Connection", m.connectionLines)
	if m.work.ID.Offline {
		return nil
	}
	m.work.ReadConnection()
	return nil
}

func (m *browseScreen) connectionLines(w int) []string {
	lines := m.factLines(w, []session.Fact{
		{Name: "catalog", Value: m.work.ID.CatalogURL}, {Name: "its web app", Value: m.work.ID.CatalogAppURL}, {Name: "list read", Value: m.catalogWords("")},
	})
	lines = append(append(lines, ""), m.factLines(w, []session.Fact{
		{Name: "platform", Value: m.work.ID.PlatformURL}, {Name: "its web app", Value: m.work.ID.PlatformAppURL},
		{Name: "company", Value: m.work.ID.Company.ID + " " + m.work.ID.Company.Label},
		{Name: "environment", Value: m.work.ID.Environment}, {Name: "assets read", Value: m.assetWords("")},
	})...)
	lines = append(append(lines, ""), m.factLines(w, m.integrationFacts())...)
	lines = append(append(lines, ""), m.factLines(w, []session.Fact{{Name: "auto-import", Value: m.work.Auto.Words(m.now())},
		{Name: "unattended", Value: "let cron start: " + session.Unattended}})...)
	return lines
}

// integrationFacts describe the integration as read last, or why it is unknown.
func (m *browseScreen) integrationFacts() []session.Fact {
	facts := []session.Fact{{Name: "instance", Value: m.work.ID.InstanceID}}
	c := &m.work.Connection
	switch {
	case c.Err != nil:
		return append(facts, session.Fact{Name: "integration", Value: "could not be read: " + text.Sentence(c.Err.Error())})
	case c.ReadAt.IsZero() && m.work.ID.Offline:
		return append(facts, session.Fact{Name: "integration", Value: "not read, offline"})
	case c.ReadAt.IsZero():
		return append(facts, session.Fact{Name: "integration", Value: "being read"})
	case c.Integration == nil:
		return append(facts, session.Fact{Name: "integration", Value: "none yet; the first import creates it"})
	}
	i := c.Integration
	flag := "off"
	if i.AutoImportEnabled {
		flag = "on"
	}
	return append(facts, session.Fact{Name: "integration", Value: i.ID}, session.Fact{Name: "url", Value: i.BackstageURL}, session.Fact{Name: "updated", Value: i.UpdatedAt},
		session.Fact{Name: "flag", Value: "auto-import " + flag}, session.Fact{Name: "read", Value: text.Age(m.now(), c.ReadAt)})
}
