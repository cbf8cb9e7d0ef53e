package conformance

import (
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"conviso-importer/ui"
)

// playTable plays a story in the table.
func playTable(t *testing.T, s *story) *result {
	w := newWorld(t, s)
	r := &result{}
	opened := w.open()
	defer opened.Close()
	typed, keys := io.Pipe()
	screen := &screen{t: t, changed: make(chan struct{}, 1)}
	ended := make(chan ending, 1)
	go func() {
		outcome, err := ui.Run(t.Context(), opened.Engine, ui.Options{In: typed, Out: screen, NoColor: true, Width: 180, Height: 50, CacheTTL: time.Hour})
		ended <- ending{outcome, err}
	}()
	r.says(screen.wait(tableReady(s)))
	for _, step := range s.table {
		if step.happens != nil {
			step.happens(w)
			continue
		}
		screen.lacks(step.until)
		for _, key := range keysOf(step.send) {
			// A key at a time, as a terminal hands them over.
			if _, err := io.WriteString(keys, key); err != nil {
				t.Fatal(err)
			}
		}
		frame := screen.wait(step.until)
		r.says(frame)
		if tableAsks.MatchString(frame) {
			r.reviews = append(r.reviews, tableReview(t, frame))
		}
	}
	if _, err := io.WriteString(keys, "q"); err != nil {
		t.Fatal(err)
	}
	r.ends(t, ended, screen.frame)
	_ = keys.Close()
	r.observe(w, opened.Engine)
	return r
}

// tableReady is what the table shows when both systems were read, or could not be.
func tableReady(s *story) string {
	switch {
	case s.down:
		return "Offline since"
	case s.shrunk:
		return "catalog just now   assets not read"
	}
	return "catalog just now   assets just now"
}

// keysOf are the bytes of keys that have a name, or of every letter of a text.
func keysOf(send string) []string {
	named := map[string]string{"enter": "\r", "esc": "\x1b", "space": " "}
	var keys []string
	for word := range strings.FieldsSeq(send) {
		if key, ok := named[word]; ok {
			keys = append(keys, key)
			continue
		}
		keys = append(keys, strings.Split(word, "")...)
	}
	return keys
}

var (
	tableAsks = regexp.MustCompile(`(?m)^(y imports|Nothing to send)`)
	tableGoes = regexp.MustCompile(`^(\d+) entit(?:y goes|ies go) to Conviso company`)
	tableLine = regexp.MustCompile(`^(?:> )?\s*(\d+ .*)$`)
)

// tableReview reads a review from its screen: how many entities go, and the lines about them.
func tableReview(t *testing.T, frame string) review {
	t.Helper()
	var r review
	about := false
	for line := range strings.Lines(frame) {
		line = strings.TrimRight(line, " \n")
		goes, found := tableGoes.FindStringSubmatch(line), tableLine.FindStringSubmatch(line)
		switch {
		case goes != nil:
			r.goes = goes[1]
		case strings.HasPrefix(line, "Look before you send"):
			about = true
		case !about:
		case found == nil:
			about = false
		default:
			r.findings = append(r.findings, squeeze(found[1]))
		}
	}
	return r
}

// screen is a terminal that keeps the last frame.
type screen struct {
	t       *testing.T
	changed chan struct{}

	mu   sync.Mutex
	last string
}

// Write takes what a terminal is told beside the frames.
func (s *screen) Write(p []byte) (int, error) { return len(p), nil }

// Show implements program.Canvas.
func (s *screen) Show(frame string, _ bool) {
	s.mu.Lock()
	s.last = ansi.Strip(frame)
	s.mu.Unlock()
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

func (s *screen) frame() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// lacks fails unless a text is still to come, since to wait for it would prove nothing.
func (s *screen) lacks(text string) {
	s.t.Helper()
	if frame := s.frame(); strings.Contains(frame, text) {
		s.t.Fatalf("%q is on screen before the key:\n%s", text, frame)
	}
}

// wait returns the first frame that shows a text.
func (s *screen) wait(text string) string {
	s.t.Helper()
	patience := time.NewTimer(guard)
	defer patience.Stop()
	for {
		if frame := s.frame(); strings.Contains(frame, text) {
			return frame
		}
		select {
		case <-s.changed:
		case <-patience.C:
			s.t.Fatalf("the table does not show %q but\n%s", text, s.frame())
		}
	}
}
