package oracle_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/oracle"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

// tns is a packet: length, checksum, type, flags, checksum of the head, body.
func tns(kind byte, body string) []byte {
	packet := binary.BigEndian.AppendUint16(nil, uint16(8+len(body)))
	return append(append(packet, 0, 0, kind, 0, 0, 0), body...)
}

// Answers as listeners of 19c, 12c and 10g give them.
func refused19() []byte {
	return tns(4, "\x22\x00\x00\x59(DESCRIPTION=(TMP=)(VSNNUM=318767104)(ERR=1189)(ERROR_STACK=(ERROR=(CODE=1189)(EMFI=4))))")
}

func refused12() []byte {
	return tns(4, "\x22\x00\x00\x59(DESCRIPTION=(TMP=)(VSNNUM=202375680)(ERR=1189)(ERROR_STACK=(ERROR=(CODE=1189)(EMFI=4))))")
}

func version10() []byte {
	accept := tns(2, "\x01\x36\x00\x00\x08\x00\x7f\xff\x01\x00\x00\x00\x00\x20\x61\x61\x00\x00\x00\x00\x00\x00\x00\x00")
	return append(accept, tns(6, "\x00\x00TNSLSNR for Linux: Version 10.2.0.4.0 - Production\n\tTNS for Linux: Version 10.2.0.4.0 - Production\n")...)
}

func TestProbe(t *testing.T) {
	tests := map[string]struct {
		answer  []byte
		version string
		refused bool
	}{
		"19c": {refused19(), "19.0.0.0.0", true},
		"12c": {refused12(), "12.1.0.2.0", true},
		"10g": {version10(), "10.2.0.4.0", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, oracle.Probe{}, probetest.Recording{Peer: probetest.Answers(tt.answer), Base: "oracle", Protocol: "oracle", Check: func(t *testing.T, rs []engine.Response) {
				b, ok := rs[0].Blocks["oracle"].(*oracle.Block)
				if !ok || b.Version != tt.version || b.Refused != tt.refused || b.Refused != (b.ErrorCode == 1189) {
					t.Errorf("%+v", b)
				}
				if len(rs[0].Tags) != 1 || rs[0].Tags[0].Version != tt.version {
					t.Errorf("tags %+v", rs[0].Tags)
				}
			}})
		})
	}
}

func TestOthers(t *testing.T) {
	for name, peer := range map[string]probetest.Peer{
		"echo":          func(conn net.Conn) { _, _ = io.Copy(conn, conn) },
		"no words":      probetest.Answers(tns(4, "\x22\x00\x00\x02no")),
		"no error":      probetest.Answers(tns(4, "\x22\x00\x00\x0f(DESCRIPTION=())")),
		"only accepted": probetest.Answers(tns(2, "\x01\x36")),
		"other data":    probetest.Answers(tns(6, "\x00\x00hello")),
		"other kind":    probetest.Answers(tns(11, "")),
	} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, oracle.Probe{}, probetest.Recording{Peer: peer})
		})
	}
}

func FuzzReadAnswer(f *testing.F) {
	for _, answer := range [][]byte{refused19(), refused12(), version10()} {
		f.Add(answer)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if block, err := oracle.ReadAnswer(bytes.NewReader(data)); err == nil && !block.Refused && block.Version == "" {
			t.Errorf("%+v", block)
		}
	})
}
