package ui

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/conviso"
	"conviso-importer/internal/text"
	"conviso-importer/ui/session"
)

// connection is what the platform has on record of this catalog.
type connection struct {
	integration *conviso.Integration
	// readAt is zero before the first answer.
	readAt time.Time
	err    error
}

// showConnection opens the panel and reads the record anew.
func (m *model) showConnection() tea.Cmd {
	m.read("Connection", m.connectionLines)
	if m.id.Offline {
		return nil
	}
	return m.connectionCmd()
}

// connected takes the platform's answer, and with it the state of auto-import.
func (m *model) connected(msg connectionMsg) tea.Cmd {
	if msg.err != nil {
		if !isCancelled(msg.err) {
			m.connection.err = msg.err
		}
		return m.autoKnown(msg.auto)
	}
	m.connection = connection{integration: msg.integration, readAt: m.now()}
	return m.autoKnown(msg.auto)
}

func (m *model) connectionLines(w int) []string {
	lines := m.factLines(w, []fact{
		{"catalog", m.id.CatalogURL}, {"its web app", m.id.CatalogAppURL}, {"list read", m.catalogWords("")},
	})
	lines = append(append(lines, ""), m.factLines(w, []fact{
		{"platform", m.id.PlatformURL}, {"its web app", m.id.PlatformAppURL},
		{"company", m.id.Company.ID + " " + m.id.Company.Label},
		{"environment", m.id.Environment}, {"assets read", m.assetWords("")},
	})...)
	lines = append(append(lines, ""), m.factLines(w, m.integrationFacts())...)
	lines = append(append(lines, ""), m.factLines(w, []fact{{"auto-import", m.auto.sentence(m.now())},
		{"unattended", "let cron start: " + session.Unattended}})...)
	return lines
}

// integrationFacts are the integration as last read, or why there is none to show.
func (m *model) integrationFacts() []fact {
	facts := []fact{{"instance", m.id.InstanceID}}
	c := &m.connection
	switch {
	case c.err != nil:
		return append(facts, fact{"integration", "could not be read: " + text.Sentence(c.err.Error())})
	case c.readAt.IsZero() && m.id.Offline:
		return append(facts, fact{"integration", "not read, offline"})
	case c.readAt.IsZero():
		return append(facts, fact{"integration", "being read"})
	case c.integration == nil:
		return append(facts, fact{"integration", "none yet; the first import creates it"})
	}
	i := c.integration
	flag := "off"
	if i.AutoImportEnabled {
		flag = "on"
	}
	return append(facts, fact{"integration", i.ID}, fact{"url", i.BackstageURL}, fact{"updated", i.UpdatedAt},
		fact{"flag", "auto-import " + flag}, fact{"read", text.Age(m.now(), c.readAt)})
}
