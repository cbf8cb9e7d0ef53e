package bench

import (
	"fmt"
	"io"
	"math"
	"slices"
	"testing"
	"time"
)

type result struct {
	measure, figure, baseline string
	// value is figure over baseline, or the figure alone without one; 0 is no limit.
	value, limit float64
	ratio        bool
}

var results []result

func report(r result) { results = append(results, r) }

// hold adds a line whose limit does not depend on the machine, and fails the test if it is
// exceeded.
func hold(t *testing.T, r result) {
	t.Helper()
	report(r)
	if !r.passes() {
		t.Errorf("%s: %s against %s, that is %.3g, more than %.3g", r.measure, r.figure, r.baseline, r.value, r.limit)
	}
}

// passes reports whether the limit is kept. No measurement fails: a program that ignores a key
// writes no byte.
func (r result) passes() bool {
	return r.limit == 0 || r.value <= r.limit && (r.value > 0 || !r.ratio)
}

// noByte is a limit that allows no byte.
const noByte = 0.5

func (r result) verdict() string {
	switch {
	case r.limit == 0:
		return ""
	case r.passes():
		return "met"
	}
	return "**missed**"
}

func writeTable(w io.Writer) {
	fmt.Fprintf(w, "\n| measure | figure | baseline | ratio | wanted | |\n|---|---|---|---|---|---|\n")
	for _, r := range results {
		ratio, limit := "", ""
		if r.ratio {
			ratio = fmt.Sprintf("%.3g", r.value)
		}
		if r.limit > 0 {
			limit = fmt.Sprintf("%.3g", r.limit)
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s |\n", r.measure, r.figure, r.baseline, ratio, limit, r.verdict())
	}
}

// over returns the line of figure over baseline, both printed by show.
func over[T int | float64 | time.Duration](measure string, figure, baseline T, of string, limit float64, show func(T) string) result {
	return result{measure: measure, figure: show(figure), baseline: show(baseline) + " " + of,
		value: float64(figure) / float64(baseline), limit: limit, ratio: true}
}

// at returns a quantile: 0.5 is the median. It is 0 for no values.
func at[T int | float64 | time.Duration](share float64, values []T) T {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[max(0, int(math.Ceil(share*float64(len(sorted))))-1)]
}

func median[T int | float64 | time.Duration](values []T) T { return at(0.5, values) }

// ms prints milliseconds with three significant digits.
func ms(d time.Duration) string { return fmt.Sprintf("%.3g ms", float64(d)/float64(time.Millisecond)) }

func formatBytes(n int) string { return fmt.Sprintf("%d B", n) }

func TestTable(t *testing.T) {
	for name, c := range map[string]struct {
		r    result
		want string
	}{
		"within":      {over("a", 10, 20, "of b", 0.5, formatBytes), "met"},
		"beyond":      {over("a", 11, 20, "of b", 0.5, formatBytes), "**missed**"},
		"no limit":    {over("a", 11, 20, "of b", 0, formatBytes), ""},
		"no baseline": {over("a", 11, 0, "of b", 0.5, formatBytes), "**missed**"},
		"no figure":   {over("a", 0, 20, "of b", 0.5, formatBytes), "**missed**"},
		"nothing":     {over("a", 0, 0, "of b", 0.5, formatBytes), "**missed**"},
	} {
		if got := c.r.verdict(); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	values := []int{5, 1, 4, 2, 3}
	if median(values) != 3 || at(0.95, values) != 5 || at(0.2, values) != 1 || values[0] != 5 {
		t.Errorf("median %d, p95 %d, p20 %d of %v", median(values), at(0.95, values), at(0.2, values), values)
	}
}
