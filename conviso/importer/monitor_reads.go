package importer

import (
	"context"
	"errors"
	"maps"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/internal/pause"
	"conviso-importer/internal/safego"
)

func (m *Monitor) open() {
	snap, assets := m.r.Cached(m.ctx)
	m.change(func() {
		if m.state.Generation == 0 {
			m.state.Disk, m.snap = true, snap
		}
		m.assets, m.stale = assets, true
		if !m.r.Identity().Offline {
			// Set both at once, so that no update shows nothing being read.
			m.state.Catalog, m.state.Assets = m.state.Catalog.begun(), m.state.Assets.begun()
		}
	})
	m.Refresh(false)
}

func (m *Monitor) readCatalog() {
	m.mu.Lock()
	generation := m.state.Generation
	m.mu.Unlock()
	m.readCatalogOf(generation)
}

// readCatalogOf replaces the read under way; its results count while the generation lasts.
func (m *Monitor) readCatalogOf(generation int) {
	if m.r.Identity().Offline {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if generation != m.state.Generation {
		return
	}
	m.stopCatalog()
	ctx, stop := context.WithCancel(m.ctx)
	m.stopCatalog = stop
	m.state.Catalog = m.state.Catalog.begun()
	m.wake()
	safego.Go(ctx, func() {
		defer stop()
		var failed error
		for snap, err := range m.r.LoadCatalog(ctx) {
			if err != nil {
				failed = err
				break
			}
			if ctx.Err() != nil {
				break
			}
			m.change(func() {
				if generation == m.state.Generation && ctx.Err() == nil {
					m.takeSnapshot(snap)
				}
			})
		}
		m.change(func() {
			if ctx.Err() == nil {
				m.state.Catalog = m.state.Catalog.ended(failed, m.now())
			}
		})
	})
}

// takeSnapshot takes a growing list. A part never replaces a complete one: rows would flicker.
func (m *Monitor) takeSnapshot(snap *catalog.Snapshot) {
	m.state.Catalog.Read, m.state.Catalog.Total = snap.Len(), snap.Total
	if m.snap == nil || snap.Complete || !m.snap.Complete && snap.Len() >= m.snap.Len() {
		m.snap, m.stale = snap, true
	}
}

// readAssets replaces the read under way.
func (m *Monitor) readAssets(all bool) {
	if m.r.Identity().Offline {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stopAssets()
	ctx, stop := context.WithCancel(m.ctx)
	m.stopAssets = stop
	m.state.Assets = m.state.Assets.begun()
	m.wake()
	read := m.r.RefreshAssets
	if all {
		read = m.r.LoadAssets
	}
	safego.Go(ctx, func() {
		defer stop()
		set, err := read(ctx, func(read, total int) {
			m.change(func() {
				if ctx.Err() == nil {
					m.state.Assets.Read, m.state.Assets.Total = read, total
				}
			})
		})
		m.change(func() {
			if ctx.Err() != nil {
				return
			}
			m.state.Assets = m.state.Assets.ended(err, m.now())
			if set != nil && (set.Complete || m.assets == nil) {
				m.assets, m.stale = set, true
			}
		})
	})
}

// settle settles a view of complete lists once, in the background.
func (m *Monitor) settle(v *View) {
	if v.Assets == nil || !v.Catalog.Complete || !v.Assets.Complete && !v.Assets.Moved || v.Catalog == m.settled.Catalog && v.Assets == m.settled.Assets {
		return
	}
	m.settled = *v
	safego.Go(m.ctx, func() {
		next := m.r.Settle(m.ctx, v)
		if next == v {
			return
		}
		m.change(func() {
			m.stale = true
			if m.assets == v.Assets {
				m.assets = next.Assets
			}
		})
	})
}

func (l Load) begun() Load {
	l.Running, l.Read, l.Total = true, 0, 0
	return l
}

// ended returns the finished load; Down is set by the first ErrUnavailable.
func (l Load) ended(err error, now time.Time) Load {
	l.Running, l.Err = false, err
	l.Ended++
	switch {
	case err == nil:
		l.Down = time.Time{}
	case !errors.Is(err, conviso.ErrUnavailable) && !errors.Is(err, catalog.ErrUnavailable):
		l.Down = time.Time{}
	case l.Down.IsZero():
		l.Down = now
	}
	return l
}

const (
	queueRetry = 5 * time.Second // the wait after a failed read of the queue
	// From mergeFrom items on, whoever follows the queue waits after each change to take more at once: an
	// import makes dozens a second. The wait is mergeEach for each item, at most mergeFor.
	mergeFrom = 1000
	mergeFor  = 2 * time.Second
	mergeEach = 50 * time.Microsecond
)

// gathering is how long to wait for more changes of so many items.
func gathering(items int) time.Duration {
	if items < mergeFrom {
		return 0
	}
	return min(mergeFor, time.Duration(items)*mergeEach)
}

func (m *Monitor) watch() {
	read := false
	for m.ctx.Err() == nil {
		m.mu.Lock()
		since, n := m.state.QueueSeq, len(m.items)
		m.mu.Unlock()
		var items []Item
		var seq int64
		var err error
		if read {
			items, seq, err = m.r.Watch(m.ctx, since)
		} else {
			items, seq, err = m.r.Items(m.ctx)
		}
		runner, _ := m.r.Runner()
		if m.ctx.Err() != nil {
			return
		}
		wait := time.Duration(0)
		m.change(func() {
			// Without the history the statuses so far may be wrong.
			m.stale = m.stale || m.state.QueueErr != nil && err == nil
			m.state.Runner, m.state.QueueErr = runner, err
			if err != nil {
				// Watch would report the recovery only with the next change.
				wait, read = queueRetry, false
				return
			}
			m.state.QueueRead, read = true, true
			m.merge(items, seq)
			wait = gathering(n)
		})
		if pause.Sleep(m.ctx, wait) != nil {
			return
		}
	}
}

// merge merges items that are newer than the known ones.
func (m *Monitor) merge(items []Item, seq int64) {
	m.state.QueueSeq = max(m.state.QueueSeq, seq)
	fresh := make([]Item, 0, len(items))
	for i := range items {
		if old, ok := m.items[items[i].Ref]; !ok || items[i].Seq > old.Seq {
			fresh = append(fresh, items[i])
		}
	}
	if len(fresh) == 0 {
		return
	}
	merged := maps.Clone(m.items)
	for i := range fresh {
		merged[fresh[i].Ref] = fresh[i]
	}
	m.items, m.stale = merged, true
	update := m.state.Seq + 1
	if m.building {
		update++
	}
	m.batches = append(m.batches, batchOfItems{update: update, items: fresh})
}
