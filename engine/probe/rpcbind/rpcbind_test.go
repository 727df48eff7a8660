package rpcbind_test

import (
	"encoding/binary"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/rpcbind"
)

func words(list ...uint32) (data []byte) {
	for _, word := range list {
		data = binary.BigEndian.AppendUint32(data, word)
	}
	return data
}

func text(s string) []byte {
	padded := append([]byte(s), make([]byte, (4-len(s)%4)%4)...)
	return append(words(uint32(len(s))), padded...)
}

// record puts an accepted reply under an id into a record.
func record(id uint32, results []byte) []byte {
	reply := append(words(id, 1, 0, 0, 0, 0), results...)
	return append(words(1<<31|uint32(len(reply))), reply...)
}

// nfsServer registers the portmapper, NFS and the mount daemon, and exports two folders
// (RFC 1813 appendix I).
func nfsServer(request []byte) []byte {
	id, program := binary.BigEndian.Uint32(request[4:]), binary.BigEndian.Uint32(request[16:])
	switch program {
	case 100000:
		list := words(1, 100000, 2, 6, 111, 1, 100003, 3, 6, 2049, 1, 100005, 3, 17, 20048, 1, 100005, 3, 6, 20048, 0)
		return record(id, list)
	case 100005:
		exports := slices.Concat(words(1), text("/srv/home"), words(1), text("192.0.2.0/24"), words(0), words(1), text("/srv/pub"), words(0), words(0))
		return record(id, exports)
	}
	return nil
}

// portmapper answers with what was recorded of Debian's rpcbind.
func portmapper(t *testing.T) probetest.Peer {
	t.Helper()
	answer := probetest.Recorded(t, "programs.bin")
	return probetest.Responds(func(request []byte) []byte {
		reply := slices.Clone(answer)
		copy(reply[4:8], request[4:8])
		return reply
	})
}

func TestProbe(t *testing.T) {
	probetest.Run(t, rpcbind.Probe{}, probetest.Recording{Peer: portmapper(t), Base: "rpcbind", Protocol: "rpcbind", Check: func(t *testing.T, rs []engine.Response) {
		b := probetest.Block[*rpcbind.Block](t, rs[0], "rpcbind")
		if len(b.Programs) != 6 || b.Banner != "portmapper" || !b.Listed || b.Exported {
			t.Errorf("%+v", b)
		}
	}})
}

func TestDatagram(t *testing.T) {
	answer := probetest.Recorded(t, "programs.bin")[4:]
	peer := probetest.Responds(func(request []byte) []byte { return append(slices.Clone(request[:4]), answer[4:]...) })
	probetest.Run(t, rpcbind.Probe{}, probetest.Recording{Transport: engine.UDP, Peer: peer, Base: "rpcbind", Protocol: "rpcbind"})
}

func TestExports(t *testing.T) {
	probetest.Run(t, rpcbind.Probe{}, probetest.Recording{Peer: probetest.Responds(nfsServer), Base: "rpcbind", Protocol: "rpcbind", Check: func(t *testing.T, rs []engine.Response) {
		b := probetest.Block[*rpcbind.Block](t, rs[0], "rpcbind")
		if b.Banner != "portmapper nfs mountd" || !b.Exported || len(b.Exports) != 2 {
			t.Fatalf("%+v", b)
		}
		if home, pub := b.Exports[0], b.Exports[1]; home.Path != "/srv/home" || home.Everyone || home.Hosts[0] != "192.0.2.0/24" || !pub.Everyone {
			t.Errorf("%+v", b.Exports)
		}
	}})
}

// TestBrokenExports plays a mount daemon whose list ends in the middle.
func TestBrokenExports(t *testing.T) {
	peer := probetest.Responds(func(request []byte) []byte {
		if id := binary.BigEndian.Uint32(request[4:]); binary.BigEndian.Uint32(request[16:]) == 100005 {
			return record(id, words(1, 100))
		}
		return nfsServer(request)
	})
	probetest.Run(t, rpcbind.Probe{}, probetest.Recording{Peer: peer, Base: "rpcbind", Protocol: "rpcbind", Check: func(t *testing.T, rs []engine.Response) {
		if b := probetest.Block[*rpcbind.Block](t, rs[0], "rpcbind"); b.Exports == nil || b.Exported {
			t.Errorf("%+v", b)
		}
	}})
}

func TestRefused(t *testing.T) {
	peer := probetest.Responds(func(request []byte) []byte {
		return append(words(1<<31|20), slices.Concat(request[4:8], words(1, 1, 1, 5))...)
	})
	probetest.Run(t, rpcbind.Probe{}, probetest.Recording{Peer: peer, Base: "rpcbind", Protocol: "rpcbind", Check: func(t *testing.T, rs []engine.Response) {
		if b := probetest.Block[*rpcbind.Block](t, rs[0], "rpcbind"); b.Listed || b.Refused == "" {
			t.Errorf("%+v", b)
		}
	}})
}

// TestOthers plays an NFS server, where the portmapper's program is unavailable, and a
// reply to somebody else.
func TestOthers(t *testing.T) {
	other := probetest.Recorded(t, "programs.bin")
	probetest.Run(t, rpcbind.Probe{}, probetest.Recording{Peer: probetest.Answers(other)})
	nfs := probetest.Responds(func(request []byte) []byte {
		return append(words(1<<31|24), slices.Concat(request[4:8], words(1, 0, 0, 0, 1))...)
	})
	probetest.Run(t, rpcbind.Probe{}, probetest.Recording{Peer: nfs})
}

func FuzzParse(f *testing.F) {
	f.Add(probetest.Recorded(f, "programs.bin")[28:])
	f.Add(slices.Concat(words(1), text("/srv/home"), words(1), text("192.0.2.0/24"), words(0), words(0)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if list, err := rpcbind.ParsePrograms(data); err == nil && len(list) > 1024 {
			t.Errorf("%d programs", len(list))
		}
		if list, err := rpcbind.ParseExports(data); err == nil && len(list) > 256 {
			t.Errorf("%d exports", len(list))
		}
	})
}
