package lines

import (
	"bytes"
	"context"
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"conviso-importer/ui"
)

// script is a user of line mode, in a synctest bubble.
type script struct {
	t    *testing.T
	e    *fakeEngine
	out  buffer
	in   *io.PipeWriter
	read int
	// outcome and err are valid once ended is closed.
	outcome ui.Outcome
	err     error
	ended   chan struct{}
}

type buffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

var at = time.Date(2026, 11, 23, 6, 40, 0, 0, time.UTC)

// within runs test with a console over e and fails unless the console ends with its context.
func within(t *testing.T, e *fakeEngine, change func(*Options), test func(s *script)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		base := time.Now()
		now := func() time.Time { return at.Add(time.Since(base)) }
		e.now, e.changed, e.release, e.stop = now, make(chan struct{}), make(chan struct{}), make(chan struct{})
		r, w := io.Pipe()
		s := &script{t: t, e: e, in: w, ended: make(chan struct{})}
		o := Options{Options: ui.Options{Out: &s.out, Version: "1.4.0", Now: now, CacheTTL: 24 * time.Hour}, Input: NewInput(ctx, r, nil)}
		if change != nil {
			change(&o)
		}
		go func() {
			defer close(s.ended)
			s.outcome, s.err = Run(ctx, e, o)
		}()
		synctest.Wait()
		test(s)
		cancel()
		_ = w.Close()
		<-s.ended
		if key := tableKey.FindString(s.out.String()); key != "" {
			t.Errorf("a key of the table is named: %q", key)
		}
		for _, b := range []byte(s.out.String()) {
			if b < ' ' && b != '\n' || b == 0x7f {
				t.Errorf("the output holds the byte %#x", b)
				break
			}
		}
	})
}

// tableKey matches hints at keys that line mode does not have.
var tableKey = regexp.MustCompile(`\b(esc|enter|[Ss]pace|tab|ctrl\+[^c]) [a-z]+s\b`)

// news is the output since the last call.
func (s *script) news() string {
	text := s.out.String()[s.read:]
	s.read += len(text)
	return text
}

// says fails unless the new output contains the texts, and returns it.
func (s *script) says(texts ...string) string {
	s.t.Helper()
	news := s.news()
	for _, text := range texts {
		if !strings.Contains(news, text) {
			s.t.Errorf("%q is not said in\n%s", text, news)
		}
	}
	return news
}

// write writes lines, each after the output of the one before, and checks the last output like says.
func (s *script) write(line string, texts ...string) string {
	s.t.Helper()
	s.news()
	if _, err := io.WriteString(s.in, line+"\n"); err != nil {
		s.t.Fatal(err)
	}
	synctest.Wait()
	return s.says(texts...)
}

// gone fails unless the run has ended.
func (s *script) gone() {
	s.t.Helper()
	synctest.Wait()
	select {
	case <-s.ended:
	default:
		s.t.Fatalf("still running:\n%s", s.out.String())
	}
}
