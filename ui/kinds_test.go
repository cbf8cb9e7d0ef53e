package ui

import (
	"maps"
	"testing"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
)

// TestKinds checks that a change of kinds is immediate and drops and counts marks of other kinds.
func TestKinds(t *testing.T) {
	within(t, 80, 24, mixedBank(), nil, func(h *harness) {
		h.press("j", "space", "j", "space")
		h.command("kind component,api")
		h.shows("1 ALL 26", "kind API, Component")
		if h.m.work.Marks.Len() != 2 {
			t.Errorf("marks are %v", maps.Collect(h.m.work.Marks.All()))
		}
		h.press("/")
		h.write("pix-api")
		h.press("enter", "space", "esc")
		h.command("kind api")
		h.shows("1 ALL 3", "kind API\n", "2 entities of other kinds were unmarked.", "payments-api")
		h.lacks("gone from the catalog", "payment-gateway")
		if !h.m.work.Marks.Has("api:default/pix-api") || h.m.work.Marks.Len() != 1 {
			t.Errorf("marks are %v", maps.Collect(h.m.work.Marks.All()))
		}
		h.press("i")
		if h.m.review.ready == nil || h.m.review.ready.Len() != 1 {
			t.Errorf("the plan is %+v", h.m.review.ready)
		}
		h.press("esc")
		h.command("kind group")
		h.shows("No Group in this catalog. Try :kind api, or --kind.")
		h.command("kind component")
		h.shows("1 ALL 23")
		h.lacks("kind Component", "kind API")
	})
}

// TestKindsAndUndo checks that undo marks nothing of other kinds, and works again once its kind is back.
func TestKindsAndUndo(t *testing.T) {
	const gateway = catalog.Ref("component:default/payment-gateway")
	within(t, 80, 24, mixedBank(), nil, func(h *harness) {
		h.filter("payment-gateway")
		h.press("space", "space", "esc")
		h.command("kind api")
		h.press("z")
		h.shows("1 cannot be marked now")
		// A part of a list may yet have anything, but nothing of another kind.
		whole := h.m.work.Shown.Catalog
		rows := make([]catalog.Entity, whole.Len())
		for row := range rows {
			rows[row] = whole.At(row)
		}
		h.m.work.Shown.Catalog = catalog.NewSnapshot(rows, whole.ReadAt, whole.Total, false)
		if h.m.work.Shown.NotMarkable(gateway) == "" || h.m.work.Shown.NotMarkable("api:default/not-read-yet") != "" {
			t.Error("a part of the list decides by something else than the kind")
		}
		h.press("z", "Z")
		if h.m.work.Marks.Len() != 0 {
			t.Errorf("marks are %v", maps.Collect(h.m.work.Marks.All()))
		}
		h.command("kind component")
		h.press("Z", "z")
		if !h.m.work.Marks.Has(gateway) || h.m.work.Marks.Len() != 1 {
			t.Errorf("marks are %v", maps.Collect(h.m.work.Marks.All()))
		}
	})
}

// TestFailedOfAnotherKind checks that items of other kinds are neither marked nor called gone.
func TestFailedOfAnotherKind(t *testing.T) {
	f := mixedBank()
	f.refuse["payment-settlement"] = "tags has invalid value"
	f.holdDrain = true
	within(t, 80, 24, f, nil, func(h *harness) {
		h.filter("payment-settlement")
		h.press("space", "i", "y", "esc", "esc")
		h.command("kind api")
		close(h.e.release)
		h.settle()
		h.shows("0 imported, 1 failed", "5 Selected 0")
		h.lacks("gone from the catalog")
		h.press("R")
		h.shows("1 entity that failed is not on the list now (kind component).", "5 Selected 0")
		h.command("kind component,api")
		h.press("R")
		h.shows("Review import", "1 entity goes to Conviso company")
		h.lacks("not on the list now")
	})
}

// TestFailedOfAnotherKindBesideOthers checks that failures of other kinds do not prevent a retry.
func TestFailedOfAnotherKindBesideOthers(t *testing.T) {
	f := mixedBank()
	f.queued = []importer.Item{{Ref: "component:default/payment-portal", State: importer.Failed, Error: "no"},
		{Ref: "api:default/pix-api", State: importer.Failed, Error: "no"}}
	within(t, 80, 24, f, nil, func(h *harness) {
		h.press("R")
		h.shows("1 entity goes to Conviso company", "1 entity that failed is not on the list now (kind api).")
		if r := h.m.review.ready; r == nil || r.Len() != 1 || len(r.Plan.Skipped) != 0 {
			t.Errorf("the review is %+v", r)
		}
	})
}

// TestPartOfTheCatalog checks that entities missing from a partial list are not called gone or hidden.
func TestPartOfTheCatalog(t *testing.T) {
	f := upTo(9, bank())
	within(t, 120, 24, f, nil, func(h *harness) {
		h.m.work.Marks.Failed(&h.m.work.Shown.View, "component:default/pix-limits")
		h.filter("gateway")
		h.shows("1 selected")
		h.lacks("hidden")
		h.m.work.Marks.Failed(&importer.View{}, "api:default/pix-api")
		h.arrangesAnew()
		h.settle()
		h.shows("1 marked entity is not on the list now (kind api) and unmarked.")
		close(f.release)
		h.settle()
		h.shows("1 selected (", "hidden")
		h.lacks("gone from the catalog")
	})
}

// TestKindsDropOldLoads checks that late results of the old list are dropped.
func TestKindsDropOldLoads(t *testing.T) {
	f := upTo(9, mixedBank())
	f.cached = true
	within(t, 120, 40, f, nil, func(h *harness) {
		h.shows(", reading 39%", "23 of 23")
		// A view state is being made when the kinds change.
		h.m.browse.arranged = nil
		h.m.browse.arrange()
		late := h.m.takeCmds()
		h.command("kind api")
		h.start(late)
		h.settle()
		h.shows("3 of 3", "kind API")
		h.lacks("payment-gateway")
		close(h.e.release)
		h.settle()
		h.shows("3 of 3", "catalog just now")
	})
}

// TestKindsOffline checks that offline nothing is requested, and that an empty list says why.
func TestKindsOffline(t *testing.T) {
	f := mixedBank()
	f.id.Offline = true
	within(t, 80, 24, f, nil, func(h *harness) {
		h.command("kind api")
		h.shows("Offline, and no API was read before: run it once without --offline.", "catalog not read")
		h.e.cached = true
		h.command("kind api,group")
		h.shows("3 of 3")
		h.lacks("Offline, and no")
	})
}
