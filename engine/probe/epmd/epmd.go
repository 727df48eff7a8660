// Package epmd asks Erlang's port mapper for the nodes of its host (Erlang "Distribution
// Protocol", EPMD Protocol, NAMES_REQ). Begin with [Probe].
//
// It speaks to no node: whoever knows a node's cookie may run code on it.
package epmd

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strconv"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	namesRequest = 'n'
	standardPort = 4369
	maxList      = 16 << 10
)

// Block is the member "epmd" of a response.
type Block struct {
	Banner string `json:"banner"` // the list as it came
	Nodes  []Node `json:"nodes"`
}

// Node is a node that is registered.
type Node struct {
	Name string `json:"name"`
	Port int    `json:"port"`
}

// Probe speaks to port mappers.
type Probe struct{}

var _ probe.Probe = Probe{}

// Name is "epmd".
func (Probe) Name() string { return "epmd" }

// Ports is IANA's.
func (Probe) Ports() []uint16 { return []uint16{standardPort} }

// Run asks for the names.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	var block *Block
	err := probe.ConverseTCP(ctx, d, to, func(conn net.Conn) error {
		if _, err := conn.Write([]byte{0, 1, namesRequest}); err != nil {
			return fmt.Errorf("ask for the names: %w", err)
		}
		list, err := io.ReadAll(io.LimitReader(conn, maxList))
		if err != nil {
			return fmt.Errorf("read the names: %w", err)
		}
		block, err = ParseNames(list, to.Port)
		return err
	})
	if err != nil {
		return probe.Failed(err)
	}
	r := probe.NewResponse(nil, to, "epmd")
	r.Blocks["epmd"] = block
	erlang := probe.Product{Name: "erlang", FullName: "Erlang/OTP", Category: "Programming languages", Vendor: "erlang", CPE: "erlang/otp"}
	r.Tags = []engine.Tag{erlang.Tag("")}
	return probe.Found(r)
}

var (
	errNotEPMD  = errors.New("not a port mapper of Erlang")
	linePattern = regexp.MustCompile(`^name (\S+) at port (\d{1,5})$`)
)

// ParseNames reads the port mapper's own port and a line for each node. Without a node the
// port is all there is, and has to be right.
func ParseNames(list []byte, port uint16) (*Block, error) {
	if len(list) < 4 || len(list) == maxList {
		return nil, fmt.Errorf("%w: %d bytes", errNotEPMD, len(list))
	}
	own, text := binary.BigEndian.Uint32(list), strings.TrimSuffix(probe.Text(list[4:]), "\n")
	if own != standardPort && own != uint32(port) {
		return nil, fmt.Errorf("%w: port %d", errNotEPMD, own)
	}
	block := &Block{Banner: text, Nodes: []Node{}}
	if text == "" {
		return block, nil
	}
	for line := range strings.SplitSeq(text, "\n") {
		match := linePattern.FindStringSubmatch(line)
		if match == nil {
			return nil, fmt.Errorf("%w: line %.40q", errNotEPMD, line)
		}
		n, _ := strconv.Atoi(match[2]) // five digits are a number
		block.Nodes = append(block.Nodes, Node{Name: match[1], Port: n})
	}
	return block, nil
}
