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

// companyOf returns the configured company, the one remembered for this catalog and platform, the
// only one that the key sees, or the user's choice.
func companyOf(ctx context.Context, c *config.Config, platform *conviso.Client, o Options) (conviso.Company, error) {
	memory := openMemory(c)
	if o.Company.ID != "" {
		if c.Conviso.CompanyID == "" {
			memory.keep(o.Company)
		}
		return o.Company, nil
	}
	company := conviso.Company{ID: c.Conviso.CompanyID}
	known, remembered := memory.company()
	switch {
	case company.ID == "" && remembered:
		return known, nil
	case company.ID != "" && remembered && known.ID == company.ID && known.Label != "":
		return known, nil
	case company.ID != "" && platform == nil:
		return company, nil
	case company.ID != "":
		waiting, cancel := context.WithTimeout(ctx, labelWait)
		defer cancel()
		if found, err := platform.Company(waiting, company.ID); err == nil {
			company = found
			memory.keep(company)
		}
		return company, nil
	case platform == nil:
		return company, problem("no company is remembered for this catalog; set CONVISO_COMPANY_ID, or run once without --offline")
	}
	companies, err := platform.Companies(ctx)
	if err != nil {
		return company, err
	}
	switch {
	case len(companies) == 0:
		return company, &noCompanyError{setting: secret.SettingOf(c.Conviso.KeySetting, "CONVISO_API_KEY", false)}
	case len(companies) == 1:
		company = companies[0]
	case o.Choose == nil:
		return company, problem("the key sees %d companies: %s; set CONVISO_COMPANY_ID or --company to one of these ids", len(companies), listCompanies(companies))
	default:
		if company, err = o.Choose(ctx, companies); err != nil {
			return company, err
		}
	}
	memory.keep(company)
	return company, nil
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

func (m memory) read() map[string]conviso.Company {
	all := map[string]conviso.Company{}
	if m.path == "" {
		return all
	}
	doc, err := ownfile.Read(m.path, maxMemory)
	if err != nil || json.Unmarshal(doc, &all) != nil || all == nil {
		return map[string]conviso.Company{}
	}
	return all
}

func (m memory) company() (conviso.Company, bool) {
	company, ok := m.read()[m.key]
	company.Label = safetext.Line(company.Label)
	// The id becomes part of requests and file names, and a file is input.
	return company, ok && company.ID != "" && strings.Trim(company.ID, "0123456789") == ""
}

// keep remembers a company. A failure only costs a question at the next start.
func (m memory) keep(company conviso.Company) {
	if m.path == "" {
		return
	}
	all := m.read()
	all[m.key] = company
	if doc, err := json.MarshalIndent(all, "", "  "); err == nil {
		_ = ownfile.Write(m.path, append(doc, '\n'))
	}
}
