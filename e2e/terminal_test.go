package e2e

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/creack/pty"

	"conviso-importer/internal/cli"
)

// binary is the program as it is released.
var binary string

// program keeps the program's code in the tests' own binary. They compile it by a command, of
// which the test cache knows nothing; so a change of it is a change of them. What nobody refers
// to the linker would leave out.
var program = cli.Main

func TestMain(m *testing.M) {
	if args, ok := os.LookupEnv(holderVariable); ok {
		fmt.Fprintln(os.Stderr, hold(args))
		os.Exit(1)
	}
	flag.Parse()
	// These tests wait for processes rather than compute.
	if err := flag.Set("test.parallel", "8"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(build(m))
}

// build compiles the program once for all tests.
func build(m *testing.M) int {
	if program == nil {
		return 1
	}
	// Tests may run where a parent ignores these, which the program would inherit.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP, syscall.SIGPIPE)
	if signal.Ignored(os.Interrupt) {
		signal.Notify(make(chan os.Signal, 1), os.Interrupt)
	}
	dir, err := os.MkdirTemp("", "e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary = filepath.Join(dir, "conviso-importer")
	if err := compile(binary); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// compile builds the program into a file.
func compile(path string, flags ...string) error {
	cmd := exec.Command("go", append(append([]string{"build", "-o", path}, flags...), "conviso-importer")...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s%w", out, err)
	}
	return nil
}

// breakable is the program built with keys that break it; the tests that need it share it.
var breakable = sync.OnceValues(func() (string, error) {
	path := binary + "-crashtest"
	return path, compile(path, "-tags", "crashtest")
})

// launch says how the program is started.
type launch struct {
	// program is the binary unless it is the one that can be broken.
	program       string
	columns, rows uint16
	// env is added to the environment of a user in a home of their own; a name alone
	// removes a variable.
	env  []string
	args []string
}

// terminal is the program in a pseudo terminal that never answers a query.
type terminal struct {
	t    *testing.T
	home string
	cmd  *exec.Cmd
	tty  *os.File
	// before is the terminal's state before the program ran.
	before *term.State
	exited chan error
	// ears is empty while the terminal takes no bytes.
	ears chan struct{}

	mu  sync.Mutex
	out bytes.Buffer
}

func open(t *testing.T, columns, rows uint16, args ...string) *terminal {
	t.Helper()
	return start(t, launch{columns: columns, rows: rows, args: args})
}

// start runs the program as the leader of a session on a terminal of its own.
func start(t *testing.T, l launch) *terminal {
	t.Helper()
	return startOn(t, l, nil)
}

// startOn takes the program's input from another file than its terminal, unless that is nil.
func startOn(t *testing.T, l launch, in *os.File) *terminal {
	t.Helper()
	if l.program == "" {
		l.program = binary
	}
	p := &terminal{t: t, home: t.TempDir(), cmd: exec.Command(l.program, l.args...), exited: make(chan error, 1), ears: make(chan struct{}, 1)}
	p.cmd.Env, p.cmd.Dir = environment(p.home, l.env...), p.home
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer slave.Close()
	p.tty = master
	if err := pty.Setsize(master, &pty.Winsize{Rows: l.rows, Cols: l.columns}); err != nil {
		t.Fatal(err)
	}
	p.before = p.state()
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = slave, slave, slave
	if in != nil {
		p.cmd.Stdin = in
	}
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 1}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	read := make(chan struct{})
	p.listen()
	go p.collect(read)
	go func() {
		err := p.cmd.Wait()
		<-read
		p.exited <- err
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		_ = master.Close()
	})
	return p
}

// environment is that of a user with a home of their own.
func environment(home string, more ...string) []string {
	env := []string{"TERM=xterm-256color", "LANG=C.UTF-8", "HOME=" + home, "TMPDIR=" + home, "PATH=" + os.Getenv("PATH")}
	for _, entry := range more {
		name, _, set := strings.Cut(entry, "=")
		kept := env[:0]
		for _, old := range env {
			if !strings.HasPrefix(old, name+"=") {
				kept = append(kept, old)
			}
		}
		env = kept
		if set {
			env = append(env, entry)
		}
	}
	return env
}

// collect keeps what the program writes until its end closes the terminal.
func (p *terminal) collect(done chan<- struct{}) {
	defer close(done)
	buf := make([]byte, 32<<10)
	for {
		p.deafen()
		p.listen()
		n, err := p.tty.Read(buf)
		p.mu.Lock()
		p.out.Write(buf[:n])
		p.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// deafen makes the terminal take no more bytes until it listens again.
func (p *terminal) deafen() { <-p.ears }
func (p *terminal) listen() { p.ears <- struct{}{} }

// state is the terminal's state, which both ends of a pseudo terminal share.
func (p *terminal) state() *term.State {
	p.t.Helper()
	state, err := term.GetState(p.tty.Fd())
	if err != nil {
		p.t.Fatal(err)
	}
	return state
}

func (p *terminal) text() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

// await waits until the program has written something.
func (p *terminal) await(what string, limit time.Duration) {
	p.t.Helper()
	p.awaitAfter(0, what, limit)
}

// awaitAfter waits until the program has written something behind a place in its output, and
// returns the place behind that.
func (p *terminal) awaitAfter(place int, what string, limit time.Duration) int {
	p.t.Helper()
	for deadline := time.Now().Add(limit); ; time.Sleep(5 * time.Millisecond) {
		text := p.text()
		if _, rest, ok := strings.Cut(text[place:], what); ok {
			return len(text) - len(rest)
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("%q did not appear within %s:\n%q", what, limit, p.text()[place:])
		}
	}
}

func (p *terminal) press(keys string) {
	p.t.Helper()
	if _, err := p.tty.WriteString(keys); err != nil {
		p.t.Fatal(err)
	}
}

func (p *terminal) signal(sig os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(sig); err != nil {
		p.t.Fatal(err)
	}
}

// end waits for the program to end and returns its exit code.
func (p *terminal) end(limit time.Duration) int {
	p.t.Helper()
	select {
	case <-p.exited:
	case <-time.After(limit):
		p.t.Fatalf("still running after %s:\n%q", limit, p.text())
	}
	return p.cmd.ProcessState.ExitCode()
}

// restored fails the test unless the terminal is as it was before the program ran.
func (p *terminal) restored() {
	p.t.Helper()
	text := p.text()
	for name, pair := range map[string][2]string{
		"alternate screen": {"\x1b[?1049h", "\x1b[?1049l"},
		"hidden cursor":    {"\x1b[?25l", "\x1b[?25h"},
		"bracketed paste":  {"\x1b[?2004h", "\x1b[?2004l"},
		"mouse clicks":     {"\x1b[?1000h", "\x1b[?1000l"},
		"mouse drags":      {"\x1b[?1002h", "\x1b[?1002l"},
		"mouse moves":      {"\x1b[?1003h", "\x1b[?1003l"},
		"mouse positions":  {"\x1b[?1006h", "\x1b[?1006l"},
	} {
		if strings.LastIndex(text, pair[0]) > strings.LastIndex(text, pair[1]) {
			p.t.Errorf("the %s was left on", name)
		}
	}
	if !reflect.DeepEqual(p.before, p.state()) {
		p.t.Errorf("the terminal's state is %+v, was %+v", p.state(), p.before)
	}
}

// farewell is what stands on the normal screen behind the table.
func (p *terminal) farewell() string {
	text := p.text()
	return text[strings.LastIndex(text, "\x1b[?1049l")+1:]
}

// TestFirstFrame protects the start on a terminal that never answers: Bubble Tea alone would
// wait five seconds for it.
func TestFirstFrame(t *testing.T) {
	p := open(t, 80, 24, "demo")
	p.await("STATUS", 2*time.Second)
	p.await("imported", 10*time.Second)
	p.press("q")
	if code := p.end(5 * time.Second); code != 0 {
		t.Errorf("exit %d", code)
	}
	p.restored()
}

// TestNoEscapes protects output that people pipe or read on any terminal.
func TestNoEscapes(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"version"}, {"list", "--help"}, {"list"}} {
		p := open(t, 80, 24, args...)
		p.end(2 * time.Second)
		if strings.Contains(p.text(), "\x1b") {
			t.Errorf("%v wrote %q", args, p.text())
		}
	}
}
