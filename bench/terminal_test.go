package bench

import (
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

const (
	columns, lines = 120, 40
	// silence ends the answer to an ordinary key.
	silence = 50 * time.Millisecond
	// hang is far longer than any measurement.
	hang = 2 * time.Minute
)

// terminal is a program in a pseudo terminal of 120 x 40 that answers no query.
type terminal struct {
	t       *testing.T
	cmd     *exec.Cmd
	tty     *os.File
	started time.Time
	done    chan struct{}

	mu     sync.Mutex
	text   []byte
	chunks []chunk
}

// chunk is the time at which the output had a length.
type chunk struct {
	at     time.Time
	length int
}

// start runs a program as a session leader on a new terminal. The clock starts before the process.
func start(t *testing.T, env []string, in *os.File, program string, args ...string) *terminal {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer slave.Close()
	if err := pty.Setsize(master, &pty.Winsize{Rows: lines, Cols: columns}); err != nil {
		t.Fatal(err)
	}
	p := &terminal{t: t, cmd: exec.Command(program, args...), tty: master, done: make(chan struct{})}
	p.cmd.Env, p.cmd.Dir = env, t.TempDir()
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = slave, slave, slave
	if in != nil {
		p.cmd.Stdin = in
	}
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 1}
	p.started = time.Now()
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go p.collect()
	t.Cleanup(p.kill)
	return p
}

// collect records output and times until the terminal closes.
func (p *terminal) collect() {
	defer close(p.done)
	buf := make([]byte, 64<<10)
	for {
		n, err := p.tty.Read(buf)
		now := time.Now()
		p.mu.Lock()
		p.text = append(p.text, buf[:n]...)
		p.chunks = append(p.chunks, chunk{now, len(p.text)})
		p.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// kill ends the program at once, without measuring its end.
func (p *terminal) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
	<-p.done
	_ = p.tty.Close()
}

// written returns the length of the output and its last time.
func (p *terminal) written() (int, time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.chunks) == 0 {
		return 0, p.started
	}
	last := p.chunks[len(p.chunks)-1]
	return last.length, last.at
}

// since returns the output after a place.
func (p *terminal) since(place int) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return string(p.text[place:])
}

// await waits until the output after a place has all words, and returns the end of the frame that
// completes them and its time.
func (p *terminal) await(place int, words ...string) (time.Time, int) {
	p.t.Helper()
	for deadline := time.Now().Add(hang); ; time.Sleep(time.Millisecond) {
		end, text := 0, p.since(place)
		for _, word := range words {
			_, rest, ok := strings.Cut(text, word)
			if !ok {
				end = -1
				break
			}
			end = max(end, len(text)-len(rest))
		}
		if end >= 0 {
			time.Sleep(2 * frameGap)
			return p.frame(place + end)
		}
		select {
		case <-p.done:
			p.t.Fatalf("%v ended before it wrote %q:\n%q", p.cmd.Args, words, tail(text))
		default:
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("%v did not write %q:\n%q", p.cmd.Args, words, tail(text))
		}
	}
}

// frameGap separates frames; the pieces of one come within microseconds.
const frameGap = 3 * time.Millisecond

// frame returns the time and end of the frame at a place.
func (p *terminal) frame(place int) (time.Time, int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := 0
	for p.chunks[i].length < place {
		i++
	}
	for i+1 < len(p.chunks) && p.chunks[i+1].at.Sub(p.chunks[i].at) < frameGap {
		i++
	}
	return p.chunks[i].at, p.chunks[i].length
}

// calm waits until the program has been silent for a while.
func (p *terminal) calm(silent time.Duration) {
	p.t.Helper()
	for deadline := time.Now().Add(hang); ; time.Sleep(time.Millisecond) {
		if _, last := p.written(); time.Since(last) >= silent {
			return
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("%v does not come to rest", p.cmd.Args)
		}
	}
}

func (p *terminal) press(keys string) {
	p.t.Helper()
	if _, err := p.tty.WriteString(keys); err != nil {
		p.t.Fatal(err)
	}
}

// answer is a key's bytes, and the time to the last of them; 0 without a byte.
type answer struct {
	bytes int
	took  time.Duration
}

// key presses a key and measures its answer, which ends after a silence.
func (p *terminal) key(key string, calm time.Duration) answer {
	p.t.Helper()
	p.calm(calm)
	before, _ := p.written()
	pressed := time.Now()
	p.press(key)
	for time.Since(pressed) < 10*calm {
		if length, _ := p.written(); length > before {
			p.calm(calm)
			break
		}
		time.Sleep(100 * time.Microsecond)
	}
	after, last := p.written()
	if after == before {
		return answer{}
	}
	return answer{bytes: after - before, took: last.Sub(pressed)}
}

func tail(text string) string { return text[max(0, len(text)-400):] }
