package lines

import (
	"testing"

	"conviso-importer/conviso/importer/home"
)

// TestCopiedQueue checks that a queue of another machine is told of, and that line mode asks before it sends it.
func TestCopiedQueue(t *testing.T) {
	f := bank()
	f.copied = &home.CopiedError{From: "old-laptop", Here: "old-laptop"}
	within(t, f, nil, func(s *script) {
		s.says("! This queue was copied from another machine called old-laptop", "adopt takes it over")
		s.write("/payment-gateway")
		s.write("1", "1 marked")
		s.write("i", "yes imports 1 entity")
		s.write("yes", "Nothing may be sent from it there any more. yes or no:")
		s.write("no", "Nothing was sent.")
		s.write("i", "yes imports 1 entity")
		s.write("yes", "Take over the queue of another machine called old-laptop?")
		s.write("yes", "Importing 1 entity.")
		s.write("adopt", "This queue was not copied")
	})
	if f.submits != 1 {
		t.Errorf("%d plans were queued", f.submits)
	}
}
