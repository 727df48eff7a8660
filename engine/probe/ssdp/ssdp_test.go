package ssdp_test

import (
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/ssdp"
)

const answer = "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\nST: upnp:rootdevice\r\nUSN: uuid:0a1b2c3d-0000-1000-8000-001122334455::upnp:rootdevice\r\n" +
	"EXT:\r\nSERVER: Linux/3.14 UPnP/1.0 MiniUPnPd/1.9\r\nLOCATION: http://192.0.2.1:5000/rootDesc.xml\r\n\r\n"

func TestProbe(t *testing.T) {
	peer := probetest.Responds(func([]byte) []byte { return []byte(answer) })
	probetest.Run(t, ssdp.Probe{}, probetest.Recording{Transport: engine.UDP, Peer: peer, Base: "ssdp", Protocol: "ssdp", Check: func(t *testing.T, rs []engine.Response) {
		b := probetest.Block[*ssdp.Block](t, rs[0], "ssdp")
		if b.Location != "http://192.0.2.1:5000/rootDesc.xml" || b.ST != "upnp:rootdevice" || len(rs[0].Tags) != 1 || rs[0].Tags[0].Version != "1.9" {
			t.Errorf("%+v, tags %+v", b, rs[0].Tags)
		}
	}})
}

func TestOthers(t *testing.T) {
	for _, text := range []string{"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n", "SIP/2.0 200 OK\r\nST: a\r\nUSN: uuid:1\r\n\r\n"} {
		t.Run(text, func(t *testing.T) {
			peer := probetest.Responds(func([]byte) []byte { return []byte(text) })
			probetest.Run(t, ssdp.Probe{}, probetest.Recording{Transport: engine.UDP, Peer: peer})
		})
	}
}

func FuzzParseAnswer(f *testing.F) {
	f.Add([]byte(answer))
	f.Fuzz(func(t *testing.T, data []byte) {
		if b := ssdp.ParseAnswer(data); b != nil && b.ST == "" {
			t.Error("no search target")
		}
	})
}
