package importer

import (
	"context"
	"encoding/json"
	"sync"
	"sync/atomic"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/internal/pause"
	"conviso-importer/internal/safego"
)

// Planned is how the planning of an import in parts has ended.
type Planned struct {
	Sends, Skips      int
	CreateIntegration bool // the platform had none for this instance
	Findings          []Finding
	Err               error // why the rest was not planned, and the others are empty; nil if all was
}

// Planning is told how the planning of an import in parts goes, never concurrently.
type Planning struct {
	Began func(left int)     // the first part is in the queue, and so many are planned while it is sent
	Ended func(now *Planned) // nothing more is planned
}

// Import is Plan, Submit and Run of a request that nobody looks over, in parts: what is planned is put into the
// queue, a transaction a part, and sent while the details of the rest are read. Both lists are read before, and
// what shares names and repositories is decided in the order of one plan. The error is that of the sending, else
// that of the planning; what was queued before the planning failed is sent. JobCounts.Unplanned counts the rest.
func (e *Engine) Import(ctx context.Context, j *Job, r Request, o WaitOptions, told Planning) error {
	planning, stop := o.bounded(ctx)
	defer stop()
	p := &parts{told: told, stop: stop, ready: make(chan part, 1), more: make(chan struct{}, 1)}
	o.parts, j.planning, j.unplanned = p, true, len(r.Named)+len(r.Bulk)
	e.inParts.Store(true)
	safego.Go(planning, func() {
		defer close(p.ready)
		defer e.inParts.Store(false)
		p.err = safego.Call(planning, func() error { return e.planParts(planning, r, p.ready) })
	})
	err := e.run(ctx, j, &o, func(ctx context.Context) error { return e.drainParts(ctx, p) })
	stop()
	for range p.ready { // What was not taken counts as not planned.
	}
	j.endPlanning()
	if err == nil {
		err = p.now.Err
	}
	return err
}

// part is a part of a plan.
type part struct {
	plan *Plan
	left int      // how many are not planned yet
	now  *Planned // what the whole was, behind the last part
}

// parts are what the planner hands to the watcher of the job, which queues it for the sender.
type parts struct {
	told  Planning
	stop  func() // ends the planner
	ready chan part
	err   error         // of the planner, when ready is closed
	more  chan struct{} // wakes the sender
	ended atomic.Bool   // nothing more is queued
	began bool          // the watcher's, as now
	now   Planned
}

// coming reports whether there may be more to take.
func (p *parts) coming() bool { return p != nil && !p.ended.Load() }

func (p *parts) wake() {
	select {
	case p.more <- struct{}{}:
	default:
	}
}

// take queues what the planner has next, if it has something before waiting ends.
func (e *Engine) take(ctx, waiting context.Context, j *Job, p *parts) {
	var next part
	var ok bool
	select {
	case next, ok = <-p.ready:
	case <-waiting.Done():
		return
	}
	switch {
	case !ok:
		p.end(j, p.err)
	case next.now != nil:
		p.now = *next.now
	default:
		began := time.Now()
		if err := e.queuePart(ctx, j, &next); err != nil {
			p.stop()
			p.end(j, err)
			return
		}
		// The sender needs the queue's file as well.
		_ = pause.Sleep(waiting, time.Since(began))
		if !p.began && next.left > 0 && p.told.Began != nil {
			p.told.Began(next.left)
		}
		p.began = true
		p.wake()
	}
}

func (p *parts) end(j *Job, err error) {
	j.endPlanning()
	if p.now.Err = err; err == nil {
		j.unplanned = 0
	}
	p.ended.Store(true)
	p.wake()
	if p.told.Ended != nil {
		p.told.Ended(&p.now)
	}
}

func (e *Engine) queuePart(ctx context.Context, j *Job, next *part) error {
	if len(next.plan.Items) > 0 {
		if err := e.Submit(ctx, next.plan); err != nil {
			return err
		}
	}
	j.AddPlan(next.plan)
	j.unplanned = next.left
	if next.left == 0 {
		// Mostly there is nothing to end, and a write waits for the disk.
		if u, err := e.Unplanned(ctx); err != nil || u.Left == 0 {
			return err
		}
	}
	return e.noteUnplanned(ctx, next.left)
}

// drainParts sends what comes until nothing more does.
func (e *Engine) drainParts(ctx context.Context, p *parts) error {
	for {
		select {
		case <-p.more:
		case <-ctx.Done():
			return ctx.Err()
		}
		ended := p.ended.Load()
		if err := e.Drain(ctx); err != nil || ended {
			return err
		}
	}
}

// planParts hands out the parts of a plan, and at last what the whole is.
func (e *Engine) planParts(ctx context.Context, r Request, ready chan<- part) error {
	view, err := e.planView(ctx, &r)
	if err != nil {
		return err
	}
	b, err := e.planner(ctx, view, &r)
	if err != nil {
		return err
	}
	hand := func(p part) error {
		select {
		case ready <- p:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	// The sender makes an integration where there is none, so this is asked before it begins; it is only told.
	lacks := make(chan bool, 1)
	ask := sync.OnceFunc(func() {
		safego.Go(ctx, func() {
			none := false
			_ = safego.Call(ctx, func() (err error) { none, err = e.lacksIntegration(ctx); return err })
			lacks <- none
		})
	})
	whole := *b.plan
	if err := b.add(ctx, r, func(left int) error {
		if len(b.plan.Items) > 0 {
			ask()
		}
		return hand(part{plan: b.cut(&whole), left: left})
	}); err != nil {
		return err
	}
	if rest := b.cut(&whole); len(rest.Items)+len(rest.Skipped) > 0 {
		if len(rest.Items) > 0 {
			ask()
		}
		if err := hand(part{plan: rest}); err != nil {
			return err
		}
	}
	b.repositories.tell(&whole)
	now := &Planned{Sends: b.cutOff, Skips: len(whole.Skipped), Findings: whole.Findings()}
	if b.cutOff > 0 {
		select {
		case now.CreateIntegration = <-lacks:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return hand(part{now: now})
}

// cut takes what was decided since the last cut out of the plan. whole gets what the findings are about, without
// what is sent: the projects of a large import take more memory than all else.
func (b *planBuilder) cut(whole *Plan) *Plan {
	b.noteShared()
	some := *b.plan
	b.plan.Items, b.plan.Skipped = []PlanItem{}, []PlanSkip{}
	b.cutOff += len(some.Items)
	whole.Skipped = append(whole.Skipped, some.Skipped...)
	shared := b.view.Catalog.Repositories()
	for i := range some.Items {
		item := some.Items[i]
		var found findings
		found.item(&item)
		row, _ := b.view.Catalog.Row(item.Ref)
		if len(found) > 0 || item.SharesWith != "" || shared.Rows.Has(row) || whole.Uncompared != "" {
			item.Project = conviso.Project{Name: item.Project.Name, RepoURL: item.Project.RepoURL}
			whole.Items = append(whole.Items, item)
		}
	}
	return &some
}

// metaUnplanned is the prefix of a queue key; the instance's id follows.
const metaUnplanned = "unplanned:"

// Unplanned is what an import in parts that was broken off had not planned.
type Unplanned struct {
	Left  int       `json:"left"`
	Since time.Time `json:"since"`
}

// noteUnplanned keeps in the queue's file how many are still to be planned; none ends the note.
func (e *Engine) noteUnplanned(ctx context.Context, left int) error {
	doc := []byte{}
	if left > 0 {
		var err error
		if doc, err = json.Marshal(Unplanned{Left: left, Since: e.now()}); err != nil {
			return err
		}
	}
	return e.queue.SetMeta(ctx, metaUnplanned+e.identity.InstanceID, string(doc))
}

// Unplanned returns what the last import in parts had not planned when it was broken off; zero for nothing.
func (e *Engine) Unplanned(ctx context.Context) (u Unplanned, err error) {
	doc, err := e.queue.Meta(ctx, metaUnplanned+e.identity.InstanceID)
	if err != nil || !json.Valid([]byte(doc)) {
		return u, err
	}
	return u, json.Unmarshal([]byte(doc), &u)
}
