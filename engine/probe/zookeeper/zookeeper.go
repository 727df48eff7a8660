// Package zookeeper asks Apache ZooKeeper for its state by the four-letter word
// "srvr", the only one that every release answers or refuses in words of its own.
// Begin with [Probe].
//
// It opens no session and reads no node.
package zookeeper

import (
	"bufio"
	"context"
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

// Block is the member "zookeeper" of a response.
type Block struct {
	Banner      string `json:"banner"` // the answer as it came
	Version     string `json:"version,omitempty"`
	Mode        string `json:"mode,omitempty"` // "standalone", "leader", "follower", "observer"
	Nodes       int    `json:"node_count,omitempty"`
	Connections int    `json:"connections,omitempty"`
	Whitelisted bool   `json:"whitelisted"` // the word is answered
	Serving     bool   `json:"serving"`     // not without a quorum
}

// Probe speaks to ZooKeeper. The zero Probe speaks no TLS.
type Probe struct {
	secure probe.Handshake
}

var _ probe.Inner = Probe{}

// New makes the probe with a way to speak TLS.
func New(secure probe.Handshake) Probe { return Probe{secure: secure} }

// Name is "zookeeper".
func (Probe) Name() string { return "zookeeper" }

// Ports are the server's, those of neighbours on one host, and ClickHouse Keeper's.
func (Probe) Ports() []uint16 { return []uint16{2181, 2182, 2183, 9181} }

// Run asks "srvr".
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return run(ctx, d, to, nil)
}

// RunTLS is Run inside TLS, on the port of secureClientPort.
func (p Probe) RunTLS(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return run(ctx, d, to, p.secure)
}

func run(ctx context.Context, d probe.Dialer, to engine.Endpoint, secure probe.Handshake) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	return probe.Visit(ctx, d, to, secure, func(conn net.Conn) probe.Result {
		if _, err := io.WriteString(conn, word); err != nil {
			return probe.Failed(fmt.Errorf("ask %s: %w", word, err))
		}
		block, tag, err := ReadState(conn)
		if err != nil {
			return probe.Failed(fmt.Errorf("ask %s: %w", word, err))
		}
		r := probe.NewResponse(conn, to, "zookeeper")
		r.Blocks["zookeeper"], r.Tags = block, []engine.Tag{tag}
		return probe.Found(r)
	})
}

const (
	word = "srvr"
	// maxAnswer is room for the nine lines of an answer.
	maxAnswer = 4096
	maxLine   = 512
)

var errNotZooKeeper = errors.New("not an answer of ZooKeeper")

// ReadState reads the answer to "srvr" (ZooKeeper Administrator's Guide, "The Four
// Letter Words"), or the refusal of a server that has no such word on its list or
// no quorum, and names the server.
func ReadState(answer io.Reader) (*Block, engine.Tag, error) {
	r := bufio.NewReaderSize(io.LimitReader(answer, maxAnswer), maxLine)
	first, err := readLine(r)
	if err != nil {
		return nil, engine.Tag{}, err
	}
	block := &Block{Banner: first, Serving: true}
	switch first {
	case word + " is not executed because it is not in the whitelist.":
		return block, zookeeper().Tag(""), nil
	case "This ZooKeeper instance is not currently serving requests":
		block.Whitelisted, block.Serving = true, false
		return block, zookeeper().Tag(""), nil
	}
	for _, product := range []probe.Product{zookeeper(), keeper()} {
		if match := product.Pattern.FindStringSubmatch(first); match != nil {
			block.Version, block.Whitelisted = match[1], true
			block.learn(r)
			return block, product.Tag(block.Version), nil
		}
	}
	return nil, engine.Tag{}, fmt.Errorf("%w: %.40q", errNotZooKeeper, first)
}

// learn reads lines up to the last, "Node count: 5", or as far as they come.
func (b *Block) learn(r *bufio.Reader) {
	for b.Nodes == 0 {
		line, err := readLine(r)
		if err != nil {
			return
		}
		b.Banner += "\n" + line
		name, value, _ := strings.Cut(line, ": ")
		switch name {
		case "Mode":
			b.Mode = value
		case "Connections":
			b.Connections, _ = strconv.Atoi(value) // 0 is what is not told
		case "Node count":
			b.Nodes, _ = strconv.Atoi(value)
			return
		}
	}
}

func readLine(r *bufio.Reader) (string, error) {
	line, err := r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return "", fmt.Errorf("%w: a line of more than %d bytes", errNotZooKeeper, maxLine)
	}
	if err != nil && (len(line) == 0 || !errors.Is(err, io.EOF)) {
		return "", err
	}
	return strings.TrimRight(probe.Text(line), "\r\n"), nil
}

var (
	zookeeperVersion = regexp.MustCompile(`^Zookeeper version: (\d+\.\d+\.\d+)`)
	keeperVersion    = regexp.MustCompile(`^ClickHouse Keeper version: v?(\d+(?:\.\d+)+)`)
)

func zookeeper() probe.Product {
	return probe.Product{Name: "zookeeper", FullName: "Apache ZooKeeper", Category: "Databases", Vendor: "apache", CPE: "zookeeper", Pattern: zookeeperVersion}
}

func keeper() probe.Product {
	return probe.Product{Name: "clickhouse-keeper", FullName: "ClickHouse Keeper", Category: "Databases", Pattern: keeperVersion}
}
