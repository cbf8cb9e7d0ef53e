package conviso

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// goer is a server that closes kept-alive connections in a given way and counts the deliveries
// of each project.
type goer struct {
	net.Listener

	// end is called with each connection after its first response.
	end func(*goer, net.Conn, *bufio.Reader)

	mu        sync.Mutex
	delivered map[string]int
	open      []net.Conn
	serving   sync.WaitGroup
}

func newGoer(t *testing.T, end func(*goer, net.Conn, *bufio.Reader)) *goer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &goer{Listener: l, end: end, delivered: map[string]int{}}
	g.serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			g.mu.Lock()
			g.open = append(g.open, conn)
			g.mu.Unlock()
			g.serving.Go(func() {
				in := bufio.NewReader(conn)
				if g.take(in) {
					const body = `{"data":{"importAssetToIntegration":{"success":true,"importedCount":1,"errors":null}}}`
					_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
					g.end(g, conn, in)
				}
				_ = conn.Close()
			})
		}
	})
	t.Cleanup(g.stop)
	return g
}

// stop closes all connections and waits for the counts.
func (g *goer) stop() {
	_ = g.Close()
	g.mu.Lock()
	for _, conn := range g.open {
		_ = conn.Close()
	}
	g.mu.Unlock()
	g.serving.Wait()
}

// take reads one request and counts its project.
func (g *goer) take(in *bufio.Reader) bool {
	req, err := http.ReadRequest(in)
	if err != nil {
		return false
	}
	var body struct {
		Variables struct{ Input struct{ Projects []Project } }
	}
	if json.NewDecoder(req.Body).Decode(&body) != nil || len(body.Variables.Input.Projects) != 1 {
		return false
	}
	_, _ = io.Copy(io.Discard, req.Body)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.delivered[body.Variables.Input.Projects[0].ID]++
	return true
}

func (g *goer) deliveries(id string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.delivered[id]
}

// TestKeepAliveRace checks servers that close a connection just as the next import uses it:
// every import arrives at most once, and one that may have arrived is not NotSent.
func TestKeepAliveRace(t *testing.T) {
	for name, c := range map[string]struct {
		end func(*goer, net.Conn, *bufio.Reader)
		// lost reports that the second import of each connection arrives without a response.
		lost bool
	}{
		"ends while idle": {func(_ *goer, conn net.Conn, _ *bufio.Reader) { _ = conn.Close() }, false},
		"resets while idle": {func(_ *goer, conn net.Conn, _ *bufio.Reader) {
			_ = conn.(*net.TCPConn).SetLinger(0)
		}, false},
		"ends at the first byte": {func(_ *goer, _ net.Conn, in *bufio.Reader) { _, _ = in.ReadByte() }, false},
		"ends within the headers": {func(_ *goer, _ net.Conn, in *bufio.Reader) {
			_, _ = in.ReadString('\n')
		}, false},
		"ends behind the request":   {func(g *goer, _ net.Conn, in *bufio.Reader) { g.take(in) }, true},
		"resets behind the request": {func(g *goer, conn net.Conn, in *bufio.Reader) { g.take(in); _ = conn.(*net.TCPConn).SetLinger(0) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGoer(t, c.end)
			client := clientOf(t, "http://"+g.Addr().String())
			classes := map[Class]int{}
			outcome := map[string]error{}
			for i := range 100 {
				id := fmt.Sprintf("Component:default/%d", i)
				_, err := client.Import(t.Context(), "1028", []Project{{ID: id, Name: id, Description: strings.Repeat("x", 8000)}})
				outcome[id] = err
				if i%3 == 0 {
					// The server closes before, with or after the next request.
					time.Sleep(time.Duration(i) * 10 * time.Microsecond)
				}
			}
			g.stop()
			for id, err := range outcome {
				var send *SendError
				n := g.deliveries(id)
				switch {
				case err == nil && n == 1:
					continue
				case errors.As(err, &send) && send.Class == NotSent && n == 0:
				case errors.As(err, &send) && send.Class == Ambiguous && n <= 1 && errors.Is(err, ErrUnavailable):
				default:
					t.Fatalf("import %s arrived %d times: %v", id, n, err)
				}
				classes[send.Class]++
			}
			t.Logf("of 100 imports failed %v", classes)
			if c.lost && classes[Ambiguous] != 50 {
				t.Errorf("%v, where every second answer is lost", classes)
			}
		})
	}
}
