package conviso

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"conviso-importer/internal/secret"
)

// breakingOff speaks enough HTTP/2 to receive requests and ends each with a protocol error,
// like a gateway with a failing backend.
func breakingOff(conn io.ReadWriter, arrived *atomic.Int64) {
	const (
		data, headers, breakOff, settings = 0, 1, 3, 4
		ended, acknowledged               = 1, 1
		protocolError                     = 1
	)
	in := bufio.NewReader(conn)
	write := func(kind, flags byte, stream uint32, payload ...byte) {
		frame := []byte{0, 0, byte(len(payload)), kind, flags}
		frame = binary.BigEndian.AppendUint32(frame, stream)
		_, _ = conn.Write(append(frame, payload...))
	}
	if _, err := in.Discard(len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")); err != nil {
		return
	}
	write(settings, 0, 0)
	var head [9]byte
	for {
		if _, err := io.ReadFull(in, head[:]); err != nil {
			return
		}
		size := int(head[0])<<16 | int(head[1])<<8 | int(head[2])
		if _, err := in.Discard(size); err != nil {
			return
		}
		kind, flags, stream := head[3], head[4], binary.BigEndian.Uint32(head[5:])
		switch {
		case kind == settings && flags&acknowledged == 0:
			write(settings, acknowledged, 0)
		case (kind == data || kind == headers) && flags&ended != 0:
			arrived.Add(1)
			write(breakOff, 0, stream, 0, 0, 0, protocolError)
		}
	}
}

// TestHTTP2Replay checks against net/http's HTTP/2 client, which repeats a request on protocol
// errors tens of thousands of times, processed or not.
func TestHTTP2Replay(t *testing.T) {
	var arrived atomic.Int64
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		arrived.Add(1)
		panic(http.ErrAbortHandler)
	}))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.TLS = &tls.Config{NextProtos: []string{"h2", "http/1.1"}}
	srv.Config.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){
		"h2": func(_ *http.Server, conn *tls.Conn, _ http.Handler) { breakingOff(conn, &arrived) },
	}
	srv.StartTLS()
	defer srv.Close()
	trusted := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(trusted, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	base, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewClient(Options{Base: base, Key: secret.New(canary), CAFile: trusted})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	_, err = c.Import(ctx, "1028", []Project{{ID: "Component:default/a"}})
	var send *SendError
	if !errors.As(err, &send) {
		t.Fatal(err)
	}
	if n := arrived.Load(); n != 1 || send.Class != Ambiguous || !errors.Is(send, ErrUnavailable) {
		t.Errorf("it arrived %d times: %s, %v", n, send.Class, send)
	}
}
