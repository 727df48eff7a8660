package rsync_test

import (
	"bufio"
	"bytes"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/rsync"
)

// daemon greets and answers by what is asked for.
func daemon(t *testing.T, list []byte) probetest.Peer {
	t.Helper()
	answers := map[string][]byte{"#list": list, "public": probetest.Recorded(t, "open.bin"), "private": probetest.Recorded(t, "authreqd.bin")}
	greeting := probetest.Recorded(t, "greeting.bin")
	return func(conn net.Conn) {
		_, _ = conn.Write(greeting)
		probetest.Responds(func(request []byte) []byte {
			lines := strings.Split(string(request), "\n")
			return answers[lines[len(lines)-2]]
		})(conn)
	}
}

func TestProbe(t *testing.T) {
	probetest.Run(t, rsync.Probe{}, probetest.Recording{Peer: daemon(t, probetest.Recorded(t, "list.bin")), Base: "rsync", Protocol: "rsync", Check: func(t *testing.T, rs []engine.Response) {
		b := probetest.Block[*rsync.Block](t, rs[0], "rsync")
		want := []rsync.Module{{Name: "public", Comment: "Public files", Open: true}, {Name: "private", Comment: "Staff only", AuthRequired: true}}
		if b.Version != "32.0" || len(b.Digests) != 5 || b.MOTD != "Welcome to the archive" || !slices.Equal(b.Modules, want) || !b.NoAuth || !b.Listed {
			t.Errorf("%+v", b)
		}
	}})
}

func TestRefused(t *testing.T) {
	peer := daemon(t, []byte("@ERROR: access denied\n"))
	probetest.Run(t, rsync.Probe{}, probetest.Recording{Peer: peer, Base: "rsync", Protocol: "rsync", Check: func(t *testing.T, rs []engine.Response) {
		if b := probetest.Block[*rsync.Block](t, rs[0], "rsync"); b.Listed || b.Refused == "" || b.NoAuth {
			t.Errorf("%+v", b)
		}
	}})
}

func TestOthers(t *testing.T) {
	probetest.Run(t, rsync.Probe{}, probetest.Recording{Peer: probetest.Says([]byte("220 rsync.example.org ESMTP\r\n"))})
}

func FuzzReadList(f *testing.F) {
	f.Add(probetest.Recorded(f, "list.bin"))
	f.Fuzz(func(t *testing.T, data []byte) {
		b := &rsync.Block{}
		if err := b.ReadList(bufio.NewReader(bytes.NewReader(data))); err == nil && len(b.Modules) > 256 {
			t.Errorf("%d modules", len(b.Modules))
		}
	})
}
