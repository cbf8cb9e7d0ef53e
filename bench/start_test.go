package bench

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// letter is a search of the whole list.
const letter = "q"

// patience limits repeated starts; at least three are measured.
const patience = time.Minute

// TestStart measures the time to the first page from the cache, and to a search of all rows.
// Baselines run once for each start: version in the same terminal, and fzf's search of the same
// rows.
func TestStart(t *testing.T) {
	for _, rows := range sizes(t) {
		h := homeOf(t, rows)
		name, hits := h.first(), h.hits(letter)
		counted := fmt.Sprintf(" %d of %d ", hits, rows)
		var version, painted, online, cells, searched, read, rival []time.Duration
		for began := time.Now(); len(painted) < *starts && (len(painted) < 3 || time.Since(began) < patience); {
			version = append(version, versionTakes(t))
			page, all := startTakes(t, h.table(t), name, "/"+letter, counted)
			painted, searched = append(painted, page), append(searched, all)
			online = append(online, pageTakes(t, start(t, h.env(), nil, product), name))
			cells = append(cells, pageTakes(t, h.table(t, overSSH), name))
			page, all = startTakes(t, h.fzf(t), row(0).Name, letter, fmt.Sprintf("m%d/%d (", hits, rows))
			read, rival = append(read, page), append(rival, all)
		}
		title := fmt.Sprintf("start, %s rows, n=%d: ", grouped(rows), len(painted))
		report(over(title+"first page", median(painted), median(version), "version", 3, ms))
		report(over(title+"first page, over SSH", median(cells), median(version), "version", 3, ms))
		report(over(title+"first page, online", median(online), median(version), "version", 3, ms))
		report(over(title+"first page", median(painted), median(read), "fzf", 1, ms))
		report(over(title+"all rows searched", median(searched), median(rival), "fzf", 1, ms))
	}
}

// versionTakes measures the command version.
func versionTakes(t *testing.T) time.Duration {
	t.Helper()
	p := start(t, []string{"TERM=xterm-256color"}, nil, product, "version")
	<-p.done
	took := time.Since(p.started)
	if !strings.Contains(p.since(0), "conviso-importer") {
		t.Fatalf("no version: %q", p.since(0))
	}
	return took
}

// pageTakes measures the time to the first page and ends the program.
func pageTakes(t *testing.T, p *terminal, first string) time.Duration {
	t.Helper()
	painted, _ := p.await(0, first)
	p.kill()
	return painted.Sub(p.started)
}

// startTakes measures the times to the first page and to a search of all rows for keys typed at
// once. It ends the program.
func startTakes(t *testing.T, p *terminal, first, keys, counted string) (page, all time.Duration) {
	t.Helper()
	painted, end := p.await(0, first)
	p.press(keys)
	found, _ := p.await(end, counted)
	p.kill()
	return painted.Sub(p.started), found.Sub(p.started)
}
