package backstage

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"conviso-importer/catalog"
)

// TestDetailSize compares the estimate with the real memory, for small and large details.
func TestDetailSize(t *testing.T) {
	for name, n := range map[string]int{"small": 0, "usual": 5, "large": 60} {
		detail := catalog.Detail{Entity: catalog.Entity{Kind: "Component", Name: "a", Namespace: "default", Ref: "component:default/a"}}
		for i := range n {
			text := fmt.Sprintf("example.com/%s-%d", strings.Repeat("part-", 5), i)
			if detail.Annotations == nil {
				detail.Annotations = map[string]string{}
			}
			detail.Annotations[text] = text
			detail.Relations = append(detail.Relations, catalog.Relation{Type: "dependsOn", Target: text})
			detail.Links = append(detail.Links, catalog.Link{URL: "https://" + text, Title: text})
			detail.Tags = append(detail.Tags, text)
		}
		encoded, err := json.Marshal(detail)
		if err != nil {
			t.Fatal(err)
		}
		// So many that garbage of other tests does not matter.
		details := make([]catalog.Detail, 20<<20/detailSize(detail))
		var before, after runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&before)
		for i := range details {
			if err := json.Unmarshal(encoded, &details[i]); err != nil {
				t.Fatal(err)
			}
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		const own = 280 // The list was made before.
		takes := own + (int(after.HeapAlloc)-int(before.HeapAlloc))/len(details)
		if said := detailSize(details[0]); said < takes/2 || said > 2*takes {
			t.Errorf("%s: %d bytes are said, %d taken", name, said, takes)
		}
		runtime.KeepAlive(details)
	}
}
