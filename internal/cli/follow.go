package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/pause"
	"conviso-importer/internal/safego"
	"conviso-importer/ui"
)

// report is `import -o json` and `resume -o json`.
type report struct {
	Requested  int          `json:"requested"`
	Skipped    int          `json:"skipped"`
	Accepted   int          `json:"accepted"`
	Verified   int          `json:"verified"`
	Failed     int          `json:"failed"`
	Pending    int          `json:"pending"`
	DurationMs int64        `json:"durationMs"`
	Items      []reportItem `json:"items"`

	began time.Time
	index map[catalog.Ref]int
}

type reportItem struct {
	Ref      string `json:"ref"`
	Name     string `json:"name"`
	State    string `json:"state"`
	AssetID  string `json:"assetId"`
	Error    string `json:"error"`
	Attempts int    `json:"attempts"`
}

// newReport starts a report with what a plan sends and skips. What is on its way already is
// no skip: it is waited for like the rest.
func newReport(plan *importer.Plan, began time.Time) *report {
	r := &report{Items: []reportItem{}, began: began, index: map[catalog.Ref]int{}}
	for i := range plan.Items {
		p := importer.SafeProject(plan.Items[i].Project)
		r.add(plan.Items[i].Ref, reportItem{Name: p.Name, State: string(importer.Queued)})
	}
	for _, skip := range plan.Skipped {
		item := reportItem{Name: skip.Name, State: string(importer.Skipped)}
		switch {
		case skip.State.Pending():
			item.State = string(skip.State)
		case skip.State != importer.Imported:
			item.Error = string(skip.State) + because(skip.Reason)
		}
		r.add(skip.Ref, item)
	}
	return r
}

// pendingItem is an item of the queue that is followed though this run did not put it there.
func pendingItem(item *importer.Item) reportItem {
	return reportItem{Name: importer.SafeProject(item.Project).Name, State: string(item.State)}
}

func (r *report) add(ref catalog.Ref, item reportItem) {
	item.Ref = string(ref)
	r.index[ref] = len(r.Items)
	r.Items = append(r.Items, item)
}

// update takes over what the queue knows of the report's entities.
func (r *report) update(items []importer.Item) {
	for i := range items {
		at, ok := r.index[items[i].Ref]
		if !ok || r.Items[at].State == string(importer.Skipped) {
			continue
		}
		r.Items[at].State, r.Items[at].Error = string(items[i].State), items[i].Error
		r.Items[at].AssetID, r.Items[at].Attempts = items[i].AssetID, items[i].Attempts
	}
}

// count fills the sums. Of the pending ones accepted are those that the platform took.
func (r *report) count() {
	r.Requested, r.Skipped, r.Accepted, r.Verified, r.Failed, r.Pending = len(r.Items), 0, 0, 0, 0, 0
	for i := range r.Items {
		switch state := importer.State(r.Items[i].State); {
		case state == importer.Skipped:
			r.Skipped++
		case state == importer.Imported:
			r.Verified++
		case state == importer.Failed:
			r.Failed++
		default:
			r.Pending++
			if state == importer.Accepted {
				r.Accepted++
			}
		}
	}
	r.DurationMs = time.Since(r.began).Milliseconds()
}

// doubled counts the imported entities on which something has to be said.
func (r *report) doubled() (n int) {
	for i := range r.Items {
		if r.Items[i].State == string(importer.Imported) && r.Items[i].Error != "" {
			n++
		}
	}
	return n
}

// settled says whether there is nothing left to wait for; without verify it is enough that
// the platform has taken an item.
func (r *report) settled(verify bool) bool {
	r.count()
	if verify {
		return r.Pending == 0
	}
	return r.Pending == r.Accepted
}

// follow drains the queue until the report's entities are settled, prints the report and
// returns the error that its exit code needs.
func (a *app) follow(ctx context.Context, s *session, o importOptions, r *report) error {
	var drainErr error
	if !r.settled(!o.noWait) {
		drainErr = a.drain(ctx, s, o, r)
	}
	r.count()
	if err := a.printReport(r, o.output); err != nil {
		return err
	}
	if n := r.doubled(); n > 0 {
		a.say("%d of the imported ones have a second asset now, which somebody else made at the same time; conviso-importer list names them, look on the platform which of them is too many", n)
	}
	if r.Pending > 0 && !(o.noWait && r.Pending == r.Accepted) {
		a.say("%d are not finished and stay in the queue; conviso-importer resume goes on with them", r.Pending)
	}
	return outcome(ctx, r, o, drainErr)
}

// outcome decides between the error that ended the drain and what became of the items.
func outcome(ctx context.Context, r *report, o importOptions, drainErr error) error {
	open := r.Pending
	if o.noWait {
		open -= r.Accepted
	}
	timedOut := errors.Is(drainErr, context.DeadlineExceeded)
	switch {
	case ctx.Err() != nil:
		return &exitError{code: exitInterrupted}
	case drainErr != nil && open > 0 && timedOut && errors.Is(drainErr, conviso.ErrUnavailable):
		trouble := strings.TrimPrefix(drainErr.Error(), context.DeadlineExceeded.Error()+"; ")
		return &exitError{code: exitUnavailable, err: fmt.Errorf("the time that --timeout gives, %s, is up; %s", o.timeout, trouble)}
	case drainErr != nil && open > 0 && !timedOut:
		return drainErr
	case r.Failed > 0 || open > 0:
		return &exitError{code: exitSomeFailed}
	}
	return nil
}

// drain runs the engine and the watching side by side; either may end first.
func (a *app) drain(ctx context.Context, s *session, o importOptions, r *report) error {
	ctx, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	done := make(chan error, 1)
	safego.Go(ctx, func() { done <- safego.Call(ctx, func() error { return s.engine.Drain(ctx) }) })
	watching, stopWatching := context.WithCancel(ctx)
	defer stopWatching()
	watched := make(chan struct{})
	safego.Go(watching, func() {
		defer close(watched)
		a.watch(watching, s, o, r)
	})
	select {
	case <-watched:
		cancel()
		return a.last(ctx, s, r, <-done)
	case err := <-done:
		stopWatching()
		<-watched
		return a.last(ctx, s, r, err)
	}
}

// last reads the final states, which may be newer than what was watched.
func (a *app) last(ctx context.Context, s *session, r *report, drainErr error) error {
	items, _, err := s.engine.Items(context.WithoutCancel(ctx))
	if err != nil {
		return err
	}
	r.update(items)
	if drainErr == nil && ctx.Err() != nil && !r.settled(true) {
		drainErr = ctx.Err()
	}
	return drainErr
}

// progressEvery is the least time between two lines of progress, and lookEvery the longest
// between two looks at who runs the queue.
const (
	progressEvery = time.Second
	lookEvery     = 500 * time.Millisecond
)

// runnerTeller says which other process runs the queue, and again when that changes.
type runnerTeller struct{ seen, told string }

// look tells who has been seen twice: a process that only reads holds the lock for a moment.
func (t *runnerTeller) look(a *app, s *session) {
	who, other := s.engine.Runner()
	if other && who == t.seen && who != t.told {
		a.say("%s is importing for this company; adding to its queue and watching", who)
		t.told = who
	}
	t.seen = who
}

// watch takes over changes until the report is settled or ctx ends; the caller reads the final
// states in any case.
func (a *app) watch(ctx context.Context, s *session, o importOptions, r *report) {
	var since int64
	var said time.Time
	var runner runnerTeller
	var flow ui.FlowTeller
	line := ""
	for {
		runner.look(a, s)
		for _, news := range flow.News(time.Now(), s.engine.Flow()) {
			a.say("%s", news)
		}
		looking, stop := context.WithTimeout(ctx, lookEvery)
		items, seq, err := s.engine.Watch(looking, since)
		quiet := looking.Err() != nil && ctx.Err() == nil
		stop()
		if err != nil && quiet {
			continue
		}
		if err != nil {
			// What is wrong with the queue may pass, and the drain decides when it does not.
			if pause.Sleep(ctx, lookEvery) != nil {
				return
			}
			continue
		}
		since = seq
		r.update(items)
		done := r.settled(!o.noWait)
		now := fmt.Sprintf("%d imported, %d accepted, %d waiting, %d failed", r.Verified, r.Accepted, r.Pending-r.Accepted, r.Failed)
		if now != line && (done || time.Since(said) >= progressEvery) {
			a.say("%s", now)
			line, said = now, time.Now()
		}
		if done {
			return
		}
	}
}

// printReport prints the result.
func (a *app) printReport(r *report, output string) error {
	if output == formatJSON {
		return a.printJSON(r)
	}
	for i := range r.Items {
		item := &r.Items[i]
		detail := item.Error
		switch {
		case item.State != string(importer.Imported):
		case detail == "":
			detail = "asset " + item.AssetID
		default:
			detail = "asset " + item.AssetID + "; " + detail
		}
		_, _ = fmt.Fprintf(a.out, "%-9s %s%s\n", item.State, item.Ref, because(detail))
	}
	_, err := fmt.Fprintf(a.out, "%d imported, %d failed, %d skipped, %d pending in %s\n",
		r.Verified, r.Failed, r.Skipped, r.Pending, time.Duration(r.DurationMs*int64(time.Millisecond)).Round(time.Millisecond))
	return err
}
