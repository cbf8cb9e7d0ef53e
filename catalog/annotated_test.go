package catalog

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestOptOutValues protects entities whose owners said no: every spelling counts, what is not understood
// counts as no and is kept to be named, and a yes or nothing leaves the entity as it is.
func TestOptOutValues(t *testing.T) {
	for value, want := range map[string]Annotated{
		"false": {OptOut: true}, "False": {OptOut: true}, "FALSE": {OptOut: true}, " false\n": {OptOut: true},
		"no": {OptOut: true}, "No": {OptOut: true}, "off": {OptOut: true}, "OFF ": {OptOut: true}, "0": {OptOut: true},
		"true": {}, "True": {}, " yes ": {}, "on": {}, "ON": {}, "1": {}, "": {}, "   ": {},
		"nope": {OptOut: true, Unclear: "nope"}, "never": {OptOut: true, Unclear: "never"}, "00": {OptOut: true, Unclear: "00"},
		"n": {OptOut: true, Unclear: "n"}, "нет": {OptOut: true, Unclear: "нет"}, "\u200b": {OptOut: true, Unclear: "\ufffd"},
		"true, but later":         {OptOut: true, Unclear: "true, but later"},
		strings.Repeat("é", 1000): {OptOut: true, Unclear: strings.Repeat("é", 30) + "..."},
	} {
		got := ReadAnnotations(map[string]string{AnnotationImport: value})
		if got != want {
			t.Errorf("%q: %+v, want %+v", value, got, want)
		}
	}
	if got := ReadAnnotations(nil); got != (Annotated{}) {
		t.Errorf("no annotations: %+v", got)
	}
}

// TestOrphanValues protects what counts as an orphan.
func TestOrphanValues(t *testing.T) {
	for value, want := range map[string]bool{"true": true, " True ": true, "false": false, "": false, "yes": false} {
		if got := ReadAnnotations(map[string]string{AnnotationOrphan: value}).Orphan; got != want {
			t.Errorf("%q: %t", value, got)
		}
	}
}

// TestRepositories protects which rows share a repository, over blocks, and that entities which no bulk
// import takes share nothing.
func TestRepositories(t *testing.T) {
	entities := components(0, 2*blockSize)
	for i, key := range map[int]uint64{0: 5, 3: 5, blockSize + 1: 5, 7: 6, 8: 6, 9: 7, 10: 7, 11: 8} {
		entities[i].Repository = key
	}
	entities[8].OptOut, entities[10].Orphan, entities[12].OptOut = true, true, true
	s := NewSnapshot(entities, time.Time{}, 0, true)
	g := s.Repositories()
	if got := fmt.Sprint(slices.Collect(g.Rows.Rows())); g.Len() != 1 || got != fmt.Sprint([]int{0, 3, blockSize + 1}) {
		t.Errorf("%d groups: %s", g.Len(), got)
	}
	if g.Sharing(3) != 3 || g.Sharing(7) != 1 || g.Sharing(20) != 1 {
		t.Errorf("%d, %d and %d share", g.Sharing(3), g.Sharing(7), g.Sharing(20))
	}
	if got := fmt.Sprint(slices.Collect(s.Held().Rows())); got != "[8 10 12]" {
		t.Errorf("held: %s", got)
	}
	if s.Repository(blockSize+1) != 5 || s.Repository(blockSize+2) != 0 {
		t.Error("keys are lost")
	}
}
