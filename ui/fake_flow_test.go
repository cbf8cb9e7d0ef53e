package ui

import (
	"context"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
)

func (f *fakeEngine) Pause(on bool) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	was := f.flow.Paused
	f.flow.Paused = on
	return was
}

// Stop ends a drain that is held at once, unless it lingers.
func (f *fakeEngine) Stop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.flow.Stopping = true
	if !f.lingers {
		close(f.stop)
	}
}

func (f *fakeEngine) Flow() importer.Flow {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.flow
}

// flows changes what Flow says.
func (f *fakeEngine) flows(change func(*importer.Flow)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(&f.flow)
}

func (f *fakeEngine) Opening() *importer.Opening {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.opening
}

func (f *fakeEngine) KeepOpening(o *importer.Opening) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.opening = o
}

// Wait answers the requests that are on their way, where they are answered late.
func (f *fakeEngine) Wait() {
	if !f.answersLate {
		return
	}
	f.set(func(i *importer.Item) { i.State = importer.Imported }, f.pending()...)
}

// pending are the items that a drain has to do with.
func (f *fakeEngine) pending() []catalog.Ref {
	f.mu.Lock()
	defer f.mu.Unlock()
	var pending []catalog.Ref
	for ref, item := range f.items {
		if item.State.Pending() && !item.Late(f.now()) {
			pending = append(pending, ref)
		}
	}
	return pending
}

// arrive puts new items into the queue, as another process does.
func (f *fakeEngine) arrive(items ...importer.Item) {
	f.mu.Lock()
	for _, item := range items {
		f.put(item)
	}
	f.mu.Unlock()
	f.set(nil)
}

// Changes also puts into the queue what another process has queued.
func (f *fakeEngine) Changes(ctx context.Context, since int64) ([]importer.Item, int64, error) {
	if _, _, err := f.Items(ctx); err != nil {
		return nil, since, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.since(since), f.seq, nil
}

func (f *fakeEngine) LatestAssets() *conviso.AssetSet { return nil }

func (f *fakeEngine) TakeBack(_ context.Context, refs []catalog.Ref) (back importer.TakenBack, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, ref := range refs {
		item, ok := f.items[ref]
		switch {
		case !ok:
		case item.TakeBack():
			back.Taken = append(back.Taken, item)
			f.put(item)
		case item.State.Pending():
			back.OnTheWay = append(back.OnTheWay, item)
		default:
			back.Others = append(back.Others, item)
		}
	}
	close(f.changed)
	f.changed = make(chan struct{})
	return back, nil
}
