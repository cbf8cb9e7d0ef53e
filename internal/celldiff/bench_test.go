package celldiff

import (
	"fmt"
	"io"
	"strings"
	"testing"
)

// BenchmarkWrite measures what a frame costs the program at 120 by 40: a cursor that moves, and
// a page.
func BenchmarkWrite(b *testing.B) {
	for name, step := range map[string]int{"move": 0, "page": 40} {
		b.Run(name, func(b *testing.B) {
			w := &Writer{out: io.Discard, screen: screen{inked: true}, size: func() (int, int, error) { return 120, 40, nil }}
			l := &library{out: w, w: 120, h: 40}
			l.enter()
			var frames []string
			for n := range 2 {
				lines := make([]string, 40)
				for i := range lines {
					lines[i] = fmt.Sprintf("  [ ] payment-service-%-12d team-%-10d service  production  \x1b[36mnew\x1b[0m  now", (n*step+i)*7919, n*step+i)
					if i == 4+n {
						lines[i] = "\x1b[1;36m>\x1b[0m" + lines[i][1:]
					}
				}
				l.flush(strings.Join(lines, "\n"))
				frames = append(frames, strings.Join(lines, "\n"))
			}
			var writes [2][]byte
			for n := range writes {
				var raw strings.Builder
				renderer := &library{out: &raw, w: 120, h: 40, last: frames[1-n], lastLines: strings.Split(frames[1-n], "\n")}
				renderer.flush(frames[n])
				writes[n] = []byte(raw.String())
			}
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				_, _ = w.Write(writes[n%2])
				n++
			}
		})
	}
}
