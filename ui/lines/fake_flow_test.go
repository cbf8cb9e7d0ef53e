package lines

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

func (f *fakeEngine) Stop() { close(f.stop) }

func (f *fakeEngine) Flow() importer.Flow {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.flow
}

// flows changes the result of Flow.
func (f *fakeEngine) flows(change func(*importer.Flow)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(&f.flow)
}

func (f *fakeEngine) Kinds() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.kinds
}

func (f *fakeEngine) UseKinds(kinds []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.kinds = kinds
}

func (f *fakeEngine) Companies(context.Context) ([]conviso.Company, error) { return f.companies, nil }

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
