package dns_test

import (
	"encoding/binary"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"

	miekg "github.com/miekg/dns"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/dns"
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

// plays answers each query over TCP with the next recorded message, under the
// query's id. What comes without a length is a datagram and stays unanswered.
func plays(answers ...[]byte) probetest.Peer {
	return func(conn net.Conn) {
		for _, answer := range answers {
			var head [4]byte // length and id, which the probe sends in one write
			if _, err := io.ReadFull(conn, head[:]); err != nil {
				return
			}
			size := int(binary.BigEndian.Uint16(head[:2]))
			if size > 512 {
				_, _ = io.Copy(io.Discard, conn)
				return
			}
			if _, err := io.CopyN(io.Discard, conn, int64(size-2)); err != nil {
				return
			}
			reply := append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...)
			copy(reply[2:4], head[2:4])
			if _, err := conn.Write(reply); err != nil {
				return
			}
		}
	}
}

func TestProbe(t *testing.T) {
	tests := map[string]struct {
		answers [][]byte
		want    dns.Block
		version string
	}{
		"open resolver": {
			[][]byte{recorded(t, "version-bind.bin"), recorded(t, "foreign-recursive.bin")},
			dns.Block{VersionBind: "9.18.12-0ubuntu0.22.04.1-Ubuntu", Rcode: "NOERROR", RecursionAvailable: true, Recursion: true}, "9.18.12",
		},
		"authoritative only": {
			[][]byte{recorded(t, "version-refused.bin"), recorded(t, "foreign-referral.bin")},
			dns.Block{Rcode: "REFUSED"}, "",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, dns.Probe{}, probetest.Recording{Peer: plays(tt.answers...), Base: "dns", Protocol: "dns_tcp", Check: func(t *testing.T, rs []engine.Response) {
				got, ok := rs[0].Blocks["dns"].(*dns.Block)
				if !ok {
					t.Fatalf("no block in %v", rs[0].Blocks)
				}
				if got.VersionBind != tt.want.VersionBind || got.Rcode != tt.want.Rcode || got.RecursionAvailable != tt.want.RecursionAvailable || got.Recursion != tt.want.Recursion {
					t.Errorf("%+v, want %+v", got, tt.want)
				}
				if tt.version != "" && (len(rs[0].Tags) != 1 || rs[0].Tags[0].Version != tt.version) {
					t.Errorf("tags %+v", rs[0].Tags)
				}
			}})
		})
	}
}

func FuzzParseAnswer(f *testing.F) {
	for _, name := range []string{"version-bind.bin", "version-refused.bin", "foreign-recursive.bin", "foreign-referral.bin"} {
		f.Add(recorded(f, name))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		query := &miekg.Msg{}
		query.SetQuestion("version.bind.", miekg.TypeTXT)
		if len(data) >= 2 {
			query.Id = binary.BigEndian.Uint16(data)
		}
		if m, err := dns.ParseAnswer(query, data); err == nil && (!m.Response || m.Id != query.Id) {
			t.Errorf("took %v for an answer", m)
		}
	})
}
