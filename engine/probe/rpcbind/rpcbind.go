// Package rpcbind asks a portmapper (RFC 1833) for the programs of its host, and the mount
// daemon among them for the folders it exports (RFC 1813 appendix I). Begin with [Probe].
//
// It mounts nothing and registers nothing.
package rpcbind

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/oncrpc"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "rpcbind" of a response.
type Block struct {
	Banner   string    `json:"banner"`   // names of the programs
	Programs []Program `json:"programs"` // that are registered
	Listed   bool      `json:"listable"` // the programs are told to strangers
	Refused  string    `json:"refusal,omitempty"`
	Exports  []Export  `json:"exports"` // of NFS
	Exported bool      `json:"exports_listable"`
}

// Program is a registered program.
type Program struct {
	Program  int    `json:"program"`
	Name     string `json:"name,omitempty"`
	Version  int    `json:"version"`
	Protocol string `json:"protocol"` // "tcp" or "udp"
	Port     int    `json:"port"`
}

// Export is a folder that hosts may mount.
type Export struct {
	Path     string   `json:"path"`
	Hosts    []string `json:"hosts"` // names, addresses or networks, as the server writes them
	Everyone bool     `json:"everyone"`
}

// Probe speaks to portmappers.
type Probe struct{}

var _ probe.Datagram = Probe{}

// Name is "rpcbind".
func (Probe) Name() string { return "rpcbind" }

// Ports is IANA's.
func (Probe) Ports() []uint16 { return []uint16{111} }

// UDPPorts is IANA's.
func (Probe) UDPPorts() []uint16 { return []uint16{111} }

// Payload calls the procedure that does nothing.
func (Probe) Payload() []byte {
	return oncrpc.Call{ID: 0x504f5254, Program: oncrpc.Portmapper, Version: version}.Message()
}

// Run asks for the programs, then over TCP for the exports.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	block := &Block{Programs: []Program{}, Exports: []Export{}}
	err := probe.Converse(ctx, d, to, func(conn net.Conn) error { return block.dump(conn, to.Transport) })
	if err != nil {
		return probe.Failed(err)
	}
	block.exports(ctx, d, to)
	r := probe.NewResponse(nil, to, "rpcbind")
	r.Blocks["rpcbind"] = block
	result := probe.Found(r)
	result.Weak = !block.Listed // every server of remote procedures may deny us like that
	return result
}

// dump asks for the list of programs. That strangers are denied is an answer, too.
func (b *Block) dump(conn net.Conn, transport string) error {
	call := oncrpc.Call{ID: rand.Uint32(), Program: oncrpc.Portmapper, Version: version, Procedure: dump}
	results, err := do(conn, transport, call)
	var refusal *oncrpc.Refusal
	if errors.As(err, &refusal) && refusal.IsDenied {
		b.Refused = refusal.Reason
		return nil
	}
	if err != nil {
		return fmt.Errorf("ask for the programs: %w", err)
	}
	b.Programs, err = ParsePrograms(results)
	if err != nil {
		return fmt.Errorf("ask for the programs: %w", err)
	}
	b.Listed, b.Banner = true, names(b.Programs)
	return nil
}

func do(conn net.Conn, transport string, call oncrpc.Call) (results []byte, err error) {
	if transport != engine.UDP {
		return call.Do(conn)
	}
	_, errAsk := probe.Ask(conn, call.Message(), func(reply []byte) bool {
		results, err = call.Results(reply)
		return !errors.Is(err, oncrpc.ErrNotRPC)
	})
	if errAsk != nil {
		return nil, errAsk
	}
	return results, err
}

// exports asks the mount daemon, if one is registered on TCP.
func (b *Block) exports(ctx context.Context, d probe.Dialer, to engine.Endpoint) {
	for _, p := range b.Programs {
		if p.Program != oncrpc.Mount || p.Version != mountVersion || p.Protocol != engine.TCP {
			continue
		}
		to.Port, to.Transport = uint16(p.Port), engine.TCP
		err := probe.Converse(ctx, d, to, func(conn net.Conn) error {
			results, err := oncrpc.Call{ID: rand.Uint32(), Program: oncrpc.Mount, Version: mountVersion, Procedure: export}.Do(conn)
			if err != nil {
				return err
			}
			exports, err := ParseExports(results)
			if err == nil {
				b.Exports = exports
			}
			return err
		})
		b.Exported = err == nil
		return
	}
}
