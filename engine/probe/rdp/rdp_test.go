package rdp_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"net"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/rdp"
)

// fakeTLS stands for the handshake: what is inside goes over the connection as it is.
type fakeTLS struct{ net.Conn }

func (fakeTLS) Describe(r *engine.Response) { r.Blocks["tls"] = map[string]any{} }

func upgrade(_ context.Context, conn net.Conn, _ engine.Endpoint) (probe.Session, error) {
	return fakeTLS{conn}, nil
}

func noTLS(context.Context, net.Conn, engine.Endpoint) (probe.Session, error) {
	return nil, errors.New("no handshake")
}

// answer is RDP_NEG_RSP (2) or RDP_NEG_FAILURE (3) in a connection confirm.
func answer(kind, flags byte, value uint32) []byte {
	confirm := []byte{3, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, kind, flags, 8, 0}
	return binary.LittleEndian.AppendUint32(confirm, value)
}

// windows answers as a server with Network Level Authentication; then, in what stands
// for TLS, with the challenge of [MS-NLMP] section 4.2.4.3.
func windows(t *testing.T) probetest.Peer {
	t.Helper()
	challenge := probetest.Recorded(t, "challenge.bin")
	return probetest.Responds(func(request []byte) []byte {
		switch {
		case request[0] != 3:
			return challenge
		case request[15]&2 != 0:
			return answer(2, 0x1f, 8)
		}
		return answer(3, 0, 5)
	})
}

func xrdp(t *testing.T) probetest.Peer {
	t.Helper()
	answers := map[byte][]byte{
		11: probetest.Recorded(t, "xrdp-tls.bin"), 0: probetest.Recorded(t, "xrdp-standard.bin"), 1: probetest.Recorded(t, "xrdp-tls-only.bin"),
	}
	return probetest.Responds(func(request []byte) []byte { return answers[request[15]] })
}

func TestNLA(t *testing.T) {
	probetest.Run(t, rdp.New(upgrade), probetest.Recording{Peer: windows(t), Base: "rdp", Protocol: "rdp", Check: func(t *testing.T, rs []engine.Response) {
		b := probetest.Block[*rdp.Block](t, rs[0], "rdp")
		if b.SelectedProtocol != "hybrid_ex" || !b.NLA || !b.NLARequired || b.Standard || b.TLS || len(b.Flags) != 4 {
			t.Errorf("%+v", b)
		}
		if b.NTLM == nil || b.NTLM.NetBIOSComputer != "Server" || rs[0].Blocks["tls"] == nil || rs[0].Tags[0].Version != "6.0.6000" {
			t.Errorf("%+v, blocks %v, tags %v", b.NTLM, rs[0].Blocks, rs[0].Tags)
		}
	}})
}

func TestWithoutNLA(t *testing.T) {
	probetest.Run(t, rdp.New(noTLS), probetest.Recording{Peer: xrdp(t), Base: "rdp", Protocol: "rdp", Check: func(t *testing.T, rs []engine.Response) {
		b := probetest.Block[*rdp.Block](t, rs[0], "rdp")
		if b.SelectedProtocol != "tls" || b.NLA || b.NLARequired || !b.Standard || !b.TLS {
			t.Errorf("%+v", b)
		}
	}})
}

func TestFailure(t *testing.T) {
	peer := probetest.Responds(func([]byte) []byte { return answer(3, 0, 2) })
	probetest.Run(t, rdp.New(noTLS), probetest.Recording{Peer: peer, Base: "rdp", Protocol: "rdp", Check: func(t *testing.T, rs []engine.Response) {
		if b := probetest.Block[*rdp.Block](t, rs[0], "rdp"); b.Failure != "ssl_not_allowed" || b.NLARequired {
			t.Errorf("%+v", b)
		}
	}})
}

// TestBareConfirm is a server older than the negotiation, or something else over ISO
// transport.
func TestBareConfirm(t *testing.T) {
	bare := []byte{3, 0, 0, 11, 6, 0xd0, 0, 0, 0x12, 0x34, 0}
	d := probetest.NewDialer(probetest.Answers(bare))
	if result := rdp.New(noTLS).Run(t.Context(), d, probetest.Endpoint()); result.Outcome != engine.Answered || !result.Weak {
		t.Errorf("%+v", result)
	}
}

func TestOthers(t *testing.T) {
	s7 := []byte{3, 0, 0, 22, 17, 0xd0, 0, 1, 0, 6, 0, 0xc0, 1, 10, 0xc1, 2, 1, 0, 0xc2, 2, 1, 2}
	for name, reply := range map[string][]byte{"S7": s7, "TPKT of HTTP": []byte("HTTP/1.1 400 Bad Request\r\n\r\n"), "disconnect": {3, 0, 0, 11, 6, 0x80, 0, 0, 0, 0, 1}} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, rdp.New(upgrade), probetest.Recording{Peer: probetest.Answers(reply)})
		})
	}
}

func FuzzReadConfirm(f *testing.F) {
	f.Add(probetest.Recorded(f, "xrdp-tls.bin"))
	f.Add(answer(3, 0, 5))
	f.Fuzz(func(t *testing.T, data []byte) {
		if c, err := rdp.ReadConfirm(bytes.NewReader(data)); err == nil && c.Failed && (c.Code < 1 || c.Code > 6) {
			t.Errorf("%+v", c)
		}
	})
}
