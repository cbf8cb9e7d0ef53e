package importer

import (
	"iter"
	"slices"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/catalog/repository"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/mapping"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/conviso/importer/sources"
)

// Identity is what is connected to what. Its strings are safe to show.
type Identity struct {
	CatalogURL, CatalogAppURL   string
	PlatformURL, PlatformAppURL string
	Company                     conviso.Company
	Environment                 string
	InstanceID                  string // identifies the catalog's integration on the platform
	Demo, Offline, ReadOnly     bool   // nothing real, no network, no writes
}

// Request names the entities of a plan. A ref in both lists counts as Named.
type Request struct {
	// Named are sent even if they clash, failed before, opt out of bulk imports, are orphans or share a repository.
	Named []catalog.Ref
	// Bulk are sent if new or failed; of a shared name only the first by ref, of a shared repository by Sharing.
	Bulk []catalog.Ref
	// LeftOut are Choose's, to be named. They count as Bulk if Sharing is not the setting.
	LeftOut []catalog.Ref
	Sharing Sharing                      // what a person has chosen for Bulk; empty means the setting
	InBulk  bool                         // it was asked for in bulk, whatever came of it
	Listed  bool                         // Named come from a list that nobody looks over now: what is gone fails
	told    map[catalog.Ref]queue.Agreed // what was agreed to for each of Listed
	// Limit bounds the items; 0 means no bound. The rest is skipped.
	Limit int
}

// NewRequest returns a request for marked entities, by hand or in bulk, sorted by ref.
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
	Ref     catalog.Ref     `json:"ref"`
	Project conviso.Project `json:"project"` // exactly what is sent; show its strings only through safetext
	// Defaults and Overrides are values by default and by the user's tables.
	Defaults     []mapping.Default  `json:"defaults,omitempty"`
	Overrides    []mapping.Override `json:"overrides,omitempty"`
	RepoFrom     string             `json:"repoFrom,omitempty"` // the annotation that names the repository, or empty
	RepoProblem  repository.Problem `json:"repoProblem,omitempty"`
	OptOut       bool               `json:"optOut,omitempty"`       // annotated against bulk imports, but named
	Named        bool               `json:"named,omitempty"`        // asked for by hand
	Orphan       bool               `json:"orphan,omitempty"`       // of the catalog, but named
	Held         string             `json:"held,omitempty"`         // says either in full; safe to show
	SharesWith   string             `json:"sharesWith,omitempty"`   // who has the same repository; safe to show
	Clash        bool               `json:"clash,omitempty"`        // another entity or asset has its name
	FailedBefore string             `json:"failedBefore,omitempty"` // the reason of an earlier failure, or empty
	// TakenAt is when it was accepted but not shown since: it may be created twice; zero for others.
	TakenAt time.Time `json:"takenAt,omitzero"`
	sources.Beside

	Gone string `json:"gone,omitempty"` // why it is gone: it was imported and deleted on the platform
	// sharers are the compared names of entities of its repository that have no asset, unless it goes with them.
	sharers []string
}

// PlanSkip is one entity that a plan skips.
type PlanSkip struct {
	Ref    catalog.Ref `json:"ref"`
	Name   string      `json:"name"`
	State  State       `json:"state"`
	Cause  Cause       `json:"cause,omitempty"`
	Reason string      `json:"reason"` // one safe line
	// Repository is the compared address of one that is covered; safe to show.
	Repository string `json:"repository,omitempty"`
}

// Cause is why a plan skips an entity.
type Cause string

// The causes.
const (
	CauseGone   Cause = "gone"    // not in a complete list of its kind, or without details
	CauseKind   Cause = "kind"    // the list does not have its kind
	CauseStatus Cause = "status"  // its status, such as imported already, or in flight
	CauseTwin   Cause = "twin"    // another entity of the same name goes first
	CauseOptOut Cause = "opt-out" // annotated against bulk imports
	CauseOrphan Cause = "orphan"  // its location does not name it any more
	CauseShared Cause = "covered" // another entity covers its repository
	CauseLimit  Cause = "limit"   // over the limit of one run
)

// Plan is what an import would send. As JSON it is a plan file.
type Plan struct {
	Version int       `json:"version"`
	MadeAt  time.Time `json:"madeAt"` // when its lists were read
	// These four bind the plan to where it goes.
	PlatformURL       string     `json:"platformUrl"`
	CompanyID         string     `json:"companyId"`
	InstanceID        string     `json:"instanceId"`
	BackstageURL      string     `json:"backstageUrl"`
	CreateIntegration bool       `json:"createIntegration"` // the platform has none for this instance yet
	Sharing           Sharing    `json:"sharedRepository"`  // what was done with those asked for in bulk
	Items             []PlanItem `json:"items"`
	Skipped           []PlanSkip `json:"skipped"`
	// Uncompared is why assets of other sources were not looked at lately; safe to show, or empty.
	Uncompared string `json:"uncompared,omitempty"`
	Compared   bool   `json:"-"` // assets of other sources were read for it, so that statuses may say more
	after      int64  // the first Seq that the plan does not know
	assets     *conviso.AssetSet
	listed     bool
}

// Since is the newest change of the queue that the plan knows.
func (p *Plan) Since() int64 { return p.after - 1 }

// Skips counts the entities skipped for one of the causes.
func (p *Plan) Skips(causes ...Cause) int {
	return p.countSkips(func(s *PlanSkip) bool { return slices.Contains(causes, s.Cause) })
}

// Clashes counts the entities skipped because others have their names.
func (p *Plan) Clashes() int { return p.countSkips(func(s *PlanSkip) bool { return s.State == Clash }) }

func (p *Plan) countSkips(match func(*PlanSkip) bool) int {
	n := 0
	if p != nil {
		for i := range p.Skipped {
			if match(&p.Skipped[i]) {
				n++
			}
		}
	}
	return n
}

// Batches is the number of requests for the plan's items.
func (p *Plan) Batches() int { return (len(p.Items) + BatchSize - 1) / BatchSize }

// Preview is one entity's details and what would be sent. It is safe to show.
type Preview struct {
	Detail    catalog.Detail
	ReadAt    time.Time // when the details were fetched
	Project   conviso.Project
	Defaults  []mapping.Default
	Overrides []mapping.Override
	Origins   []mapping.Origin
	Held      string // why bulk imports leave it out, or empty
}

// AutoStatus is the state of auto-import.
type AutoStatus struct {
	Flag       bool // the platform's flag as of FlagReadAt; zero for never
	FlagReadAt time.Time
	Here       bool // it was switched on for this state folder: an open table sends
	// LastCheck and Next are zero for none.
	LastCheck, Next time.Time
	Interval        time.Duration
}

// AutoResult is the result of one auto-import check.
type AutoResult struct {
	Snapshot    *catalog.Snapshot // of the kinds in use; the check itself reads those given to NewEngine
	Assets      *conviso.AssetSet
	Plan        *Plan // what was queued and skipped; nil if nothing was planned
	SwitchedOff bool  // the platform's flag was off, so nothing was done
}

// Queued counts the entities queued.
func (r *AutoResult) Queued() int {
	if r.Plan == nil {
		return 0
	}
	return len(r.Plan.Items)
}

// Waiting counts the entities left to a later run by the limit.
func (r *AutoResult) Waiting() int { return r.Plan.Skips(CauseLimit) }

// Clashes counts the entities skipped for a shared name.
func (r *AutoResult) Clashes() int { return r.Plan.Clashes() }

// Counts are the items of a queue by state.
type Counts map[State]int

// Pending is the number of unsettled items.
func (c Counts) Pending() int {
	n := 0
	for state, count := range c {
		if state.Pending() {
			n += count
		}
	}
	return n
}
