// Package oracle asks the listener of an Oracle database for its version, which it
// tells or refuses in words of its own. Begin with [Probe].
//
// It names no database and never logs in.
package oracle

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strconv"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "oracle" of a response.
type Block struct {
	Banner    string `json:"banner"`            // the answer as it came
	Version   string `json:"version,omitempty"` // of the listener
	Refused   bool   `json:"refused"`
	ErrorCode int    `json:"error_code,omitempty"` // of a refusal: 1189 wants a login of the listener
}

// Probe speaks to Oracle's listener. The zero Probe speaks no TLS.
type Probe struct {
	secure probe.Handshake
}

var _ probe.Inner = Probe{}

// New makes the probe with a way to speak TLS ("TCPS").
func New(secure probe.Handshake) Probe { return Probe{secure: secure} }

// Name is "oracle".
func (Probe) Name() string { return "oracle" }

// Ports are the listener's.
func (Probe) Ports() []uint16 { return []uint16{1521, 1522, 1526} }

// Run asks for the version.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return run(ctx, d, to, nil)
}

// RunTLS is Run inside TLS.
func (p Probe) RunTLS(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return run(ctx, d, to, p.secure)
}

func run(ctx context.Context, d probe.Dialer, to engine.Endpoint, secure probe.Handshake) probe.Result {
	to.Name = "" // addresses are asked, not names: we ask for no service by name
	return probe.Visit(ctx, d, to, secure, func(conn net.Conn) probe.Result {
		if _, err := conn.Write(connect()); err != nil {
			return probe.Failed(fmt.Errorf("ask version: %w", err))
		}
		block, err := ReadAnswer(conn)
		if err != nil {
			return probe.Failed(fmt.Errorf("ask version: %w", err))
		}
		r := probe.NewResponse(conn, to, "oracle")
		r.Blocks["oracle"] = block
		product := probe.Product{Name: "oracle", FullName: "Oracle Database", Category: "Databases", Vendor: "oracle", CPE: "database_server"}
		r.Tags = []engine.Tag{product.Tag(block.Version)}
		return probe.Found(r)
	})
}

// Packets of TNS: length, checksum, type, flags and a checksum of the head, eight bytes.
// Oracle has never published it; the layout is that of Wireshark's dissector packet-tns.c.
const (
	packetHead = 8
	typeAccept = 2
	typeRefuse = 4
	typeData   = 6
	// maxPacket is the largest session data unit before it is negotiated.
	maxPacket  = 8 << 10
	maxPackets = 4
)

var errNotOracle = errors.New("not an answer of Oracle's listener")

// connect is a CONNECT packet of version 3.12, compatible with 3.0, that asks the
// listener itself for its version.
func connect() []byte {
	const command = "(CONNECT_DATA=(COMMAND=VERSION))"
	const fixed = 58 // bytes before the command
	packet := make([]byte, fixed, fixed+len(command))
	binary.BigEndian.PutUint16(packet, uint16(fixed+len(command)))
	packet[4] = 1 // CONNECT
	for offset, number := range map[int]uint16{
		8: 312, 10: 300, 12: 0, 14: 2048, 16: 32767, 18: 0x7f08, 20: 0, 22: 1, 24: uint16(len(command)), 26: fixed,
	} {
		binary.BigEndian.PutUint16(packet[offset:], number)
	}
	return append(packet, command...)
}

// ReadAnswer reads what the listener says: it refuses, with a description, or accepts and
// then tells its version in a packet of data.
func ReadAnswer(r io.Reader) (*Block, error) {
	for range maxPackets {
		kind, body, err := readPacket(r)
		if err != nil {
			return nil, err
		}
		block := &Block{Banner: probe.Text(body)}
		switch kind {
		case typeRefuse:
			return block, block.readRefusal(body)
		case typeData:
			return block, block.readVersion(body)
		}
	}
	return nil, fmt.Errorf("%w: only acceptance", errNotOracle)
}

func readPacket(r io.Reader) (byte, []byte, error) {
	head := make([]byte, packetHead)
	if _, err := io.ReadFull(r, head); err != nil {
		return 0, nil, err
	}
	size, kind := binary.BigEndian.Uint16(head), head[4]
	isKnown := kind == typeAccept || kind == typeRefuse || kind == typeData
	if !isKnown || size < packetHead || size > maxPacket || !bytes.Equal(head[6:], []byte{0, 0}) {
		return 0, nil, fmt.Errorf("%w: head % x", errNotOracle, head)
	}
	body := make([]byte, size-packetHead)
	_, err := io.ReadFull(r, body)
	return kind, body, err
}

var (
	errorPattern = regexp.MustCompile(`\(ERR=(\d{1,6})\)`)
	namePattern  = regexp.MustCompile(`TNSLSNR for [^:]{1,64}: Version (\d+(?:\.\d+)+)`)
)

// readRefusal reads two reasons, a length, and "(DESCRIPTION=(TMP=)(VSNNUM=…)(ERR=…)…".
func (b *Block) readRefusal(body []byte) error {
	if len(body) < 4 || !bytes.HasPrefix(body[4:], []byte("(DESCRIPTION=")) {
		return fmt.Errorf("%w: refusal %.40q", errNotOracle, body)
	}
	b.Refused = true
	match := errorPattern.FindSubmatch(body)
	if match == nil {
		return fmt.Errorf("%w: refusal %.40q", errNotOracle, body)
	}
	b.ErrorCode, _ = strconv.Atoi(string(match[1])) // the pattern lets only numbers through
	if match := vsnnum.FindSubmatch(body); match != nil {
		b.Version = decodeVersion(string(match[1]))
	}
	return nil
}

func (b *Block) readVersion(body []byte) error {
	match := namePattern.FindSubmatch(body)
	if match == nil {
		return fmt.Errorf("%w: data %.40q", errNotOracle, body)
	}
	b.Version = string(match[1])
	return nil
}

var vsnnum = regexp.MustCompile(`\(VSNNUM=(\d{1,10})\)`)

// decodeVersion reads VSNNUM: the digits of a version by 8, 4, 8, 4 and 8 bits until
// release 12, and since 18c, with longer updates, by 8, 8, 4, 8 and 4.
func decodeVersion(number string) string {
	n, err := strconv.ParseUint(number, 10, 32)
	if err != nil || n == 0 {
		return ""
	}
	if n>>24 >= 18 {
		return fmt.Sprintf("%d.%d.%d.%d.%d", n>>24, n>>16&0xff, n>>12&0xf, n>>4&0xff, n&0xf)
	}
	return fmt.Sprintf("%d.%d.%d.%d.%d", n>>24, n>>20&0xf, n>>12&0xff, n>>8&0xf, n&0xff)
}
