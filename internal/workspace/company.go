package workspace

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/internal/config"
	"conviso-importer/internal/ownfile"
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/secret"
)

// labelWait is the wait for a company's name, which is shown but not needed.
const labelWait = 1500 * time.Millisecond

// Recall says whether the company that a person looked at last may decide where none is configured. The
// zero value is for what sends, or runs with nobody looking on: a look may never redirect an import.
type Recall int

// Values of Recall. Without a server, where nothing can be sent, the remembered company is used and said
// by all.
const (
	RecallNothing Recall = iota
	RecallAndSay         // for what only reads: the workspace's notes say which company it is
	RecallForView        // for a person at a terminal, who sees the company on the screen
)

// companyOf returns the configured company, the one remembered for this catalog and platform where that
// counts, the only one that the key sees, or the user's choice. The note is for the user, and may be empty.
func companyOf(ctx context.Context, c *config.Config, platform *conviso.Client, o Options) (company conviso.Company, note string, err error) {
	memory := openMemory(c)
	if o.Company.ID != "" {
		if c.Conviso.CompanyID == "" {
			memory.keep(remembered{Company: o.Company})
		}
		return o.Company, "", nil
	}
	known, ok := memory.company()
	switch {
	case c.Conviso.CompanyID != "":
		return configured(ctx, c, platform, memory), "", nil
	case ok && (o.Recall == RecallForView || o.Recall == RecallAndSay && known.Only):
		return known.Company, "", nil
	case ok && (o.Recall == RecallAndSay || platform == nil):
		return known.Company, recalled(known.Company), nil
	case platform == nil:
		return company, "", problem("no company is remembered for this catalog; set CONVISO_COMPANY_ID, or run once without --offline")
	}
	company, only, err := seen(ctx, c, platform, o)
	if err == nil {
		memory.keep(remembered{Company: company, Only: only})
	}
	return company, "", err
}

// configured returns the configured company, with its name if that comes soon.
func configured(ctx context.Context, c *config.Config, platform *conviso.Client, memory memory) conviso.Company {
	company := conviso.Company{ID: c.Conviso.CompanyID}
	if known, ok := memory.company(); ok && known.ID == company.ID && known.Label != "" {
		return known.Company
	}
	if platform == nil {
		return company
	}
	waiting, cancel := context.WithTimeout(ctx, labelWait)
	defer cancel()
	if found, err := platform.Company(waiting, company.ID); err == nil {
		company = found
		memory.keep(remembered{Company: company})
	}
	return company
}

func recalled(company conviso.Company) string {
	return fmt.Sprintf("no company is set, so this is for %s, the last one used here; set CONVISO_COMPANY_ID or --company to choose",
		strings.TrimSpace(company.ID+" "+company.Label))
}

// seen returns the only company that the key sees, or the user's choice.
func seen(ctx context.Context, c *config.Config, platform *conviso.Client, o Options) (company conviso.Company, only bool, err error) {
	companies, err := platform.Companies(ctx)
	if err != nil {
		return company, false, err
	}
	switch {
	case len(companies) == 0:
		return company, false, &noCompanyError{setting: secret.SettingOf(c.Conviso.KeySetting, "CONVISO_API_KEY", false)}
	case len(companies) == 1:
		return companies[0], true, nil
	case o.Choose == nil:
		return company, false, problem("the key sees %d companies: %s; set CONVISO_COMPANY_ID or --company to one of these ids", len(companies), listCompanies(companies))
	}
	company, err = o.Choose(ctx, companies)
	return company, false, err
}

// SwitchText returns the message about the table's new company, and how long that lasts.
func SwitchText(c *config.Config, company conviso.Company) string {
	name := safetext.Line(strings.TrimSpace(company.ID + " " + company.Label))
	if c.Conviso.CompanyID == "" {
		return fmt.Sprintf("This is company %s now, and at the next start.", name)
	}
	origin := ""
	for _, setting := range c.Settings() {
		if setting.Name == "CONVISO_COMPANY_ID" {
			origin = " (" + setting.Origin + ")"
		}
	}
	return fmt.Sprintf("This is company %s for this session; the next start is for %s again%s.", name, c.Conviso.CompanyID, origin)
}

// noCompanyError is the error for a key that sees no company.
type noCompanyError struct{ setting string }

func (e *noCompanyError) Error() string {
	return fmt.Sprintf("the key of %s sees no company; ask for access to one, or use another key", e.setting)
}

func (e *noCompanyError) Unwrap() error { return conviso.ErrAuth }

func listCompanies(companies []conviso.Company) string {
	const most = 8
	var names []string
	for i, company := range companies {
		if i == most {
			names = append(names, "…")
			break
		}
		names = append(names, company.ID+" ("+company.Label+")")
	}
	return strings.Join(names, ", ")
}

// maxMemory is the size of companies.json at most, in bytes.
const maxMemory = 1 << 20

// memory is the file with the last company of each catalog and platform.
type memory struct {
	path, key string
}

func openMemory(c *config.Config) memory {
	if c.StateDir == "" || c.Backstage.AppURL == nil {
		return memory{}
	}
	return memory{path: filepath.Join(c.StateDir, "companies.json"), key: c.Backstage.AppURL.String() + " " + address(c.Conviso.Base)}
}

// remembered is a company as the file has it.
type remembered struct {
	conviso.Company

	Only bool `json:"only,omitempty"` // the key saw no other, so nobody had to choose
}

func (m memory) read() map[string]remembered {
	all := map[string]remembered{}
	if m.path == "" {
		return all
	}
	doc, err := ownfile.Read(m.path, maxMemory)
	if err != nil || json.Unmarshal(doc, &all) != nil || all == nil {
		return map[string]remembered{}
	}
	return all
}

func (m memory) company() (remembered, bool) {
	company, ok := m.read()[m.key]
	company.Label = safetext.Line(company.Label)
	// The id becomes part of requests and file names, and a file is input.
	return company, ok && company.ID != "" && strings.Trim(company.ID, "0123456789") == ""
}

// keep remembers a company. A failure only costs a question at the next start.
func (m memory) keep(company remembered) {
	if m.path == "" {
		return
	}
	all := m.read()
	all[m.key] = company
	if doc, err := json.MarshalIndent(all, "", "  "); err == nil {
		_ = ownfile.Write(m.path, append(doc, '\n'))
	}
}
