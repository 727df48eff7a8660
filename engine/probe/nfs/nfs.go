// Package nfs finds out which versions of the Network File System a server speaks, by the
// procedure that does nothing (RFC 1813 section 3.3.0, RFC 8881 section 16.1). Begin with
// [Probe].
//
// It mounts nothing and reads no file. What is exported, rpcbind asks.
package nfs

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/oncrpc"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "nfs" of a response.
type Block struct {
	Banner   string `json:"banner"`   // "NFS 3 4"
	Versions []int  `json:"versions"` // that are spoken
}

// Versions there are.
const (
	oldest  = 2
	newest  = 4
	unknown = 99 // no version: the refusal tells the range there is
)

var errNotNFS = errors.New("not an NFS server")

// Probe speaks to NFS servers.
type Probe struct{}

var _ probe.Datagram = Probe{}

// Name is "nfs".
func (Probe) Name() string { return "nfs" }

// Ports is IANA's.
func (Probe) Ports() []uint16 { return []uint16{2049} }

// UDPPorts is IANA's.
func (Probe) UDPPorts() []uint16 { return []uint16{2049} }

// Payload calls the procedure that does nothing, in version 3.
func (Probe) Payload() []byte {
	return oncrpc.Call{ID: 0x504f5254, Program: oncrpc.NFS, Version: 3}.Message()
}

// Run calls a version that does not exist, then those the server says there are.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	block := &Block{Versions: []int{}}
	err := probe.Converse(ctx, d, to, func(conn net.Conn) error { return block.interview(conn, to.Transport) })
	if len(block.Versions) == 0 {
		return probe.Failed(err)
	}
	block.Banner = "NFS " + strings.Trim(fmt.Sprint(block.Versions), "[]")
	r := probe.NewResponse(nil, to, "nfs")
	r.Blocks["nfs"] = block
	return probe.Found(r)
}

func (b *Block) interview(conn net.Conn, transport string) error {
	err := null(conn, transport, unknown)
	var refusal *oncrpc.Refusal
	switch {
	case err == nil:
		return fmt.Errorf("%w: it speaks any version", errNotNFS)
	case !errors.As(err, &refusal) || refusal.High == 0:
		return fmt.Errorf("ask for the versions: %w", err)
	}
	for version := max(oldest, refusal.Low); version <= min(newest, refusal.High); version++ {
		switch err := null(conn, transport, version); {
		case err == nil:
			b.Versions = append(b.Versions, int(version))
		case !errors.As(err, new(*oncrpc.Refusal)):
			return fmt.Errorf("call version %d: %w", version, err)
		}
	}
	return errNotNFS // which nobody reads when there are versions
}

// null calls procedure 0.
func null(conn net.Conn, transport string, version uint32) (err error) {
	call := oncrpc.Call{ID: rand.Uint32(), Program: oncrpc.NFS, Version: version}
	if transport != engine.UDP {
		_, err = call.Do(conn)
		return err
	}
	_, errAsk := probe.Ask(conn, call.Message(), func(reply []byte) bool {
		_, err = call.Results(reply)
		return !errors.Is(err, oncrpc.ErrNotRPC)
	})
	if errAsk != nil {
		return errAsk
	}
	return err
}
