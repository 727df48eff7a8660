package nfs_test

import (
	"encoding/binary"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/nfs"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

func words(list ...uint32) (data []byte) {
	for _, word := range list {
		data = binary.BigEndian.AppendUint32(data, word)
	}
	return data
}

// reply answers a call as a server of versions 3 and 4, by RFC 5531 section 9.
func reply(call []byte) []byte {
	id, program, version := binary.BigEndian.Uint32(call), binary.BigEndian.Uint32(call[12:]), binary.BigEndian.Uint32(call[16:])
	switch {
	case program != 100003:
		return words(id, 1, 0, 0, 0, 1)
	case version < 3 || version > 4:
		return words(id, 1, 0, 0, 0, 2, 3, 4)
	}
	return words(id, 1, 0, 0, 0, 0)
}

func overTCP(request []byte) []byte {
	message := reply(request[4:])
	return append(words(1<<31|uint32(len(message))), message...)
}

func TestProbe(t *testing.T) {
	for transport, answer := range map[string]func([]byte) []byte{engine.TCP: overTCP, engine.UDP: reply} {
		t.Run(transport, func(t *testing.T) {
			probetest.Run(t, nfs.Probe{}, probetest.Recording{Transport: transport, Peer: probetest.Responds(answer), Base: "nfs", Protocol: "nfs", Check: func(t *testing.T, rs []engine.Response) {
				b := probetest.Block[*nfs.Block](t, rs[0], "nfs")
				if !slices.Equal(b.Versions, []int{3, 4}) || b.Banner != "NFS 3 4" {
					t.Errorf("%+v", b)
				}
			}})
		})
	}
}

// TestOthers plays servers of remote procedures that are no NFS.
func TestOthers(t *testing.T) {
	for name, answer := range map[string][]uint32{"a portmapper": {1, 0, 0, 0, 1}, "one that accepts all": {1, 0, 0, 0, 0}, "one that is strict": {1, 1, 1, 5}} {
		t.Run(name, func(t *testing.T) {
			peer := probetest.Responds(func(request []byte) []byte {
				message := append(slices.Clone(request[4:8]), words(answer...)...)
				return append(words(1<<31|uint32(len(message))), message...)
			})
			probetest.Run(t, nfs.Probe{}, probetest.Recording{Peer: peer})
		})
	}
}
