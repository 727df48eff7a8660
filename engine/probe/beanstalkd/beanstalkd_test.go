package beanstalkd_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/beanstalkd"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

func stats(tb testing.TB) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "stats.bin"))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func TestProbe(t *testing.T) {
	probetest.Run(t, beanstalkd.Probe{}, probetest.Recording{Peer: probetest.Answers(stats(t)), Base: "beanstalkd", Protocol: "beanstalkd", Check: func(t *testing.T, rs []engine.Response) {
		if b, ok := rs[0].Blocks["beanstalkd"].(*beanstalkd.Block); !ok || b.Version != "1.12" || b.Tubes != 1 {
			t.Errorf("%+v", b)
		}
		if len(rs[0].Tags) != 1 || rs[0].Tags[0].Version != "1.12" {
			t.Errorf("tags %+v", rs[0].Tags)
		}
	}})
}

func TestOthers(t *testing.T) {
	for _, answer := range []string{"OK\r\n", "stats\r\n", "OK 5\r\nhello", "OK -1\r\n", "OK 999999\r\n", "UNKNOWN_COMMAND\r\n", "+OK 12\r\n", "OK 22\r\n---\ncurrent-jobs-ready:\n"} {
		t.Run(answer, func(t *testing.T) {
			probetest.Run(t, beanstalkd.Probe{}, probetest.Recording{Peer: probetest.Answers([]byte(answer))})
		})
	}
}

func FuzzReadStats(f *testing.F) {
	f.Add(stats(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		if block, err := beanstalkd.ReadStats(bytes.NewReader(data)); err == nil && block.Version == "" {
			t.Errorf("%+v", block)
		}
	})
}
