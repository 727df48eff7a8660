package memcached_test

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/memcached"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

func recorded(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// saslError is what a server that wants SASL answers to statistics.
const saslError = "\x81\x10\x00\x00\x00\x00\x00\x20\x00\x00\x00\x0dPORT\x00\x00\x00\x00\x00\x00\x00\x00Auth failure."

// binaryOnly hangs up on text.
func binaryOnly(answer []byte) probetest.Peer {
	return func(conn net.Conn) {
		request := make([]byte, 1024)
		if n, err := conn.Read(request); err != nil || n < 24 || request[0] != 0x80 {
			return
		}
		_, _ = conn.Write(answer)
	}
}

func TestProbe(t *testing.T) {
	binary := recorded(t, "binary.bin")
	tests := map[string]struct {
		peer probetest.Peer
		want memcached.Block
	}{
		"open":     {probetest.Answers(recorded(t, "open.bin")), memcached.Block{Banner: "VERSION 1.6.18", Version: "1.6.18", Uptime: 798, Connections: 5, MaxMemory: 64 << 20, PointerSize: 64, Libevent: "2.1.12-stable"}},
		"password": {probetest.Answers(recorded(t, "password.bin")), memcached.Block{Banner: "CLIENT_ERROR unauthenticated", AuthRequired: true}},
		"SASL":     {binaryOnly(append(bytes.Clone(binary[:30]), saslError...)), memcached.Block{Banner: "1.6.18", Version: "1.6.18", Binary: true, AuthRequired: true}},
		"binary":   {binaryOnly(bytes.ReplaceAll(binary, []byte("PORU"), []byte("PORT"))), memcached.Block{Banner: "1.6.18", Version: "1.6.18", Binary: true, Uptime: 799, Connections: 5, MaxMemory: 64 << 20, PointerSize: 64, Libevent: "2.1.12-stable"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, memcached.Probe{}, probetest.Recording{Peer: tt.peer, Base: "memcached", Protocol: "memcached", Check: func(t *testing.T, rs []engine.Response) {
				if block, ok := rs[0].Blocks["memcached"].(*memcached.Block); !ok || *block != tt.want {
					t.Errorf("%+v, want %+v", block, tt.want)
				}
				if rs[0].Tags[0].Version != tt.want.Version {
					t.Errorf("tags %+v", rs[0].Tags)
				}
			}})
		})
	}
}

func TestDatagram(t *testing.T) {
	to := probetest.Endpoint()
	to.Transport = engine.UDP
	d := probetest.NewDialer(probetest.Answers(recorded(t, "version-udp.bin")))
	result := memcached.Probe{}.Run(t.Context(), d, to)
	if result.Outcome != engine.Answered || result.Responses[0].Protocol != "memcached_udp" {
		t.Fatalf("%+v", result)
	}
	if block, ok := result.Responses[0].Blocks["memcached"].(*memcached.Block); !ok || block.Version != "1.6.18" || block.Amplification != 24.0/17 {
		t.Errorf("%+v", block)
	}
}

// TestForeignDatagram is answered with what asks, and with the answer to somebody else.
func TestForeignDatagram(t *testing.T) {
	other := recorded(t, "version-udp.bin")
	other[0]++
	for _, answer := range [][]byte{memcached.Probe{}.Payload(), other, {}} {
		if block, err := memcached.ReadDatagram(answer); err == nil {
			t.Errorf("%q: %+v", answer, block)
		}
	}
}

// TestOthers plays servers that answer in lines, too.
func TestOthers(t *testing.T) {
	for _, line := range []string{"ERROR\r\n", "version\r\nstats\r\nversion\r\n", "VERSION\r\n", "VERSION x\r\n", "+OK\r\n", "CLIENT_ERROR\r\n", "STAT uptime 1\r\nEND\r\n"} {
		t.Run(line, func(t *testing.T) {
			probetest.Run(t, memcached.Probe{}, probetest.Recording{Peer: probetest.Answers([]byte(line))})
		})
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"open.bin", "password.bin", "binary.bin", "version-udp.bin"} {
		f.Add(recorded(f, name))
	}
	f.Add([]byte(saslError))
	f.Fuzz(func(t *testing.T, data []byte) {
		if block, err := memcached.ReadText(bytes.NewReader(data)); err == nil && block.Version == "" && !block.AuthRequired {
			t.Errorf("%+v", block)
		}
		if block, err := memcached.ReadBinary(bytes.NewReader(data)); err == nil && block.Version == "" {
			t.Errorf("%+v", block)
		}
		_, _ = memcached.ReadDatagram(data)
	})
}
