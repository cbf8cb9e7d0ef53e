package ui

import "conviso-importer/conviso/importer"

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
