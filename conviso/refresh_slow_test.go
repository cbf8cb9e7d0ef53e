//go:build slow

package conviso

import (
	"testing"
	"testing/synctest"
	"time"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// TestRefreshSpeed checks a large list: the first read takes little more than its requests, an
// update three requests.
func TestRefreshSpeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const latency, assets = 200 * time.Millisecond, 100_000
		p := faulty.NewPlatform(demo.PlatformOptions{Latency: latency})
		many(p, assets)
		time.Sleep(24 * time.Hour)
		source := NewAssetSource(ofDemo(t, p, 0), openStore(t, t.TempDir()), "https://a", "1042")
		began := time.Now()
		set, _, err := source.Refresh(t.Context(), nil)
		took, requests := time.Since(began), p.Counts().Requests
		// Seven of 50 pages at a time, see pass.round.
		bound := time.Duration(requests) * latency / 7
		t.Logf("%s for %d requests, %.2f of the bound", took, requests, float64(took)/float64(bound))
		if err != nil || set.Len() != assets || took > bound*13/10 {
			t.Errorf("%d assets after %s, bound %s, %v", set.Len(), took, bound, err)
		}
		time.Sleep(time.Hour)
		many(p, 100)
		began = time.Now()
		set, _, err = source.Refresh(t.Context(), nil)
		more := p.Counts().Requests - requests
		t.Logf("then %s for %d requests", time.Since(began), more)
		if err != nil || set.Len() != assets+100 || more > 3 {
			t.Errorf("%d assets in %d requests, %v", set.Len(), more, err)
		}
	})
}
