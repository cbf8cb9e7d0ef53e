package ui

import (
	"context"
	"testing"

	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/home"
)

// TestCopiedQueue checks that a queue of another machine is told of and not sent before the user has said that it
// has moved: neither what is marked nor what an earlier run left.
func TestCopiedQueue(t *testing.T) {
	const asks = "Take over the queue of old-laptop? Nothing may be sent from it there any more."
	f := bank()
	f.copied = &home.CopiedError{From: "old-laptop", Here: "new-laptop"}
	f.queued = []importer.Item{{Ref: "component:default/payment-vault", Project: conviso.Project{Name: "payment-vault"}, State: importer.Queued, AddedAt: epoch}}
	within(t, 120, 30, f, nil, func(h *harness) {
		h.shows("! This queue was copied from old-laptop, so it is not sent; :adopt takes it over")
		h.lacks("Unfinished import")
		h.press("esc", "u")
		h.shows(asks, "takes it over", "sends nothing")
		h.press("n")
		h.filter("payment-gateway")
		h.press("space", "i", "y")
		h.shows(asks)
		h.press("esc")
		if f.submits+f.drains != 0 {
			t.Fatal("something was sent")
		}
		h.press("y")
		h.shows(asks)
		h.press("y")
		h.shows("Import finished: 2 entities")
		if f.submits != 1 || f.copied != nil {
			t.Errorf("%d plans were queued", f.submits)
		}
		h.press("esc", ":")
		h.write("adopt")
		h.press("enter")
		h.shows("This queue was not copied")
	})
}

func (f *fakeEngine) Copied(context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.copied
}

func (f *fakeEngine) Adopt(context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.copied = nil
	return nil
}
