//go:build slow

package e2e

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"
)

// seriesLength is how long a series goes on: as long as it should under `make proofs`, a while otherwise.
func seriesLength(whole time.Duration) time.Duration {
	if os.Getenv("PROOFS") != "" {
		return whole
	}
	return whole / 6
}

// typedKeys are what the series types: everything that looks around, chooses, filters and goes back. What imports,
// writes files or quits is only within texts and messages.
var typedKeys = []string{
	"j", "k", "g", "G", "s", "S", "p", "P", "w", "m", "a", "A", " ", "v", "I", "z", "n", "N", "\t", "J", "K", "1", "2", "3", "4", "5",
	"/", "pa", "gam", "/", "sdk", "mm", "é", "✜", "\x7f", "\r", "\r", "?", "@", "d", "\x1b",
	"\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1bOA", "\x1bOB", "\x1b[5~", "\x1b[6~", "\x1b[H", "\x1b[F", "\x1b[3~", "\x1b[1;2B", "\x1b[1;5A", "\x1b[1;3C", "\x1b[Z",
	"\x1b[15~", "\x1b[1;2P", "\x1b\x1b[A", "\x1bb", "\x1b\x7f", "\x1b[<0;7;9M\x1b[<0;7;9m", "\x1b[M !!", "\x1b[200~pay aiq\x1b[201~", "\x1b[200~\x1b]11;aiq\x1b[A\x1b[201~",
}

// brokenMessages are cut off for good: the next one breaks them off.
var brokenMessages = []string{"\x1b]11;rgb:00", "\x1bP>|tmux", "\x1b_Gi=31", "\x1b[?62;2", "\x9d11;aiq", "\xe2\x9c", "\xff\xfe"}

// TestTypingSeries types at random into two tables, into one as it is, and into the other with its bytes apart and
// the terminal's messages between them. Both must show the same at every rest: marks, filter and screen.
func TestTypingSeries(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	r := rand.New(rand.NewPCG(seed, 14))
	end := time.Now().Add(seriesLength(time.Minute))
	rounds, late, keys, said, cuts := 0, 0, 0, 0, 0
	for time.Now().Before(end) {
		plain, torn := open(t, 80, 24, "demo"), open(t, 80, 24, "demo")
		for _, p := range []*terminal{plain, torn} {
			p.await("assets just now", 20*time.Second)
		}
		for typed, inTime := []string(nil), true; len(typed) < 400 && time.Now().Before(end) && inTime; {
			for range 1 + r.IntN(12) {
				if r.IntN(3) == 0 {
					message := messages[r.IntN(len(messages))]
					if r.IntN(3) == 0 {
						message = brokenMessages[r.IntN(len(brokenMessages))] + message
					}
					cuts += torn.torn(r, message, &inTime)
					said++
				}
				key := typedKeys[r.IntN(len(typedKeys))]
				typed = append(typed, key)
				plain.press(key)
				cuts += torn.torn(r, key, &inTime)
				keys++
				if strings.Trim(key, "\x1b") == "" {
					// What follows at once would belong to it.
					time.Sleep(250 * time.Millisecond)
				}
				// The next key acts on what is on the screen, which must be the same.
				plain.calm(30 * time.Millisecond)
				torn.calm(30 * time.Millisecond)
			}
			if !inTime {
				late++
				break
			}
			want, got := plain.picture("24"), torn.picture("24")
			// Some sentences go by themselves.
			for deadline := time.Now().Add(10 * time.Second); got != want && time.Now().Before(deadline); {
				want, got = plain.picture("24"), torn.picture("24")
			}
			if got != want {
				t.Fatalf("seed %d: after %q the screen is\n%s\nand not\n%s", seed, typed, got, want)
			}
			rounds++
		}
		for _, p := range []*terminal{plain, torn} {
			p.press("\x03")
			p.end(10 * time.Second)
			p.restored()
		}
	}
	t.Logf("%d keys and %d messages, cut %d times: the same screen %d times; %d times this machine was late", keys, said, cuts, rounds, late)
	if rounds < 5 || keys < 50 {
		t.Errorf("%d rests only", rounds)
	}
}

// calm waits until the program has drawn nothing for a while.
func (p *terminal) calm(while time.Duration) {
	for before := -1; before != len(p.text()); {
		before = len(p.text())
		time.Sleep(while)
	}
}

// torn sends text in pieces, with pauses that a key survives, and returns the number of cuts. On a busy machine an ESC
// may be left alone for too long, which a key cannot survive; then inTime is false.
func (p *terminal) torn(r *rand.Rand, text string, inTime *bool) (cuts int) {
	p.t.Helper()
	sent := time.Now()
	for text != "" {
		n := 1 + r.IntN(len(text))
		esc := strings.HasSuffix(text[:n], "\x1b") && n < len(text)
		p.press(text[:n])
		text = text[n:]
		if text == "" {
			return cuts
		}
		cuts++
		began := time.Now()
		limit := 20 * time.Millisecond
		if !esc && r.IntN(8) == 0 {
			limit = 200 * time.Millisecond
		}
		time.Sleep(time.Duration(r.Int64N(int64(limit))))
		if (esc && time.Since(began) > 35*time.Millisecond) || time.Since(sent) > 800*time.Millisecond {
			*inTime = false
		}
		sent = time.Now()
	}
	return cuts
}
