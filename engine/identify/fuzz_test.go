package identify_test

import (
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/identify"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/all"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

// FuzzPeer plays peers that say anything, first or when they are asked: each is left
// in time, with nothing open.
func FuzzPeer(f *testing.F) {
	for _, words := range []string{
		"", "\n", "220 mx.example.net ESMTP Postfix\r\n", "SSH-2.0-OpenSSH_9.6\r\n", "-DENIED Redis is running in protected mode\r\n",
		"HTTP/1.1 400 Bad Request\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\nhi", "RFB 003.008\n", "\xff\xfd\x18\xff\xfd\x20",
		"\x15\x03\x01\x00\x02\x02\x28", "\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03", "\x03\x00\x00\x13\x0e\xd0\x00\x00\x12\x34\x00",
	} {
		f.Add([]byte(words), true)
		f.Add([]byte(words), false)
	}
	f.Fuzz(func(t *testing.T, words []byte, isFirst bool) {
		peer := func(conn net.Conn) {
			if !isFirst {
				if _, err := conn.Read(make([]byte, 4096)); err != nil {
					return
				}
			}
			if _, err := conn.Write(words); err == nil {
				holds(conn)
			}
		}
		synctest.Test(t, func(t *testing.T) {
			d, start := newTurnstile(peer), time.Now()
			identify.New(identify.Config{Probes: all.Probes()}).Run(t.Context(), d, probetest.Endpoint())
			if took := time.Since(start); took > 16*time.Second || d.open != 0 {
				t.Errorf("took %s, %d connections are open", took, d.open)
			}
			d.Wait()
		})
	})
}
