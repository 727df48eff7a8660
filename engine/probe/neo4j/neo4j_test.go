package neo4j_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/zoo"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/neo4j"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

// Messages written by the specification: SUCCESS with a number, a list, a map and nothing
// among its metadata; FAILURE.
const (
	success = "\xb1\x70\xa5\x86server\x8cNeo4j/4.4.28\x81i\xc9\x01\x00\x81l\x92\x01\x81x\x81m\xa1\x81f\xc1\x00\x00\x00\x00\x00\x00\x00\x00\x85hints\xc0"
	failure = "\xb1\x7f\xa2\x84code\x81c\x87message\x85no no"
)

// chunked is a message in one chunk.
func chunked(message string) []byte {
	return append(append(binary.BigEndian.AppendUint16(nil, uint16(len(message))), message...), 0, 0)
}

func TestProbe(t *testing.T) {
	tests := map[string]struct {
		anonymous    bool
		bolt, server string
	}{
		"neo4j":            {true, "5.4", "Neo4j/5.13.0"},
		"neo4j-password":   {false, "5.4", "Neo4j/5.13.0"},
		"neo4j-4-password": {false, "4.4", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, neo4j.Probe{}, probetest.Recording{Peer: zoo.Find(t, name).Serve, Base: "neo4j", Protocol: "neo4j", Check: func(t *testing.T, rs []engine.Response) {
				b, ok := rs[0].Blocks["neo4j"].(*neo4j.Block)
				if !ok || b.Anonymous != tt.anonymous || b.AuthRequired == tt.anonymous || b.Bolt != tt.bolt || b.Server != tt.server {
					t.Errorf("%+v", b)
				}
			}})
		})
	}
}

func TestOthers(t *testing.T) {
	for name, peer := range map[string]probetest.Peer{
		"echo":          func(conn net.Conn) { _, _ = io.Copy(conn, conn) },
		"version alone": probetest.Answers([]byte("\x00\x00\x04\x05")),
		"no version":    probetest.Answers([]byte("\x00\x00\x00\x00")),
		"a wish as is":  probetest.Answers([]byte("\x00\x08\x08\x05")),
		"not Bolt":      probetest.Answers([]byte("\x00\x00\x04\x04"), []byte("\x00\x03\xb1\x71\xa0\x00\x00")),
	} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, neo4j.Probe{}, probetest.Recording{Peer: peer})
		})
	}
}

func TestReadReply(t *testing.T) {
	for message, want := range map[string]string{success: "Neo4j/4.4.28", failure: ""} {
		ok, metadata, err := neo4j.ReadReply(bytes.NewReader(chunked(message)))
		if err != nil || ok != (want != "") || metadata["server"] != want {
			t.Errorf("%q: %v %v %v", message, ok, metadata, err)
		}
	}
}

func FuzzReadReply(f *testing.F) {
	f.Add(chunked(success))
	f.Add(chunked(failure))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, metadata, err := neo4j.ReadReply(bytes.NewReader(data)); err == nil && len(metadata) > len(data) {
			t.Errorf("%d members of %d bytes", len(metadata), len(data))
		}
	})
}
