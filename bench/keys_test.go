package bench

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

const overSSH = "SSH_TTY=/dev/pts/0"

// repeats is the number of measurements of a key.
const repeats = 31

// keyboard has a program's keys, the text that it shows when all rows are loaded, and the text
// after a key that draws all lines, parts of which may have been sent before.
type keyboard struct {
	ready, redraw, all, cursor, page, mark, search string
}

// kinds are the measured keys, in the order in which they are pressed.
var kinds = []string{"cursor", "page", "toggle", "search character"}

const clearSearch = "\x15"

// session holds a program's answers and the bytes that it wrote up to its first page, up to rest,
// and while idle.
type session struct {
	*terminal
	keyboard
	answers           map[string][]answer
	first, rest, idle int
}

// TestKeys measures bytes and times of single keys: of cells over SSH, of lines without, and of
// fzf. Bytes do not depend on the machine, so their limits fail the test.
func TestKeys(t *testing.T) {
	limits := map[string]float64{"cursor": 1.0 / 8, "page": 0.75}
	for _, rows := range sizes(t) {
		h := homeOf(t, rows)
		table := keyboard{ready: "rows 1-", redraw: "\x0c", all: fmt.Sprintf(" %d of %d ", rows, rows), cursor: "j", page: ".", mark: " ", search: "/"}
		cells, lines := open(h.table(t, overSSH), h.first(), table), open(h.table(t), h.first(), table)
		other := open(h.fzf(t, "--bind=ctrl-t:toggle"), row(0).Name, keyboard{ready: fmt.Sprintf("m%d/%d (", rows, rows),
			cursor: "\x1b[B", page: "\x1b[6~", mark: "\x14"})
		idle(cells, lines, other)
		for _, s := range []*session{cells, lines, other} {
			s.drive()
			s.kill()
		}
		title := func(what string) string { return fmt.Sprintf("keys, %s rows: %s", grouped(rows), what) }
		for _, kind := range kinds {
			fzf := other.bytes(kind)
			hold(t, over(title(kind+", bytes"), cells.bytes(kind), fzf, "fzf", limits[kind], formatBytes))
			report(over(title(kind+", bytes, not over SSH"), lines.bytes(kind), fzf, "fzf", 0, formatBytes))
		}
		for _, kind := range kinds {
			report(over(title(kind+", to last byte, p50"), cells.took(0.5, kind), other.took(0.5, kind), "fzf", 0, ms))
			report(over(title(kind+", to last byte, p95"), cells.took(0.95, kind), other.took(0.95, kind), "fzf", 0, ms))
		}
		report(over(title("first frame, bytes"), cells.first, other.first, "fzf", 0, formatBytes))
		hold(t, over(title("start to rest, bytes"), cells.rest, other.rest, "fzf", 0.75, formatBytes))
		report(over(title("start to rest, bytes, not over SSH"), lines.rest, other.rest, "fzf", 0, formatBytes))
		hold(t, result{measure: title("idle for 10 s, bytes"), figure: formatBytes(max(cells.idle, lines.idle)),
			baseline: formatBytes(other.idle) + " fzf", value: float64(max(cells.idle, lines.idle)), limit: noByte})
	}
}

// open waits until a new program is at rest with all rows.
func open(p *terminal, first string, k keyboard) *session {
	p.t.Helper()
	s := &session{terminal: p, keyboard: k, answers: map[string][]answer{}}
	_, s.first = p.await(0, first)
	p.await(0, k.ready)
	p.calm(longSilence)
	s.rest, _ = p.written()
	if k.redraw != "" {
		p.press(k.redraw)
		p.await(s.rest, k.all)
	}
	return s
}

// idle measures the output of ten seconds without a key. An age in minutes may change once
// meanwhile, not twice.
func idle(all ...*session) {
	for i := range 2 {
		before := make([]int, len(all))
		for j, s := range all {
			before[j], _ = s.written()
		}
		time.Sleep(10 * time.Second)
		quiet := true
		for j, s := range all {
			after, _ := s.written()
			if i == 0 || after-before[j] < s.idle {
				s.idle = after - before[j]
			}
			quiet = quiet && s.idle == 0
		}
		if quiet {
			return
		}
	}
}

func (s *session) drive() {
	s.t.Helper()
	// The first mark also adds the line that counts marks.
	s.press(s.mark + s.cursor)
	for i, key := range []string{s.cursor, s.page, s.mark} {
		for range repeats {
			s.add(kinds[i], s.key(key, silence))
		}
	}
	if s.search != "" {
		s.key(s.search, silence)
	}
	for _, word := range []string{"payment", "team-42", rare, "zzq"} {
		for _, key := range strings.Split(word, "") {
			s.add(kinds[3], s.key(key, silence))
		}
		s.key(clearSearch, silence)
	}
}

func (s *session) add(kind string, a answer) { s.answers[kind] = append(s.answers[kind], a) }

// bytes returns the median size of the answers to a kind of key.
func (s *session) bytes(kind string) int {
	var sizes []int
	for _, a := range s.answers[kind] {
		sizes = append(sizes, a.bytes)
	}
	return median(sizes)
}

// took returns the quantile of the answers' times. A key that changes nothing has no answer.
func (s *session) took(share float64, kind string) time.Duration {
	answers := slices.DeleteFunc(slices.Clone(s.answers[kind]), func(a answer) bool { return a.bytes == 0 })
	var times []time.Duration
	for _, a := range answers {
		times = append(times, a.took)
	}
	return at(share, times)
}
