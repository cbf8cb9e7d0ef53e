package ui

import (
	"strings"
	"testing"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
)

// TestLateIsNotUnfinished checks that items accepted long ago are reported with their time, not as unfinished.
func TestLateIsNotUnfinished(t *testing.T) {
	f := bank()
	late := importer.Item{Ref: "component:default/payment-vault", Project: conviso.Project{Name: "payment-vault"}, State: importer.Accepted, Attempts: 1,
		AddedAt: epoch.Add(-100 * time.Minute), SentAt: epoch.Add(-90 * time.Minute)}
	f.queued = []importer.Item{late}
	f.refuse["payment-portal"] = "tags has invalid value"
	within(t, 120, 30, f, nil, func(h *harness) {
		h.shows("1 entity was taken by Conviso at 05:10 and has not appeared; look for it there.")
		h.lacks("Unfinished import", "Pending 1", "resume")
		h.press("u")
		if h.e.drains != 0 {
			t.Error("it goes on with what is late")
		}
		h.filter("payment-portal")
		h.press("space", "esc", "esc")
		h.filter("payment-gateway")
		h.press("space", "i", "y")
		h.shows("Import finished: 2 entities", "1 imported, 1 failed in ")
		h.lacks("not seen at Conviso")
		if o := h.outcome(); o.Pending != 0 || o.Failed != 1 || !strings.Contains(o.Text, "1 imported, 1 failed, 0 not settled.") ||
			!strings.Contains(o.Text, "taken by Conviso at 05:10") || strings.Contains(o.Text, "resume") {
			t.Errorf("%+v", o)
		}
	})
}
