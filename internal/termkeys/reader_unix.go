//go:build unix

package termkeys

import (
	"errors"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// Reader reads whole keys from a terminal. A Read returns 0 bytes where all that came was dropped or is not
// complete; only an ESC is waited for, so a Read can be cancelled by waiting until the terminal is readable.
type Reader struct {
	from   io.Reader
	more   func(within time.Duration) bool // whether from can be read within a time
	filter Filter
	buf    []byte
}

// NewReader returns a reader of a terminal in raw mode.
func NewReader(f *os.File) io.Reader {
	return &Reader{from: f, more: func(within time.Duration) bool { return readable(int(f.Fd()), within) }}
}

// smallest is the smallest buffer to read into: what is held, the end of a paste, and some keys.
const smallest = maxHeld + 32

// Read implements io.Reader. It never fills p: Bubble Tea looks for the rest of a key behind a full buffer, and
// here no key is cut.
func (r *Reader) Read(p []byte) (int, error) {
	if len(p) <= smallest {
		return 0, io.ErrShortBuffer
	}
	out := p[:0]
	for {
		room := len(p) - len(out) - smallest
		if room <= 0 {
			return len(out), nil
		}
		if cap(r.buf) < room {
			r.buf = make([]byte, room)
		}
		n, err := r.from.Read(r.buf[:room])
		out = r.filter.Feed(out, r.buf[:n], time.Now())
		switch {
		case err != nil:
			return len(out), err
		case !r.filter.Waiting():
			return len(out), nil
		case !r.more(EscWait):
			return len(r.filter.Flush(out)), nil
		}
	}
}

// readable waits until a file can be read. It is true on errors: then reading reports them.
func readable(fd int, within time.Duration) bool {
	if fd < 0 || fd >= unix.FD_SETSIZE {
		return false
	}
	end := time.Now().Add(within)
	for {
		var set unix.FdSet
		set.Set(fd)
		left := unix.NsecToTimeval(max(0, time.Until(end)).Nanoseconds())
		n, err := unix.Select(fd+1, &set, nil, nil, &left)
		if !errors.Is(err, unix.EINTR) {
			return err != nil || n > 0
		}
	}
}
