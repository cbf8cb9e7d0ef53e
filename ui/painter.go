package ui

import (
	"context"
	"time"

	"conviso-importer/internal/pause"
	"conviso-importer/internal/safego"
)

// Canvas is an output that draws frames by itself. Where Options.Out is one, what a key changes
// shows at once, and not at the next tick of Bubble Tea's own renderer.
type Canvas interface {
	// Show draws a frame, the lines of the whole window; whole repeats what seems to be there
	// already. It may take as long as the terminal does.
	Show(frame string, whole bool)
}

const (
	// paintGap is the shortest time between two frames: what changes faster is left out.
	paintGap = time.Second / 120
	// idleRate is how often a second Bubble Tea's own renderer looks for something to draw
	// where a painter draws everything.
	idleRate = 1
)

// painter shows frames on a canvas in a goroutine of its own, so that a slow terminal holds up
// nobody, and nobody waits for a tick. A frame that comes while another is being drawn waits, and
// gives way to one that is newer.
type painter struct {
	canvas Canvas
	// waiting holds the latest frame that was not drawn.
	waiting chan painting
}

// painting is a frame to be shown.
type painting struct {
	frame string
	whole bool
}

func newPainter(canvas Canvas) *painter {
	return &painter{canvas: canvas, waiting: make(chan painting, 1)}
}

// start draws what is handed over until ctx ends or stop is called, which returns when nothing is
// drawn any more.
func (p *painter) start(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	safego.Go(ctx, func() {
		defer close(ended)
		p.paint(ctx)
	})
	return func() {
		cancel()
		<-ended
	}
}

// hand hands a frame over; only one goroutine may do so. It never waits.
func (p *painter) hand(frame string, whole bool) {
	select {
	case older := <-p.waiting:
		whole = whole || older.whole
	default:
	}
	p.waiting <- painting{frame, whole}
}

func (p *painter) paint(ctx context.Context) {
	var last time.Time
	for {
		var next painting
		select {
		case <-ctx.Done():
			return
		case next = <-p.waiting:
		}
		if rest := paintGap - time.Since(last); rest > 0 {
			if pause.Sleep(ctx, rest) != nil {
				return
			}
			select {
			case newer := <-p.waiting:
				next = painting{newer.frame, next.whole || newer.whole}
			default:
			}
		}
		p.canvas.Show(next.frame, next.whole)
		last = time.Now()
	}
}
