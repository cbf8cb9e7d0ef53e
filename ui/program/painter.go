package program

import (
	"context"
	"time"

	"conviso-importer/internal/pause"
	"conviso-importer/internal/safego"
)

// Canvas draws frames. If Options.Out is one, changes show at once and not at Bubble Tea's next tick.
type Canvas interface {
	// Show draws all lines of the window, unchanged ones too if whole is set. It may block.
	Show(frame string, whole bool)
}

const (
	paintGap = time.Second / 120 // the shortest time between two frames
	// idleRate is the frame rate of Bubble Tea's own renderer while a painter draws.
	idleRate = 1
)

// painter draws in its own goroutine, so that a slow terminal does not block Update.
// Only the latest waiting frame is kept.
type painter struct {
	canvas  Canvas
	waiting chan painting
}

type painting struct {
	frame string
	whole bool
}

func newPainter(canvas Canvas) *painter {
	return &painter{canvas: canvas, waiting: make(chan painting, 1)}
}

// start draws until ctx ends or stop is called; stop waits for the last frame.
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

// submit never blocks; only one goroutine may call it.
func (p *painter) submit(frame string, whole bool) {
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
