package cli

import (
	"regexp"
	"sync/atomic"
	"testing"

	"conviso-importer/internal/demo/faulty"
)

// TestFollowTellsTrouble checks that a waiting import reports the reason once.
func TestFollowTellsTrouble(t *testing.T) {
	b := newBench(t)
	var refused atomic.Bool
	b.Platform.Fail(func(r faulty.Request) faulty.Fault {
		if r.Operation == "importAssetToIntegration" && !refused.Swap(true) {
			return faulty.TooMany("2")
		}
		return faulty.Fault{}
	})
	errs := b.want(exitDone, nil, "import", "component:default/payment-fees", "-o", "json")
	told := regexp.MustCompile(`(?m)^conviso-importer: 429 from Conviso at [0-9:]{8}: next try at [0-9:]{8}`)
	if n := len(told.FindAllString(errs, -1)); n != 1 {
		t.Errorf("told %d times:\n%s", n, errs)
	}
}
