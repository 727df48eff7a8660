package zookeeper_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/zookeeper"
)

func srvr(tb testing.TB) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "srvr.bin"))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

const (
	refused   = "srvr is not executed because it is not in the whitelist.\n"
	noQuorum  = "This ZooKeeper instance is not currently serving requests\n"
	keeper    = "ClickHouse Keeper version: v23.8.9.54-lts-192a1d231fa\nLatency min/avg/max: 0/0/0\nMode: leader\nNode count: 12\n"
	otherWord = "stat is not executed because it is not in the whitelist.\n"
)

func TestProbe(t *testing.T) {
	tests := map[string]struct {
		answer       []byte
		tag, version string
		want         zookeeper.Block
	}{
		"standalone": {srvr(t), "zookeeper", "3.8.0", zookeeper.Block{Version: "3.8.0", Mode: "standalone", Nodes: 5, Connections: 1, Whitelisted: true, Serving: true}},
		"refused":    {[]byte(refused), "zookeeper", "", zookeeper.Block{Serving: true}},
		"no quorum":  {[]byte(noQuorum), "zookeeper", "", zookeeper.Block{Whitelisted: true}},
		"keeper":     {[]byte(keeper), "clickhouse-keeper", "23.8.9.54", zookeeper.Block{Version: "23.8.9.54", Mode: "leader", Nodes: 12, Whitelisted: true, Serving: true}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			tt.want.Banner = string(bytes.TrimSpace(tt.answer))
			probetest.Run(t, zookeeper.Probe{}, probetest.Recording{Peer: probetest.Answers(tt.answer), Base: "zookeeper", Protocol: "zookeeper", Check: func(t *testing.T, rs []engine.Response) {
				if block, ok := rs[0].Blocks["zookeeper"].(*zookeeper.Block); !ok || *block != tt.want {
					t.Errorf("%+v, want %+v", block, tt.want)
				}
				if tags := rs[0].Tags; len(tags) != 1 || tags[0].Name != tt.tag || tags[0].Version != tt.version {
					t.Errorf("tags %+v", tags)
				}
			}})
		})
	}
}

func TestOthers(t *testing.T) {
	for _, answer := range []string{"srvr", otherWord, "imok", "ERROR\r\n", "Zookeeper version: \n", "srvr: command not found\n"} {
		t.Run(answer, func(t *testing.T) {
			probetest.Run(t, zookeeper.Probe{}, probetest.Recording{Peer: probetest.Answers([]byte(answer))})
		})
	}
}

func FuzzReadState(f *testing.F) {
	f.Add(srvr(f))
	for _, answer := range []string{refused, noQuorum, keeper} {
		f.Add([]byte(answer))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if block, tag, err := zookeeper.ReadState(bytes.NewReader(data)); err == nil && (tag.Name == "" || block.Banner == "") {
			t.Errorf("%+v %+v", block, tag)
		}
	})
}
