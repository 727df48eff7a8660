package dns_test

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"
	"testing/synctest"

	miekg "github.com/miekg/dns"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/dns"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

// nameServer answers by the question: version.bind refused, a referral, a transfer of
// example.org and none of what is below. Its answers over TCP and UDP differ by the length.
func nameServer(t *testing.T, transfer []byte) probetest.Peer {
	t.Helper()
	framed := func(name string) []byte {
		message := probetest.Recorded(t, name)
		return append(binary.BigEndian.AppendUint16(nil, uint16(len(message))), message...)
	}
	version, foreign, refused := framed("version-refused.bin"), framed("foreign-referral.bin"), probetest.Recorded(t, "transfer-refused.bin")
	return probetest.Responds(func(query []byte) []byte {
		stream := int(binary.BigEndian.Uint16(query)) == len(query)-2
		answer := foreign
		switch {
		case !stream:
			return []byte{}
		case bytes.Contains(query, []byte("\x07version\x04bind")):
			answer = version
		case bytes.Contains(query, []byte("\x03www\x07example\x03org")):
			answer = refused
		case bytes.Contains(query, []byte("\x07example\x03org")):
			answer = transfer
		}
		answer = slices.Clone(answer)
		copy(answer[2:4], query[2:4])
		return answer
	})
}

func TestTransfer(t *testing.T) {
	whole := probetest.Recorded(t, "transfer.bin")
	alone := &miekg.Msg{}
	if err := alone.Unpack(whole[2:]); err != nil {
		t.Fatal(err)
	}
	alone.Answer = alone.Answer[:1]
	soa, err := alone.Pack()
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		transfer []byte
		records  int
	}{"whole": {whole, 6}, "the first record alone": {append(binary.BigEndian.AppendUint16(nil, uint16(len(soa))), soa...), 0}} {
		t.Run(name, func(t *testing.T) {
			to := probetest.Endpoint()
			to.Name, to.Target = "www.example.org", "www.example.org"
			var result probe.Result
			synctest.Test(t, func(t *testing.T) {
				d := probetest.NewDialer(nameServer(t, tt.transfer))
				result = dns.New(nil).Run(t.Context(), d, to)
				d.Wait()
			})
			if result.Outcome != engine.Answered {
				t.Fatal(result.Err)
			}
			b := probetest.Block[*dns.Block](t, result.Responses[0], "dns")
			if b.TransferRecords != tt.records || b.Transfer != (tt.records > 0) || tt.records > 0 && b.TransferZone != "example.org" {
				t.Errorf("%+v", b)
			}
		})
	}
}

func TestDatagram(t *testing.T) {
	version, foreign := probetest.Recorded(t, "version-bind.bin"), probetest.Recorded(t, "foreign-recursive.bin")
	peer := probetest.Responds(func(query []byte) []byte {
		answer := foreign
		if bytes.Contains(query, []byte("version")) {
			answer = version
		}
		return append(slices.Clone(query[:2]), answer[2:]...)
	})
	probetest.Run(t, dns.New(nil), probetest.Recording{Transport: engine.UDP, Peer: peer, Base: "dns", Protocol: "dns_udp", Check: func(t *testing.T, rs []engine.Response) {
		if b := probetest.Block[*dns.Block](t, rs[0], "dns"); !b.Recursion || b.VersionBind == "" {
			t.Errorf("%+v", b)
		}
	}})
}

// TestNoVersion plays a server that does not answer questions about itself.
func TestNoVersion(t *testing.T) {
	foreign := probetest.Recorded(t, "foreign-recursive.bin")
	peer := probetest.Responds(func(query []byte) []byte {
		if bytes.Contains(query, []byte("version")) {
			return []byte{}
		}
		return append(slices.Clone(query[:2]), foreign[2:]...)
	})
	probetest.Run(t, dns.New(nil), probetest.Recording{Transport: engine.UDP, Peer: peer, Base: "dns", Protocol: "dns_udp"})
}
