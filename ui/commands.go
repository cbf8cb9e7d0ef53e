package ui

import (
	"context"
	"errors"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/pause"
	"conviso-importer/ui/session"
)

// cachedCmd reads what an earlier run left.
func (m *model) cachedCmd() tea.Cmd {
	ctx, e := m.ctx, m.engine
	return func() tea.Msg {
		snap, assets := e.Cached(ctx)
		return cachedMsg{snap, assets}
	}
}

// arrangeCmd makes a picture of what was read last, unless one is being made: then that is
// made again when it is done.
func (m *model) arrangeCmd() tea.Cmd {
	if m.arranging {
		m.outdated = true
		return nil
	}
	m.arranging = true
	e, in, before := m.engine, m.latest, m.shown
	return func() tea.Msg { return arrangedMsg(arrange(e, in, before)) }
}

// prepareCmd makes what searching and sorting the list on show rests on, once for each.
func (m *model) prepareCmd() tea.Cmd {
	snap := m.shown.snap
	if snap == nil || !snap.Complete || snap == m.prepared {
		return nil
	}
	m.prepared = snap
	ctx := m.ctx
	return func() tea.Msg {
		snap.Prepare(ctx)
		return nil
	}
}

// loadCatalogCmd starts a load of the catalog in place of the one under way. The next page is
// asked for when the one before it was taken.
func (m *model) loadCatalogCmd() tea.Cmd {
	ctx := m.catalog.restart(m.ctx)
	e, gen := m.engine, m.catalog.gen
	pages := make(chan pageMsg)
	loading := func() tea.Msg {
		defer close(pages)
		for snap, err := range e.LoadCatalog(ctx) {
			select {
			case pages <- pageMsg{gen: gen, snap: snap, err: err, pages: pages}:
			case <-ctx.Done():
				return nil
			}
		}
		return nil
	}
	return tea.Batch(loading, pageCmd(gen, pages))
}

// pageCmd waits for the next page. A load that is given up closes the channel as well; its
// generation is then an old one.
func pageCmd(gen int, pages <-chan pageMsg) tea.Cmd {
	return func() tea.Msg {
		page, more := <-pages
		if !more {
			return pageMsg{gen: gen, done: true}
		}
		return page
	}
}

// restart begins a new generation of a load and ends the one before.
func (l *load) restart(ctx context.Context) context.Context {
	if l.cancel != nil {
		l.cancel()
	}
	ctx, cancel := context.WithCancel(ctx)
	*l = load{gen: l.gen + 1, running: true, cancel: cancel, down: l.down}
	return ctx
}

// end frees what a load holds.
func (l *load) end() {
	l.cancel()
	l.running = false
}

// assetsProgress is how many assets of how many were read.
type assetsProgress struct{ read, total int }

// loadAssetsCmd starts a load of the platform's assets in place of the one under way, of all of
// them or of what has changed. Its progress comes through a channel that holds the latest figure
// only.
func (m *model) loadAssetsCmd(all bool) tea.Cmd {
	ctx := m.assets.restart(m.ctx)
	gen, cancel, read := m.assets.gen, m.assets.cancel, m.engine.RefreshAssets
	if all {
		read = m.engine.LoadAssets
	}
	figures := make(chan assetsProgress, 1)
	loading := func() tea.Msg {
		defer cancel()
		set, err := read(ctx, func(read, total int) {
			select {
			case <-figures:
			default:
			}
			select {
			case figures <- assetsProgress{read, total}:
			default:
			}
		})
		return assetsMsg{gen: gen, set: set, err: err}
	}
	wait := func() (assetsProgress, bool) {
		select {
		case p := <-figures:
			return p, true
		case <-ctx.Done():
			return assetsProgress{}, false
		}
	}
	return tea.Batch(loading, assetsProgressCmd(gen, wait))
}

func assetsProgressCmd(gen int, wait func() (assetsProgress, bool)) tea.Cmd {
	return func() tea.Msg {
		p, ok := wait()
		if !ok {
			return nil
		}
		return assetsProgressMsg{gen: gen, read: p.read, total: p.total, wait: wait}
	}
}

// itemsCmd reads the whole queue.
func (m *model) itemsCmd() tea.Cmd {
	ctx, e := m.ctx, m.engine
	return func() tea.Msg {
		items, seq, err := e.Items(ctx)
		runner, _ := e.Runner()
		return itemsMsg{items: items, seq: seq, whole: true, err: err, runner: runner}
	}
}

// queueRetry is the time to the next look at a queue that could not be read.
const queueRetry = 5 * time.Second

// itemsAgainCmd is itemsCmd after a while: what is wrong with the queue may pass.
func (m *model) itemsAgainCmd() tea.Cmd {
	return m.laterCmd(queueRetry, m.itemsCmd())
}

// laterCmd is a command after a while.
func (m *model) laterCmd(d time.Duration, cmd tea.Cmd) tea.Cmd {
	wait := m.afterCmd(d, nil)
	ctx := m.ctx
	return func() tea.Msg {
		if wait(); ctx.Err() != nil {
			return nil
		}
		return cmd()
	}
}

// gathers is from how many items on a queue's changes are left to gather for a while: an import
// makes dozens a second, and what follows from one takes a time that grows with the queue; gathersFor
// is how long at most.
const (
	gathers    = 1000
	gathersFor = 2 * time.Second
)

// watchCmd waits for changes of the queue, by whichever process, unless it does already. The first
// after a rest comes at once.
func (m *model) watchCmd() tea.Cmd {
	if m.watching {
		return nil
	}
	m.watching = true
	ctx, e, since := m.ctx, m.engine, m.seq
	watch := func() tea.Msg {
		items, seq, err := e.Watch(ctx, since)
		runner, _ := e.Runner()
		return itemsMsg{items: items, seq: seq, err: err, runner: runner}
	}
	if n := len(m.latest.items); n >= gathers {
		return m.laterCmd(min(gathersFor, time.Duration(n)*20*time.Microsecond), watch)
	}
	return watch
}

// previewDelay is how long the cursor rests on a row before its details are fetched.
const previewDelay = 150 * time.Millisecond

// afterCmd answers with a message after some time. Bubble Tea's own Tick cannot be ended and
// would outlive the table.
func (m *model) afterCmd(d time.Duration, msg tea.Msg) tea.Cmd {
	ctx := m.ctx
	return func() tea.Msg {
		if pause.Sleep(ctx, d) != nil {
			return nil
		}
		return msg
	}
}

func (m *model) previewCmd(gen int, ref catalog.Ref) tea.Cmd {
	ctx, e := m.ctx, m.engine
	return func() tea.Msg {
		preview, err := e.Preview(ctx, ref)
		return previewMsg{gen: gen, preview: preview, err: err}
	}
}

// planCmd asks for a plan and prepares its review.
func planCmd(ctx context.Context, gen int, plan func(context.Context) (*importer.Plan, error), review func(*importer.Plan) *session.Review) tea.Cmd {
	return func() tea.Msg {
		p, err := plan(ctx)
		if err != nil {
			return planMsg{gen: gen, err: err}
		}
		return planMsg{gen: gen, review: review(p)}
	}
}

func (m *model) submitCmd(plan *importer.Plan) tea.Cmd {
	ctx, e := m.ctx, m.engine
	return func() tea.Msg { return submittedMsg{plan: plan, err: e.Submit(ctx, plan)} }
}

// drainCmd sends what is queued. Where that is under way it is done once more afterwards, so
// that nothing stays behind that was queued at its very end.
func (m *model) drainCmd() tea.Cmd {
	if m.job.Sends {
		m.job.Again = true
		return nil
	}
	m.job.Sends = true
	ctx, e := m.ctx, m.engine
	return func() tea.Msg {
		err := e.Drain(ctx)
		items, seq, readErr := e.Items(ctx)
		return drainedMsg{items: items, seq: seq, err: errors.Join(err, readErr)}
	}
}

func (m *model) connectionCmd() tea.Cmd {
	ctx, e, now := m.ctx, m.engine, m.opt.Now
	return func() tea.Msg {
		integration, err := e.Integration(ctx)
		status := e.AutoImport()
		switch {
		case err == nil:
			status.Flag, status.FlagReadAt = integration.AutoImportEnabled, now()
		case errors.Is(err, conviso.ErrNoIntegration):
			status.Flag, status.FlagReadAt = false, now()
			integration, err = nil, nil
		}
		return connectionMsg{integration: integration, auto: status, err: err}
	}
}

func (m *model) setAutoCmd(on bool) tea.Cmd {
	ctx, e := m.ctx, m.engine
	return func() tea.Msg {
		status, err := e.SetAutoImport(ctx, on)
		return autoSetMsg{on: on, status: status, err: err}
	}
}

// autoCheckCmd makes a check of auto-import. It brings the queue along as it was before any
// of what the check queued is sent, so that the import shows all of it.
func (m *model) autoCheckCmd() tea.Cmd {
	ctx, e, kinds := m.ctx, m.engine, m.latest.kinds
	return func() tea.Msg {
		result, err := e.AutoCheck(ctx)
		items, seq, readErr := e.Items(ctx)
		return autoCheckedMsg{kinds: kinds, result: result, status: e.AutoImport(), items: items, seq: seq, err: errors.Join(err, readErr)}
	}
}

// isCancelled reports that an error only says that the program, or the load, was ended.
func isCancelled(err error) bool { return errors.Is(err, context.Canceled) }
