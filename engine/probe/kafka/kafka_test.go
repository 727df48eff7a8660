package kafka_test

import (
	"bytes"
	"io"
	"net"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/zoo"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/kafka"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

// Answers written by the protocol guide, to requests with the id "port" (0x706f7274) and the
// kind of request added: a broker of 0.10 knows Metadata up to version 1, one
// before that version 0.
const (
	versions1 = "\x00\x00\x00\x16por\x86\x00\x00\x00\x00\x00\x02\x00\x03\x00\x00\x00\x01\x00\x12\x00\x00\x00\x00"
	metadata1 = "\x00\x00\x00\x1eporw\x00\x00\x00\x01\x00\x00\x00\x07\x00\x02b7\x00\x00\x23\x84\xff\xff\x00\x00\x00\x07\x00\x00\x00\x00"
	versions0 = "\x00\x00\x00\x16por\x86\x00\x00\x00\x00\x00\x02\x00\x03\x00\x00\x00\x00\x00\x12\x00\x00\x00\x00"
	metadata0 = "\x00\x00\x00\x18porw\x00\x00\x00\x01\x00\x00\x00\x07\x00\x02b7\x00\x00\x23\x84\x00\x00\x00\x00"
)

func TestProbe(t *testing.T) {
	tests := map[string]struct {
		peer      probetest.Peer
		requests  int
		host, tag string // of a broker; none where a login is wanted
	}{
		"open":     {zoo.Find(t, "kafka").Serve, 3, "kafka1.example", "kafka"},
		"login":    {zoo.Find(t, "kafka-sasl").Serve, 3, "", ""},
		"Redpanda": {zoo.Find(t, "redpanda").Serve, 3, "kafka1.example", "redpanda"},
		"0.10":     {probetest.Answers([]byte(versions1), []byte(metadata1)), 2, "b7", ""},
		"older":    {probetest.Answers([]byte(versions0), []byte(metadata0)), 2, "b7", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, kafka.Probe{}, probetest.Recording{Peer: tt.peer, Base: "kafka", Protocol: "kafka", Check: func(t *testing.T, rs []engine.Response) {
				b, ok := rs[0].Blocks["kafka"].(*kafka.Block)
				if !ok || b.Anonymous != (tt.host != "") || b.Requests != tt.requests || tt.host != "" && (len(b.Brokers) != 1 || b.Brokers[0].Host != tt.host || b.Brokers[0].Port != 9092) {
					t.Errorf("%+v", b)
				}
				if tags := rs[0].Tags; tt.tag == "" && tags != nil || tt.tag != "" && (len(tags) != 1 || tags[0].Name != tt.tag) {
					t.Errorf("tags %+v", tags)
				}
			}})
		})
	}
}

func TestOthers(t *testing.T) {
	for name, peer := range map[string]probetest.Peer{
		"echo":            func(conn net.Conn) { _, _ = io.Copy(conn, conn) },
		"other id":        probetest.Answers([]byte("\x00\x00\x00\x16\x00\x00\x00\x00" + versions1[8:])),
		"not all of it":   probetest.Answers([]byte("\x00\x00\x00\x15" + versions1[4:25])),
		"without itself":  probetest.Answers([]byte("\x00\x00\x00\x10por\x86\x00\x00\x00\x00\x00\x01\x00\x03\x00\x00\x00\x01")),
		"nothing at all":  probetest.Answers([]byte("\x00\x00\x00\x0apor\x86\x00\x00\x00\x00\x00\x00")),
		"an error":        probetest.Answers([]byte("\x00\x00\x00\x0apor\x86\x00\x23\x00\x00\x00\x00")),
		"a size too long": probetest.Answers([]byte("\x7f\xff\xff\xffpor\x86")),
	} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, kafka.Probe{}, probetest.Recording{Peer: peer})
		})
	}
}

func FuzzRead(f *testing.F) {
	for _, answer := range []string{versions1, metadata1, versions0, metadata0} {
		f.Add([]byte(answer), uint8(1))
	}
	f.Fuzz(func(t *testing.T, data []byte, version uint8) {
		if versions, err := kafka.ReadVersions(bytes.NewReader(data)); err == nil && 6*len(versions) > len(data) {
			t.Errorf("%d versions of %d bytes", len(versions), len(data))
		}
		if cluster, err := kafka.ReadMetadata(bytes.NewReader(data), int16(version%5)); err == nil && len(cluster.Brokers) > len(data) {
			t.Errorf("%d brokers of %d bytes", len(cluster.Brokers), len(data))
		}
	})
}
