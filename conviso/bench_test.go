package conviso

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"sync"
	"testing"
	"time"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// recording replays responses after the latency of a remote platform, so that a benchmark
// measures no server.
type recording struct {
	platform http.RoundTripper
	latency  time.Duration

	mu                         sync.Mutex
	answers                    map[string][]byte
	requests, underWay, atOnce int
}

func (r *recording) RoundTrip(req *http.Request) (*http.Response, error) {
	asked, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	answer, known := r.answers[string(asked)]
	r.requests, r.underWay = r.requests+1, r.underWay+1
	r.atOnce = max(r.atOnce, r.underWay)
	r.mu.Unlock()
	if known {
		time.Sleep(r.latency)
	} else if answer, err = r.record(req, asked); err != nil {
		return nil, err
	}
	r.mu.Lock()
	r.underWay--
	r.mu.Unlock()
	return http.ReadResponse(bufio.NewReader(bytes.NewReader(answer)), req)
}

func (r *recording) record(req *http.Request, asked []byte) ([]byte, error) {
	req = req.Clone(req.Context())
	req.Body = io.NopCloser(bytes.NewReader(asked))
	resp, err := r.platform.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := httputil.DumpResponse(resp, true)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answers[string(asked)] = answer
	return answer, err
}

// BenchmarkFirstRead reads 100,000 assets at 200 ms a request with the cache on disk, and
// reports the time relative to the minimum for that many concurrent requests.
func BenchmarkFirstRead(b *testing.B) {
	const assets = 100_000
	p := faulty.NewPlatform(demo.PlatformOptions{})
	for i := range assets {
		p.AddAssets("1042", demo.Asset{Name: fmt.Sprintf("old-%d", i), UpdatedAt: time.Now().Add(-time.Hour)})
	}
	r := &recording{platform: faulty.RoundTripper(p), latency: 200 * time.Millisecond, answers: map[string][]byte{}}
	read := func() time.Duration {
		r.requests, r.atOnce = 0, 0
		began := time.Now()
		source := NewAssetSource(over(b, r, 0), openStore(b, b.TempDir()), "https://a", "1042")
		set, _, err := source.Refresh(b.Context(), nil)
		if err != nil || set.Len() != assets {
			b.Fatal(err)
		}
		return time.Since(began)
	}
	read()
	for b.Loop() {
		took := read()
		b.ReportMetric(float64(took)/float64(time.Duration(r.requests)*r.latency/time.Duration(r.atOnce)), "x-bound")
		b.ReportMetric(float64(r.atOnce), "at-once")
	}
}
