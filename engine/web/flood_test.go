package web_test

import (
	"bytes"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/http2"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/web"
)

// forEver says one thing at first and another for ever.
func forEver(first, more []byte) probetest.Peer {
	return func(conn net.Conn) {
		var reader sync.WaitGroup
		reader.Go(func() { _, _ = io.Copy(io.Discard, conn) })
		defer reader.Wait()
		_, err := conn.Write(first)
		for more = bytes.Repeat(more, 1+4096/len(more)); err == nil; {
			_, err = conn.Write(more)
		}
	}
}

func frame(kind http2.FrameType, flags http2.Flags, stream uint32, payload string) []byte {
	var b bytes.Buffer
	framer := http2.NewFramer(&b, nil)
	_ = framer.WriteRawFrame(kind, flags, stream, []byte(payload)) // a buffer takes anything
	return b.Bytes()
}

// TestFloods plays servers that never end: each costs no more than a connection may,
// in time and in memory.
func TestFloods(t *testing.T) {
	settings := frame(http2.FrameSettings, 0, 0, "")
	head := append(bytes.Clone(settings), frame(http2.FrameHeaders, http2.FlagHeadersEndHeaders, 1, "\x88")...) // :status 200
	for name, tt := range map[string]struct {
		scheme      string
		first, more []byte
	}{
		"settings":        {"https", settings, settings},
		"pings":           {"https", settings, frame(http2.FramePing, 0, 0, "12345678")},
		"continuations":   {"https", append(bytes.Clone(settings), frame(http2.FrameHeaders, 0, 1, "\x88")...), frame(http2.FrameContinuation, 0, 1, "")},
		"header bomb":     {"https", append(bytes.Clone(settings), frame(http2.FrameHeaders, 0, 1, "\x88\x40\x01a\x7f\x81\x1e"+strings.Repeat("x", 4000))...), frame(http2.FrameContinuation, 0, 1, strings.Repeat("\xbe", 16000))},
		"empty data":      {"https", head, frame(http2.FrameData, 0, 1, "")},
		"data":            {"https", head, frame(http2.FrameData, 0, 1, strings.Repeat("x", 16000))},
		"another stream":  {"https", settings, frame(http2.FrameData, 0, 3, strings.Repeat("x", 16000))},
		"headers":         {"http", []byte("HTTP/1.1 200 OK\r\n"), []byte("X-A: b\r\n")},
		"one header":      {"http", []byte("HTTP/1.1 200 OK\r\nX-A: "), []byte("b")},
		"one line":        {"http", []byte("HTTP/1.1 "), []byte("b")},
		"folded":          {"http", []byte("HTTP/1.1 200 OK\r\nX-A: b\r\n"), []byte(" c\r\n")},
		"body":            {"http", []byte("HTTP/1.1 200 OK\r\n\r\n"), []byte("b")},
		"chunks":          {"http", []byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), []byte("1\r\nx\r\n")},
		"trailers":        {"http", []byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"), []byte("X-A: b\r\n")},
		"interim answers": {"http", nil, []byte("HTTP/1.1 100 Continue\r\n\r\n")},
	} {
		synctest.Test(t, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			v := web.NewVisitor(probetest.NewDialer(forEver(tt.first, tt.more)), agree)
			p, err := v.Fetch(t.Context(), web.Location{Scheme: tt.scheme, To: probetest.Endpoint(), Path: "/"})
			v.Close()
			if took := time.Since(start); took > 2*probe.ConnectionTime {
				t.Errorf("%s: took %s", name, took)
			}
			if err == nil && len(p.Body) > web.MaxBody {
				t.Errorf("%s: %d bytes of body", name, len(p.Body))
			}
			runtime.ReadMemStats(&after)
			if kept := int64(after.HeapAlloc) - int64(before.HeapAlloc); kept > 8<<20 {
				t.Errorf("%s: %d KB on the heap", name, kept>>10)
			}
		})
	}
}
