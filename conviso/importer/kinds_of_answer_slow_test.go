//go:build slow

package importer

import (
	"fmt"
	"strings"
	"testing"
)

// TestKindsOfAnswerAtEachBatch protects what TestKindsOfAnswer does at each of the first ten batches of
// an import of 500, and prints what each cost.
func TestKindsOfAnswerAtEachBatch(t *testing.T) {
	for _, kind := range kindsOfAnswer() {
		t.Run(kind.name, func(t *testing.T) {
			var row []string
			for at := 1; at <= 10; at++ {
				simulate(t, func(t *testing.T) {
					sends, took := importThrough(t, kind, at, 500)
					row = append(row, fmt.Sprintf("%d/%.0fs", sends, took.Seconds()))
				})
			}
			ends := "exit 0"
			if kind.stops != nil {
				ends = "exit 4, then 0"
			}
			t.Logf("%-30s imports/time %s, %s", kind.name, strings.Join(row, " "), ends)
		})
	}
}
