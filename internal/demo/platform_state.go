package demo

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Project is the input of importAssetToIntegration.
type Project struct {
	ID, Name, Description string
	URL, RepoURL          string
	Lifecycle             string
	Tags                  []string
	Owner, AssetType      string
}

// Asset is one asset of a company. AddAssets sets empty ID, Integration and times.
type Asset struct {
	ID, Name, Description string
	AssetType, LifeCycle  string
	URL                   string
	Tags                  []string
	Integration           string // the asset's source, BACKSTAGE by default
	CreatedAt, UpdatedAt  time.Time
	project               string // the id under which it was imported
	into                  string // the asset that has absorbed it
}

// ImportedAs returns the id of the project that became the asset, or empty.
func (a *Asset) ImportedAs() string { return a.project }

// Imports is what importAssetToIntegration accepted.
type Imports struct {
	// Mutations counts all mutations, Batches those that import.
	Mutations, Batches int
	Deliveries         map[string]int // counts the acceptances of each project id
	Rejected           int
	Projects           []Project // those accepted, oldest first
}

type company struct {
	Company

	assets  []Asset // in order of creation; pending has those not yet created
	pending []pendingAsset
}

// pendingAsset becomes an asset at a given time.
type pendingAsset struct {
	asset Asset
	due   time.Time
}

// integration is the platform's record of a Backstage instance.
type integration struct {
	id, companyID, backstageURL, instanceID string
	autoImport                              bool
	updatedAt                               time.Time
}

// AddAssets adds assets to a company, as an earlier import would; an unknown company gets none.
func (p *Platform) AddAssets(companyID string, assets ...Asset) {
	p.state.Lock()
	defer p.state.Unlock()
	if c := p.companies[companyID]; c != nil {
		for _, a := range assets {
			c.assets = append(c.assets, p.complete(a))
		}
	}
}

// RemoveAsset deletes an asset by id and reports whether it existed.
func (p *Platform) RemoveAsset(id string) bool {
	_, ok := p.take(id)
	return ok
}

// ArchiveAsset takes an asset off the list; its id still resolves.
func (p *Platform) ArchiveAsset(id string) { p.unlist(id, "") }

// AbsorbAsset takes an asset off the list; its id resolves to the asset that absorbs it.
func (p *Platform) AbsorbAsset(id, into string) { p.unlist(id, into) }

func (p *Platform) unlist(id, into string) {
	asset, ok := p.take(id)
	p.state.Lock()
	defer p.state.Unlock()
	if ok {
		asset.into = into
		p.unlisted = append(p.unlisted, asset)
	}
}

// ForgetUnlisted deletes the assets that are archived or absorbed.
func (p *Platform) ForgetUnlisted() {
	p.state.Lock()
	defer p.state.Unlock()
	p.unlisted = nil
}

// RenameAsset gives an asset another name.
func (p *Platform) RenameAsset(id, name string) {
	p.state.Lock()
	defer p.state.Unlock()
	for _, c := range p.companies {
		for i := range c.assets {
			if c.assets[i].ID == id {
				c.assets[i].Name, c.assets[i].UpdatedAt = name, p.now()
			}
		}
	}
}

// take removes an asset by id.
func (p *Platform) take(id string) (Asset, bool) {
	p.state.Lock()
	defer p.state.Unlock()
	for _, c := range p.companies {
		if i := slices.IndexFunc(c.assets, func(a Asset) bool { return a.ID == id }); i >= 0 {
			asset := c.assets[i]
			c.assets = slices.Delete(c.assets, i, i+1)
			return asset, true
		}
	}
	return Asset{}, false
}

// Assets returns a company's assets as a read would find them now.
func (p *Platform) Assets(companyID string) []Asset {
	p.state.Lock()
	defer p.state.Unlock()
	c := p.companies[companyID]
	if c == nil {
		return nil
	}
	p.createDue(c)
	return slices.Clone(c.assets)
}

// Imports returns what was accepted so far.
func (p *Platform) Imports() Imports {
	p.state.Lock()
	defer p.state.Unlock()
	taken := p.imports
	taken.Deliveries = maps.Clone(taken.Deliveries)
	taken.Projects = slices.Clone(taken.Projects)
	return taken
}

// complete sets an asset's empty fields. The caller holds the lock.
func (p *Platform) complete(a Asset) Asset {
	if a.ID == "" {
		p.nextID++
		a.ID = strconv.FormatInt(p.nextID, 10)
	}
	if a.Integration == "" {
		a.Integration = backstage
	}
	if a.CreatedAt.IsZero() {
		a.CreatedAt = p.now()
	}
	if a.UpdatedAt.IsZero() {
		a.UpdatedAt = a.CreatedAt
	}
	return a
}

// backstage marks assets from Backstage.
const backstage = "BACKSTAGE"

// createDue creates the assets that are due. Doing so on access needs no goroutine and no
// timer. The caller holds the lock.
func (p *Platform) createDue(c *company) {
	now := p.now()
	var due []pendingAsset
	c.pending = slices.DeleteFunc(c.pending, func(a pendingAsset) bool {
		if a.due.After(now) {
			return false
		}
		due = append(due, a)
		return true
	})
	slices.SortStableFunc(due, func(a, b pendingAsset) int { return a.due.Compare(b.due) })
	for _, a := range due {
		p.make(c, a)
	}
}

// make creates an asset or updates that of an earlier import.
func (p *Platform) make(c *company, a pendingAsset) {
	a.asset.CreatedAt, a.asset.UpdatedAt = a.due, a.due
	if p.options.Dedupe {
		for i := range c.assets {
			if old := &c.assets[i]; old.project == a.asset.project {
				a.asset.ID, a.asset.CreatedAt = old.ID, old.CreatedAt
				*old = p.complete(a.asset)
				return
			}
		}
	}
	c.assets = append(c.assets, p.complete(a.asset))
}

// accept accepts the projects of one import and returns the reasons for those it refuses. The
// caller holds the lock.
func (p *Platform) accept(c *company, projects []Project) (taken int, reasons []string) {
	p.imports.Batches++
	for _, project := range projects {
		if p.reject != nil {
			if reason := p.reject(project); reason != "" {
				p.imports.Rejected++
				reasons = append(reasons, project.Name+": "+reason)
				continue
			}
		}
		taken++
		p.imports.Deliveries[project.ID]++
		p.imports.Projects = append(p.imports.Projects, project)
		if p.options.Lose != nil && p.options.Lose(project) {
			continue
		}
		c.pending = append(c.pending, pendingAsset{due: p.now().Add(p.delay(project.ID)), asset: Asset{
			Name: project.Name, Description: project.Description, AssetType: project.AssetType,
			LifeCycle: project.Lifecycle, URL: project.URL, Tags: project.Tags, project: project.ID}})
	}
	return taken, reasons
}

func (p *Platform) delay(id string) time.Duration {
	spread := p.options.MaxDelay - p.options.MinDelay
	if spread <= 0 {
		return p.options.MinDelay
	}
	return p.options.MinDelay + time.Duration(mixString(0, id)%uint64(spread))
}

// search is the supported part of AssetsSearch.
type search struct {
	name                       string
	integrations               []string
	createdFrom, createdUntil  time.Time
	updatedFrom, updatedUntil  time.Time
	sortByName, sortByTime, up bool
}

// find returns a company's matching assets in the requested order. They are not copies: the
// caller holds the lock while it uses them.
func (p *Platform) find(c *company, s search) []*Asset {
	p.createDue(c)
	found := make([]*Asset, 0, len(c.assets))
	for i := range c.assets {
		if s.matches(&c.assets[i]) {
			found = append(found, &c.assets[i])
		}
	}
	switch {
	case s.sortByName:
		slices.SortStableFunc(found, func(a, b *Asset) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	case s.sortByTime:
		slices.SortStableFunc(found, func(a, b *Asset) int { return a.UpdatedAt.Compare(b.UpdatedAt) })
	default:
		return found
	}
	if !s.up {
		slices.Reverse(found)
	}
	return found
}

func (s *search) matches(a *Asset) bool {
	if len(s.integrations) > 0 && !slices.Contains(s.integrations, a.Integration) {
		return false
	}
	if s.name != "" && !strings.Contains(strings.ToLower(a.Name), strings.ToLower(s.name)) {
		return false
	}
	return within(a.CreatedAt, s.createdFrom, s.createdUntil) && within(a.UpdatedAt, s.updatedFrom, s.updatedUntil)
}

func within(t, from, until time.Time) bool {
	return (from.IsZero() || !t.Before(from)) && (until.IsZero() || !t.After(until))
}
