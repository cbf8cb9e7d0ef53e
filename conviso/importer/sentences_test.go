package importer

import (
	"strings"
	"testing"
	"unicode/utf8"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// TestLongSentences protects the queue from a platform that says much about each of many items: the beginning is
// kept, whole characters of it.
func TestLongSentences(t *testing.T) {
	long := strings.Repeat("refusé – ", 1000)
	for name, c := range map[string]struct {
		reject func(demo.Project) string
		fault  faulty.Fault
		begins string
	}{
		"each is named": {func(demo.Project) string { return long }, faulty.Fault{}, "service-003: refusé"},
		"none is named": {nil, faulty.JSON(200, `{"data":{"importAssetToIntegration":{"success":false,"importedCount":0,"errors":["`+long+`","`+long+`"]}}}`),
			"the platform took 0 of 25: refusé"},
	} {
		t.Run(name, func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				names := manyNames(25)
				w := newWorld(t, demo.PlatformOptions{Reject: c.reject}, names...).inMemory()
				if c.reject == nil {
					w.platform.Fail(faulty.First(1000, importMutation, c.fault))
				}
				w.submit(Request{Bulk: w.refs()})
				if err := w.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
				item := w.items()[w.refs()[3]]
				if len(item.Error) > maxError || item.State != Failed || !utf8.ValidString(item.Error) || !strings.HasPrefix(item.Error, c.begins) ||
					!strings.HasSuffix(item.Error, "…") {
					t.Errorf("%s with %d bytes: %s", item.State, len(item.Error), item.Error)
				}
			})
		})
	}
}
