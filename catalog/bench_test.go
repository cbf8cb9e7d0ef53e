package catalog

import (
	"bytes"
	"encoding/json"
	"testing"
)

// BenchmarkDecodePage is what one page of the list costs.
func BenchmarkDecodePage(b *testing.B) {
	body, err := json.Marshal((&backstage{items: items(pageSize)}).page(map[string][]string{"filter": {"kind=component"}}, pageSize))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if a, ok := decodeList(bytes.Clone(body)); !ok || len(a.Items) != pageSize {
			b.Fatal("not decoded")
		}
	}
}
