package ui

import (
	"fmt"
	"testing"

	"conviso-importer/catalog"
)

// many is a world with a large list: one in ten is a gateway, one in a thousand is of team-rare.
func many() *fakeEngine {
	entities := make([]catalog.Entity, large+2000)
	for i := range entities {
		kind, owner := "ledger", "team-pay"
		if i%10 == 0 {
			kind = "gateway"
		}
		if i%1000 == 999 {
			owner = "team-rare"
		}
		entities[i] = entity(fmt.Sprintf("svc-%05d-%s", i, kind), owner, "service", "production")
	}
	return newFake(nil, entities...)
}

// tap sends a key and shows what is on screen before anything else has happened.
func tap(h *harness, key string) { h.send(keyMsg(h.t, key)) }

// TestSeek checks that the first page of a large search comes at once, and the rest later without a jump.
func TestSeek(t *testing.T) {
	within(t, 120, 24, many(), nil, func(h *harness) {
		h.press("/", "g", "a", "t", "e")
		h.shows("1200 of 12000", "page 1/")
		tap(h, "w")
		h.shows("svc-00000-gateway", "… of 12000")
		h.lacks("svc-00001-ledger")
		if h.m.browse.list.cursor != 0 || len(h.m.browse.list.rows) != h.m.browse.list.perPage || !h.m.browse.list.partial {
			t.Errorf("%d rows are on the list, want a page of %d", len(h.m.browse.list.rows), h.m.browse.list.perPage)
		}
		page := h.m.browse.rowLines(pageTable(h))
		h.settle()
		h.shows("1200 of 12000")
		if after := h.m.browse.rowLines(pageTable(h)); fmt.Sprint(page) != fmt.Sprint(after) {
			t.Errorf("the page\n%s\nturned into\n%s", page, after)
		}
	})
}

func pageTable(h *harness) *table {
	table := h.m.browse.table(h.m.layout())
	return &table
}

// TestSeekHoldsKeys checks that keys during a search apply to the whole list.
func TestSeekHoldsKeys(t *testing.T) {
	within(t, 120, 24, many(), nil, func(h *harness) {
		h.press("/")
		for _, key := range []string{"g", "a", "t", "e", "enter", "a"} {
			tap(h, key)
		}
		if h.m.work.Marks.Len() != 0 || !h.m.browse.typing {
			t.Errorf("%d rows are marked before the list is there", h.m.work.Marks.Len())
		}
		h.settle()
		h.shows("1200 of 12000", "/ gate")
		if h.m.work.Marks.Len() != 1200 {
			t.Errorf("%d rows are marked, want all 1200 of the list", h.m.work.Marks.Len())
		}
		if len(h.m.browse.pendingKeys) != 0 {
			t.Errorf("%d keys still wait", len(h.m.browse.pendingKeys))
		}
	})
}

// TestSettledFilterIsNotSoughtAgain checks that enter does not search again.
func TestSettledFilterIsNotSoughtAgain(t *testing.T) {
	within(t, 120, 24, many(), nil, func(h *harness) {
		h.press("/", "g", "a", "t", "e")
		before := &h.m.browse.list.rows[0]
		h.press("enter")
		h.shows("1200 of 12000")
		if &h.m.browse.list.rows[0] != before {
			t.Error("the list was made again")
		}
	})
}

// TestReviewsWhatWasMarked checks that a review of a large list does not block, and has the marks of its start.
func TestReviewsWhatWasMarked(t *testing.T) {
	within(t, 120, 24, many(), nil, func(h *harness) {
		h.press("a")
		_, cmd := h.m.Update(keyMsg(t, "i"))
		h.m.work.Marks.Clear()
		h.start(cmd)
		h.settle()
		if r := &h.m.review.review; r.ready == nil || r.ready.Len() != 12_000 {
			t.Errorf("the plan is %+v, %v", r.ready, r.err)
		}
	})
}

// TestSeekStaysWithTheCursor checks that a search keeps the page of the cursor's entity.
func TestSeekStaysWithTheCursor(t *testing.T) {
	within(t, 120, 24, many(), nil, func(h *harness) {
		h.press("G", "k", "/")
		at := h.m.browse.list.anchor
		tap(h, "s")
		if ref, _ := h.m.browse.list.current(&h.m.work.Shown); ref != at || h.m.browse.list.partial {
			t.Errorf("the cursor is on %s, was on %s", ref, at)
		}
	})
}

// TestSeekIsOvertaken checks that the result of an older search is dropped.
func TestSeekIsOvertaken(t *testing.T) {
	within(t, 120, 24, many(), nil, func(h *harness) {
		h.press("/")
		tap(h, "g")
		tap(h, "a")
		h.m.browse.searchDone(h.m.browse.searchGen-1, []int32{1, 2}, catalog.NewRowSet(12000))
		if !h.m.browse.list.partial {
			t.Error("the end of an older search completed the list")
		}
		h.settle()
		h.shows("1200 of 12000")
	})
}

// TestSeekFindsNothing checks that the blocker of a large list is found in a command.
func TestSeekFindsNothing(t *testing.T) {
	within(t, 120, 24, many(), nil, func(h *harness) {
		h.press("/")
		h.write("gateway owner:team-none")
		h.press("enter")
		h.shows("0 of 12000 match", `without "owner:team-none" 1200 would`)
	})
}

// TestReviewBeforeTheList checks that entities not read yet are not called filtered out.
func TestReviewBeforeTheList(t *testing.T) {
	m := newModel(t.Context(), bank(), Options{Width: 80, Height: 24, NoColor: true})
	ref := catalog.NewRef("component", "", "unread")
	for _, snap := range []*catalog.Snapshot{nil, catalog.NewSnapshot(nil, epoch, 1, false), catalog.NewSnapshot(nil, epoch, 0, true)} {
		m.work.Shown.Catalog = snap
		read := snap != nil && snap.Complete
		if listed := m.browse.onList()(ref); listed == read {
			t.Errorf("the list is read: %t, and an entity that it does not have is on it: %t", read, listed)
		}
	}
}
