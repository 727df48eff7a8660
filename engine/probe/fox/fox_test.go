package fox_test

import (
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/fox"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

const station = "fox a 0 -1 fox hello\n{\nfox.version=s:1.0.1\nid=i:0\nhostName=s:192.0.2.7\nhostAddress=s:192.0.2.7\napp.name=s:Station\napp.version=s:3.7.106.1\n" +
	"vm.name=s:Java HotSpot(TM) Client VM\nvm.version=s:1.5.0_34-b28\nos.name=s:QNX\nos.version=s:6.4.1\nstation.name=s:Roof\nlang=s:en\ntimeZone=s:Europe/Berlin;3600000\n" +
	"hostId=s:Qnx-NPM6E-0000-1111-2222-3333\nvmUuid=s:11e98b97-b656-1c50-0000-00000000bafd\nbrandId=s:vykon\nsysInfo=o:bog 61[<bog version=\"1.0\"/>]\n};;\n"

func TestProbe(t *testing.T) {
	probetest.Run(t, fox.New(nil), probetest.Recording{Peer: probetest.Answers([]byte(station)), Base: "fox", Protocol: "fox", Check: func(t *testing.T, rs []engine.Response) {
		b := probetest.Block[*fox.Block](t, rs[0], "fox")
		if b.Version != "1.0.1" || b.AppVersion != "3.7.106.1" || b.OS != "QNX" || b.Station != "Roof" || b.Brand != "vykon" || b.TimeZone != "Europe/Berlin;3600000" {
			t.Errorf("%+v", b)
		}
		if len(rs[0].Tags) != 1 || rs[0].Tags[0].Version != "3.7.106.1" {
			t.Errorf("tags %+v", rs[0].Tags)
		}
	}})
}

func FuzzReadHello(f *testing.F) {
	f.Add(station)
	f.Fuzz(func(t *testing.T, data string) {
		if b, err := fox.ReadHello(strings.NewReader(data)); err == nil && b.Version == "" {
			t.Error("no version")
		}
	})
}
