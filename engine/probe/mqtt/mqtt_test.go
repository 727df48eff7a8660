package mqtt_test

import (
	"bytes"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/mqtt"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

func connack5(tb testing.TB) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "connack5.bin"))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

const (
	accepted   = "\x20\x02\x00\x00"
	badVersion = "\x20\x02\x00\x01"
	notAllowed = "\x20\x02\x00\x05"
	notAllow5  = "\x20\x03\x00\x87\x00"
	badVer5    = "\x20\x03\x00\x84\x00"
	version    = "\x90\x03\x00\x01\x00" + "\x31\x2d\x00\x13$SYS/broker/versionmosquitto version 2.0.11" + "\xd0\x00"
)

// broker answers a client of version 3.1.1, one of version 5, and a subscription.
func broker(old, newer, subscription string) probetest.Peer {
	return func(conn net.Conn) {
		request := make([]byte, 1024)
		for {
			n, err := conn.Read(request)
			if err != nil || n < 9 {
				return
			}
			answer := subscription
			switch {
			case request[0] == 0x10 && request[8] == 4:
				answer = old
			case request[0] == 0x10:
				answer = newer
			}
			if _, err := io.WriteString(conn, answer); err != nil {
				return
			}
		}
	}
}

func TestProbe(t *testing.T) {
	five := string(connack5(t))
	tests := map[string]struct {
		peer         probetest.Peer
		want         mqtt.Block
		versions     []string
		tag, release string
	}{
		"anonymous":      {broker(accepted, five, version), mqtt.Block{Banner: "CONNACK 0 connection accepted", Anonymous: true, AssignedClientID: "auto-962ADB41-2309-F401-CDAC-6CF94E309E18", BrokerVersion: "mosquitto version 2.0.11"}, []string{"3.1.1", "5.0"}, "mosquitto", "2.0.11"},
		"no version":     {broker(accepted, five, "\x90\x03\x00\x01\x80\xd0\x00"), mqtt.Block{Banner: "CONNACK 0 connection accepted", Anonymous: true, AssignedClientID: "auto-962ADB41-2309-F401-CDAC-6CF94E309E18"}, []string{"3.1.1", "5.0"}, "mosquitto", ""},
		"password":       {broker(notAllowed, notAllow5, ""), mqtt.Block{Banner: "CONNACK 5 not authorized", ReturnCode: 5, AuthRequired: true, ReasonCode: 0x87}, []string{"3.1.1", "5.0"}, "", ""},
		"3.1.1 only":     {broker(accepted, badVer5, "\xd0\x00"), mqtt.Block{Banner: "CONNACK 0 connection accepted", Anonymous: true}, []string{"3.1.1"}, "", ""},
		"version 5 only": {broker(badVersion, notAllow5, ""), mqtt.Block{Banner: "CONNACK 1 unacceptable protocol version", ReturnCode: 1, ReasonCode: 0x87}, []string{"5.0"}, "", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, mqtt.Probe{}, probetest.Recording{Peer: tt.peer, Base: "mqtt", Protocol: "mqtt", Check: func(t *testing.T, rs []engine.Response) {
				b, ok := rs[0].Blocks["mqtt"].(*mqtt.Block)
				if !ok {
					t.Fatalf("no block in %v", rs[0].Blocks)
				}
				if !slices.Equal(b.Versions, tt.versions) || b.Banner != tt.want.Banner || b.ReturnCode != tt.want.ReturnCode || b.Anonymous != tt.want.Anonymous || b.AuthRequired != tt.want.AuthRequired || b.ReasonCode != tt.want.ReasonCode || b.AssignedClientID != tt.want.AssignedClientID || b.BrokerVersion != tt.want.BrokerVersion {
					t.Errorf("%+v, want %+v", b, tt.want)
				}
				if tags := rs[0].Tags; tt.tag == "" && tags != nil || tt.tag != "" && (len(tags) != 1 || tags[0].Name != tt.tag || tags[0].Version != tt.release) {
					t.Errorf("tags %+v", tags)
				}
			}})
		})
	}
}

func TestOthers(t *testing.T) {
	for name, answer := range map[string]string{
		"another packet": "\x30\x02\x00\x00", "flags": "\x21\x02\x00\x00", "longer": "\x20\x03\x00\x00\x00", "unknown code": "\x20\x02\x00\x06", "length without end": "\x20\xff\xff\xff\xff\xff",
	} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, mqtt.Probe{}, probetest.Recording{Peer: probetest.Answers([]byte(answer))})
		})
	}
	t.Run("echo", func(t *testing.T) {
		probetest.Run(t, mqtt.Probe{}, probetest.Recording{Peer: func(conn net.Conn) { _, _ = io.Copy(conn, conn) }})
	})
}

func FuzzReadPacket(f *testing.F) {
	f.Add(connack5(f))
	for _, packet := range []string{accepted, notAllow5, version} {
		f.Add([]byte(packet))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := mqtt.ReadPacket(bytes.NewReader(data))
		if err == nil && len(p.Body) > len(data) {
			t.Errorf("%d bytes of %d", len(p.Body), len(data))
		}
	})
}
