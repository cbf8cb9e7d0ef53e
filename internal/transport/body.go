package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"
)

// idleBody is how long a body may stall while it is read. The caller's context limits a body
// that trickles.
const idleBody = 30 * time.Second

// ErrTooLarge reports that a response's decoded body exceeds Options.MaxBody.
var ErrTooLarge = errors.New("the answer is too large")

// ErrStalled reports that a response began and then stalled. It is a timeout as in net.Error.
var ErrStalled error = stalledError{}

type stalledError struct{}

func (stalledError) Error() string {
	return fmt.Sprintf("the answer began and then stood still for %s", idleBody)
}

// Timeout and Temporary implement net.Error.
func (stalledError) Timeout() bool   { return true }
func (stalledError) Temporary() bool { return true }

// limitedBody fails beyond its limit, counted after decompression.
type limitedBody struct {
	body  io.ReadCloser
	left  int64
	limit int64
}

func (b *limitedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		// One more byte distinguishes a body of exactly the limit.
		var one [1]byte
		if n, err := b.body.Read(one[:]); n == 0 {
			return 0, err
		}
		return 0, fmt.Errorf("%w: more than %d MiB", ErrTooLarge, b.limit>>20)
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.body.Read(p)
	b.left -= int64(n)
	return n, err
}

func (b *limitedBody) Close() error { return b.body.Close() }

// idleTimeoutBody fails if a Read takes longer than idleBody. It cancels the request, since
// Close may wait for the stuck Read.
type idleTimeoutBody struct {
	body    io.ReadCloser
	end     context.CancelFunc
	timer   *time.Timer
	stalled atomic.Bool
}

func newIdleTimeoutBody(body io.ReadCloser, end context.CancelFunc) *idleTimeoutBody {
	p := &idleTimeoutBody{body: body, end: end}
	p.timer = time.AfterFunc(idleBody, func() {
		p.stalled.Store(true)
		p.end()
	})
	p.timer.Stop()
	return p
}

func (p *idleTimeoutBody) Read(b []byte) (int, error) {
	p.timer.Reset(idleBody)
	n, err := p.body.Read(b)
	p.timer.Stop()
	switch {
	case err == nil:
	case p.stalled.Load() && !errors.Is(err, io.EOF):
		err = ErrStalled
	default:
		// The context need not live until Close.
		p.end()
	}
	return n, err
}

func (p *idleTimeoutBody) Close() error {
	err := p.body.Close()
	p.end()
	return err
}
