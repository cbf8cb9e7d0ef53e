package transport

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"
)

// idleBody is how long an answer's body may stand still while somebody waits for it. A body
// that drips without standing still is bounded by the time that a caller gives the request.
const idleBody = 30 * time.Second

// ErrTooLarge is met by errors.Is when an answer's decoded body passes its bound.
var ErrTooLarge = errors.New("the answer is too large")

// ErrStalled is met by errors.Is when an answer began and then stood still. It is a timeout
// in the sense of net.Error.
var ErrStalled error = stalledError{}

type stalledError struct{}

// Error says what happened and for how long.
func (stalledError) Error() string {
	return fmt.Sprintf("the answer began and then stood still for %s", idleBody)
}

// Timeout and Temporary make it a net.Error.
func (stalledError) Timeout() bool   { return true }
func (stalledError) Temporary() bool { return true }

// bounded fails a body that is longer than its limit, counted after decompression.
type bounded struct {
	body  io.ReadCloser
	left  int64
	limit int64
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		// One more byte tells a body of exactly the limit from a longer one.
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

// Close implements io.Closer.
func (b *bounded) Close() error { return b.body.Close() }

// unzipped undoes gzip that was not asked for: net/http undoes only what it asked for itself,
// and a proxy may compress whatever a request says.
type unzipped struct {
	body io.ReadCloser
	zip  *gzip.Reader
	err  error
}

// Read implements io.Reader.
func (u *unzipped) Read(p []byte) (int, error) {
	if u.zip == nil && u.err == nil {
		u.zip, u.err = gzip.NewReader(u.body)
	}
	if u.err != nil {
		return 0, u.err
	}
	return u.zip.Read(p)
}

// Close implements io.Closer.
func (u *unzipped) Close() error { return u.body.Close() }

// patient fails a body that stands still for idleBody while it is read. It ends the request
// instead of closing the body, since Close may wait for the Read that is stuck.
type patient struct {
	body    io.ReadCloser
	end     context.CancelFunc
	timer   *time.Timer
	stalled atomic.Bool
}

func newPatient(body io.ReadCloser, end context.CancelFunc) *patient {
	p := &patient{body: body, end: end}
	p.timer = time.AfterFunc(idleBody, func() {
		p.stalled.Store(true)
		p.end()
	})
	p.timer.Stop()
	return p
}

// Read implements io.Reader.
func (p *patient) Read(b []byte) (int, error) {
	p.timer.Reset(idleBody)
	n, err := p.body.Read(b)
	p.timer.Stop()
	switch {
	case err == nil:
	case p.stalled.Load() && !errors.Is(err, io.EOF):
		err = ErrStalled
	default:
		// Nothing more comes, so that the request's context need not live until Close.
		p.end()
	}
	return n, err
}

// Close implements io.Closer.
func (p *patient) Close() error {
	err := p.body.Close()
	p.end()
	return err
}
