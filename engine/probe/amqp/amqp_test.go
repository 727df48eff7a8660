package amqp_test

import (
	"bytes"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/amqp"
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

// broker10 speaks AMQP 1.0 only; what is no header of its, it answers with its own.
func broker10(mechanisms []byte) probetest.Peer {
	return func(conn net.Conn) {
		header := make([]byte, 8)
		if _, err := io.ReadFull(conn, header); err != nil {
			return
		}
		answer := []byte("AMQP\x03\x01\x00\x00")
		if bytes.Equal(header, answer) {
			answer = mechanisms
		}
		_, _ = conn.Write(answer) // who has gone needs no answer
	}
}

func TestProbe(t *testing.T) {
	tests := map[string]struct {
		peer         probetest.Peer
		protocol     string
		mechanisms   []string
		tag, version string
	}{
		"RabbitMQ": {probetest.Answers(recorded(t, "rabbitmq.bin")), "0-9-1", []string{"AMQPLAIN", "PLAIN"}, "rabbitmq", "3.10.8"},
		"1.0":      {broker10(recorded(t, "sasl.bin")), "1.0", []string{"ANONYMOUS", "AMQPLAIN", "PLAIN"}, "", ""},
		"0-10":     {probetest.Answers([]byte("AMQP\x01\x01\x00\x0a")), "0-10", nil, "", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, amqp.Probe{}, probetest.Recording{Peer: tt.peer, Base: "amqp", Protocol: "amqp", Check: func(t *testing.T, rs []engine.Response) {
				b, ok := rs[0].Blocks["amqp"].(*amqp.Block)
				if !ok || b.Protocol != tt.protocol || !slices.Equal(b.Mechanisms, tt.mechanisms) || b.Version != tt.version || b.Anonymous != (tt.protocol == "1.0") {
					t.Errorf("%+v", b)
				}
				if tags := rs[0].Tags; tt.tag == "" && tags != nil || tt.tag != "" && (len(tags) != 1 || tags[0].Name != tt.tag || tags[0].Version != tt.version) {
					t.Errorf("tags %+v", tags)
				}
			}})
		})
	}
}

func TestOthers(t *testing.T) {
	for name, peer := range map[string]probetest.Peer{
		"echo":         func(conn net.Conn) { _, _ = io.Copy(conn, conn) },
		"always":       probetest.Answers([]byte("AMQP\x00\x00\x09\x01")),
		"no version":   probetest.Answers([]byte("AMQP is spoken here\r\n")),
		"another call": probetest.Answers([]byte("\x01\x00\x00\x00\x00\x00\x0c\x00\x0a\x00\x0b\x00\x00\x00\x00\x00\x00\x00\x00\xce")),
		"no end":       probetest.Answers(bytes.TrimSuffix(recorded(t, "rabbitmq.bin"), []byte{0xce}), []byte("\x00")),
	} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, amqp.Probe{}, probetest.Recording{Peer: peer})
		})
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"rabbitmq.bin", "sasl.bin", "mismatch.bin"} {
		f.Add(recorded(f, name))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if block, err := amqp.ReadStart(bytes.NewReader(data)); err == nil && block.Protocol == "" {
			t.Errorf("%+v", block)
		}
		_, _ = amqp.ReadMechanisms(bytes.NewReader(data))
	})
}
