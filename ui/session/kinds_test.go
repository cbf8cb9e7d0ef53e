package session

import (
	"slices"
	"testing"
)

// FuzzKinds: kinds add no terms to the catalog's request.
func FuzzKinds(f *testing.F) {
	for _, text := range []string{"api,component", " API  api", ",", "a-b", "kind=x", "über", "a,,b"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		kinds, err := parseKinds(text)
		if err != nil && len(kinds) > 0 {
			t.Errorf("%q gives %q and %v", text, kinds, err)
		}
		for _, kind := range kinds {
			if !kindPattern.MatchString(kind) {
				t.Errorf("%q gives %q", text, kind)
			}
		}
		if !slices.IsSorted(kinds) || len(slices.Compact(slices.Clone(kinds))) != len(kinds) {
			t.Errorf("%q gives %q", text, kinds)
		}
	})
}
