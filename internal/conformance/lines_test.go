package conformance

import (
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"conviso-importer/ui"
	"conviso-importer/ui/lines"
)

// playLines plays a story in line mode.
func playLines(t *testing.T, s *story) *result {
	w := newWorld(t, s)
	r := &result{}
	opened := w.open()
	defer opened.Close()
	typed, keyboard := io.Pipe()
	paper := &paper{t: t, changed: make(chan struct{}, 1)}
	ended := make(chan ending, 1)
	go func() {
		input := lines.NewInput(t.Context(), typed, nil)
		outcome, err := lines.Run(t.Context(), opened.Engine, lines.Options{Options: ui.Options{Out: paper, CacheTTL: time.Hour}, Input: input})
		ended <- ending{outcome, err}
	}()
	paper.wait("help:")
	for _, step := range s.lines {
		if step.happens != nil {
			step.happens(w)
			continue
		}
		paper.read()
		if _, err := io.WriteString(keyboard, step.send+"\n"); err != nil {
			t.Fatal(err)
		}
		paper.wait(step.until)
	}
	if _, err := io.WriteString(keyboard, "q\n"); err != nil {
		t.Fatal(err)
	}
	r.ends(t, ended, paper.String)
	_ = keyboard.Close()
	r.says(paper.String())
	r.reviews = linesReviews(paper.String())
	r.observe(w, opened.Engine)
	return r
}

var (
	linesReview = regexp.MustCompile(`^Review: (?:(\d+) entit(?:y|ies) to Conviso company)?`)
	linesLine   = regexp.MustCompile(`^Line \d+: (.*)$`)
)

// linesReviews reads the reviews from the output.
func linesReviews(text string) []review {
	var all []review
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if head := linesReview.FindStringSubmatch(line); head != nil {
			all = append(all, review{goes: head[1]})
		} else if found := linesLine.FindStringSubmatch(line); found != nil {
			last := &all[len(all)-1]
			last.findings = append(last.findings, squeeze(found[1]))
		}
	}
	return all
}

// paper is an output that keeps every line.
type paper struct {
	t       *testing.T
	changed chan struct{}

	mu   sync.Mutex
	text strings.Builder
	// from is where what was not read yet begins.
	from int
}

// Write implements io.Writer.
func (p *paper) Write(b []byte) (int, error) {
	p.mu.Lock()
	n, err := p.text.Write(b)
	p.mu.Unlock()
	select {
	case p.changed <- struct{}{}:
	default:
	}
	return n, err
}

// String returns everything that was written.
func (p *paper) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// read puts what was written so far behind.
func (p *paper) read() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.from = p.text.Len()
}

// wait returns when a text is among what is to be read.
func (p *paper) wait(text string) {
	p.t.Helper()
	patience := time.NewTimer(guard)
	defer patience.Stop()
	for {
		p.mu.Lock()
		news := p.text.String()[p.from:]
		p.mu.Unlock()
		if strings.Contains(news, text) {
			return
		}
		select {
		case <-p.changed:
		case <-patience.C:
			p.t.Fatalf("line mode does not say %q but\n%s", text, p.String())
		}
	}
}
