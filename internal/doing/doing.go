// Package doing is what slow work is at, for whoever waits for it. It must not know the work, nor who waits.
package doing

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Board lists the work that is under way. The zero value is an empty one. It is safe for concurrent use.
type Board struct {
	mu   sync.Mutex
	work []*Work
}

// Work is one piece of work. A nil one is not listed.
type Work struct {
	board      *Board
	what       string
	done, most int
}

// Begin lists a piece of work, such as "reading the catalog". A nil board lists nothing.
func (b *Board) Begin(what string) *Work {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	w := &Work{board: b, what: what}
	b.work = append(b.work, w)
	return w
}

// At says how much of about how much is done; 0 for a most that is not known.
func (w *Work) At(done, most int) {
	if w == nil {
		return
	}
	w.board.mu.Lock()
	defer w.board.mu.Unlock()
	w.done, w.most = done, most
}

// End takes the work off the list.
func (w *Work) End() {
	if w == nil {
		return
	}
	w.board.mu.Lock()
	defer w.board.mu.Unlock()
	w.board.work = slices.DeleteFunc(w.board.work, func(other *Work) bool { return other == w })
}

// String tells of all work in one line, the oldest first; empty for none.
func (b *Board) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	words := make([]string, len(b.work))
	for i, w := range b.work {
		words[i] = w.what
		switch {
		case w.most > 0:
			words[i] += fmt.Sprintf(", %d of %d", min(w.done, w.most), w.most)
		case w.done > 0:
			words[i] += fmt.Sprintf(", %d so far", w.done)
		}
	}
	return strings.Join(words, "; ")
}
