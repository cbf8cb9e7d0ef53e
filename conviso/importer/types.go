package importer

import (
	"iter"
	"slices"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
)

// Identity says what is connected to what; every front end shows it. Strings are safe.
type Identity struct {
	// CatalogURL is the catalog's base URL, CatalogAppURL that of its web application.
	CatalogURL, CatalogAppURL string
	// PlatformURL is the platform's base URL, PlatformAppURL that of its web application.
	PlatformURL, PlatformAppURL string
	Company                     conviso.Company
	// Environment is production, staging or local.
	Environment string
	// InstanceID is how the platform knows this catalog's integration.
	InstanceID string
	// Demo, Offline and ReadOnly say that nothing real, nothing remote, nothing at all is
	// written.
	Demo, Offline, ReadOnly bool
}

// Default is a value that the mapping chose because its table does not know the entity's.
type Default struct {
	// Field is the project's field: lifecycle or assetType.
	Field string `json:"field"`
	// From is the entity's value, safe to show; To is what is sent instead.
	From string `json:"from"`
	To   string `json:"to"`
}

// Request names the entities of a plan. A ref in both lists counts as Named.
type Request struct {
	// Named were picked one by one: they are sent even where they clash, failed before or
	// opt out of bulk imports.
	Named []catalog.Ref
	// Bulk were picked as a group: only what is new or failed before goes, and of entities that
	// share a name one, the first by ref, whatever the order here.
	Bulk []catalog.Ref
	// Limit bounds the items of the plan; 0 means no bound. What is over it is skipped.
	Limit int
}

// NewRequest asks for entities that were marked, by hand or in bulk, in the order of their refs.
func NewRequest(marked iter.Seq2[catalog.Ref, bool]) Request {
	var r Request
	for ref, byHand := range marked {
		if byHand {
			r.Named = append(r.Named, ref)
		} else {
			r.Bulk = append(r.Bulk, ref)
		}
	}
	slices.Sort(r.Named)
	slices.Sort(r.Bulk)
	return r
}

// PlanItem is one entity that a plan sends.
type PlanItem struct {
	Ref catalog.Ref `json:"ref"`
	// Project is exactly what is sent; show its strings only through safetext.
	Project conviso.Project `json:"project"`
	// Defaults are the values that the mapping chose, Overrides those that the user's own
	// tables decided.
	Defaults  []Default  `json:"defaults,omitempty"`
	Overrides []Override `json:"overrides,omitempty"`
	// OptOut reports that the entity is annotated to stay out of bulk imports, and was named.
	OptOut bool `json:"optOut,omitempty"`
	// Clash reports that an asset of this name exists already, or another entity shares it.
	Clash bool `json:"clash,omitempty"`
	// FailedBefore is the reason of an earlier failure, or empty.
	FailedBefore string `json:"failedBefore,omitempty"`
	// TakenAt is when the platform took it without ever showing it, so that it may be made
	// twice; zero for others.
	TakenAt time.Time `json:"takenAt,omitzero"`
}

// PlanSkip is one entity that a plan leaves out.
type PlanSkip struct {
	Ref  catalog.Ref `json:"ref"`
	Name string      `json:"name"`
	// State is the entity's status at planning time: imported, clash, queued, unknown…
	State State `json:"state"`
	// Cause is why it is left out.
	Cause Cause `json:"cause,omitempty"`
	// Reason is one safe line.
	Reason string `json:"reason"`
}

// Cause is why a plan leaves an entity out.
type Cause string

// The causes.
const (
	// CauseGone: a complete list of its kind does not have it, or its details are gone.
	CauseGone Cause = "gone"
	// CauseKind: the list has no entities of its kind.
	CauseKind Cause = "kind"
	// CauseStatus: its status is the cause, such as imported already, or on its way.
	CauseStatus Cause = "status"
	// CauseTwin: another entity of the same name goes first.
	CauseTwin Cause = "twin"
	// CauseOptOut: its annotation keeps it out of bulk imports.
	CauseOptOut Cause = "opt-out"
	// CauseLimit: it is over the limit of one run.
	CauseLimit Cause = "limit"
)

// Plan is what an import would do, decided before anything is sent. As JSON it is a plan
// file.
type Plan struct {
	// Version is the format of the plan file.
	Version int `json:"version"`
	// MadeAt is when the catalog and the assets were read for it.
	MadeAt time.Time `json:"madeAt"`
	// PlatformURL, CompanyID, InstanceID and BackstageURL bind the plan to where it goes.
	PlatformURL  string `json:"platformUrl"`
	CompanyID    string `json:"companyId"`
	InstanceID   string `json:"instanceId"`
	BackstageURL string `json:"backstageUrl"`
	// CreateIntegration reports that the platform has no integration for this instance yet:
	// it is created before the first batch.
	CreateIntegration bool       `json:"createIntegration"`
	Items             []PlanItem `json:"items"`
	Skipped           []PlanSkip `json:"skipped"`
	// after is the first Seq of the queue that the plan does not know.
	after int64
	// assets are what the plan was made by.
	assets *conviso.AssetSet
}

// Skips is how many entities the plan leaves out for one of the causes.
func (p *Plan) Skips(causes ...Cause) int {
	n := 0
	if p != nil {
		for i := range p.Skipped {
			if slices.Contains(causes, p.Skipped[i].Cause) {
				n++
			}
		}
	}
	return n
}

// Clashes is how many entities the plan leaves out since others have their names.
func (p *Plan) Clashes() int {
	n := 0
	if p != nil {
		for i := range p.Skipped {
			if p.Skipped[i].State == Clash {
				n++
			}
		}
	}
	return n
}

// Batches is the number of requests that the plan's items need.
func (p *Plan) Batches() int { return (len(p.Items) + BatchSize - 1) / BatchSize }

// Preview is one entity's details and what would be sent for it.
type Preview struct {
	// Detail is safe to show.
	Detail catalog.Detail
	// ReadAt is when the details were fetched.
	ReadAt time.Time
	// Project is what would be sent, with safe strings.
	Project   conviso.Project
	Defaults  []Default
	Overrides []Override
	// Origins say of every field of the project where its value came from.
	Origins []Origin
	// OptOut reports that the entity is annotated never to be imported in bulk.
	OptOut bool
}

// AutoStatus is what is known of auto-import.
type AutoStatus struct {
	// Flag is the platform's flag as last read; FlagReadAt is zero where it never was.
	Flag       bool
	FlagReadAt time.Time
	// Here reports that this state folder's user switched it on here, so that a table that is
	// open sends.
	Here bool
	// LastCheck and Next are the times of the last and the next check; zero for none.
	LastCheck, Next time.Time
	// Interval is the time between two checks.
	Interval time.Duration
}

// AutoResult is what one auto-import check did.
type AutoResult struct {
	// Snapshot and Assets are what is known after the check, the snapshot of the kinds in use:
	// the check itself reads those that the engine was made with.
	Snapshot *catalog.Snapshot
	Assets   *conviso.AssetSet
	// Plan is what it put into the queue and what it left out; nil where nothing was planned.
	Plan *Plan
	// SwitchedOff reports that the platform's flag was found off, so that nothing was done.
	SwitchedOff bool
}

// Queued is how many entities the check put into the queue, Waiting how many more are new but
// over the limit of one run, Clashes how many share a name and were left alone.
func (r *AutoResult) Queued() int {
	if r.Plan == nil {
		return 0
	}
	return len(r.Plan.Items)
}

// Waiting counts what is left to a later run; see Queued.
func (r *AutoResult) Waiting() int { return r.Plan.Skips(CauseLimit) }

// Clashes counts what shares a name; see Queued.
func (r *AutoResult) Clashes() int { return r.Plan.Clashes() }

// Counts are the items of a queue by state.
type Counts map[State]int

// Pending is the number of items that are not settled.
func (c Counts) Pending() int {
	n := 0
	for state, count := range c {
		if state.Pending() {
			n += count
		}
	}
	return n
}
