package ui

import (
	"context"
	"slices"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
)

// all are the entities of the kinds in use.
func (f *fakeEngine) all() []catalog.Entity {
	var all []catalog.Entity
	for _, page := range f.listed() {
		all = append(all, page...)
	}
	return all
}

// listed are the pages of the kinds in use.
func (f *fakeEngine) listed() [][]catalog.Entity {
	kinds := f.Kinds()
	listed := make([][]catalog.Entity, len(f.pages))
	for i, page := range f.pages {
		for _, e := range page {
			if slices.Contains(kinds, e.Ref.Kind()) {
				listed[i] = append(listed[i], e)
			}
		}
	}
	return listed
}

func (f *fakeEngine) Kinds() []string {
	f.kindsMu.Lock()
	defer f.kindsMu.Unlock()
	return f.kinds
}

func (f *fakeEngine) UseKinds(kinds []string) {
	f.kindsMu.Lock()
	defer f.kindsMu.Unlock()
	f.kinds = kinds
}

func (f *fakeEngine) Companies(context.Context) ([]conviso.Company, error) {
	return f.companies, f.companiesErr
}
