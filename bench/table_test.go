package bench

import (
	"fmt"
	"io"
	"math"
	"slices"
	"testing"
	"time"
)

// result is one line of the table.
type result struct {
	measure, figure, baseline string
	// value is held against limit, the most that is wanted: figure over baseline, or the figure
	// alone where there is none. No limit is 0.
	value, limit float64
	// ratio reports that value is one.
	ratio bool
}

// results are the lines of the table, in the order in which they were measured.
var results []result

// report puts a line into the table.
func report(r result) { results = append(results, r) }

// hold puts a line into the table whose limit does not depend on the machine, and fails the
// test where it is broken.
func hold(t *testing.T, r result) {
	t.Helper()
	report(r)
	if !r.passes() {
		t.Errorf("%s: %s against %s, that is %.3g, more than %.3g", r.measure, r.figure, r.baseline, r.value, r.limit)
	}
}

// passes reports whether the limit is kept. What was not measured does not keep it: a program that
// does not answer a key writes no byte.
func (r result) passes() bool {
	return r.limit == 0 || r.value <= r.limit && (r.value > 0 || !r.ratio)
}

// noByte is the limit of a line that allows no byte at all.
const noByte = 0.5

// verdict is the last cell of the line.
func (r result) verdict() string {
	switch {
	case r.limit == 0:
		return ""
	case r.passes():
		return "met"
	}
	return "**missed**"
}

// writeTable writes all lines as a table in Markdown.
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

// over is a line that divides what was measured by a baseline, both of which show prints.
func over[T int | float64 | time.Duration](measure string, figure, baseline T, of string, limit float64, show func(T) string) result {
	return result{measure: measure, figure: show(figure), baseline: show(baseline) + " " + of,
		value: float64(figure) / float64(baseline), limit: limit, ratio: true}
}

// at is the value that a share of the values, 0 to 1, does not exceed: 0.5 is the median.
// Of no values it is 0.
func at[T int | float64 | time.Duration](share float64, values []T) T {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[max(0, int(math.Ceil(share*float64(len(sorted))))-1)]
}

func median[T int | float64 | time.Duration](values []T) T { return at(0.5, values) }

// ms prints a time in milliseconds with three digits that mean something.
func ms(d time.Duration) string { return fmt.Sprintf("%.3g ms", float64(d)/float64(time.Millisecond)) }

// octets prints a number of bytes.
func octets(n int) string { return fmt.Sprintf("%d B", n) }

// TestTable keeps verdicts honest.
func TestTable(t *testing.T) {
	for name, c := range map[string]struct {
		r    result
		want string
	}{
		"within":      {over("a", 10, 20, "of b", 0.5, octets), "met"},
		"beyond":      {over("a", 11, 20, "of b", 0.5, octets), "**missed**"},
		"no limit":    {over("a", 11, 20, "of b", 0, octets), ""},
		"no baseline": {over("a", 11, 0, "of b", 0.5, octets), "**missed**"},
		"no figure":   {over("a", 0, 20, "of b", 0.5, octets), "**missed**"},
		"nothing":     {over("a", 0, 0, "of b", 0.5, octets), "**missed**"},
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
