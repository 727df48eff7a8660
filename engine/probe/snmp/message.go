package snmp

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/ber"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Versions as messages name them.
const (
	version1  = 0
	version2c = 1
	version3  = 3
)

// Tags of PDUs (RFC 3416 section 3) and of time ticks (RFC 2578 section 7.1.8).
const (
	getRequest = 0xa0
	response   = 0xa2
	report     = 0xa8
	timeTicks  = 0x43
)

const (
	community   = "public"
	maxSize     = 65507 // what UDP carries
	maxBindings = 16
)

// Objects of the system group (RFC 3418 section 2), below 1.3.6.1.2.1.1.
const system = "\x2b\x06\x01\x02\x01\x01"

const (
	sysDescr    = system + "\x01\x00"
	sysObjectID = system + "\x02\x00"
	sysUpTime   = system + "\x03\x00"
	sysName     = system + "\x05\x00"
)

var errNotSNMP = errors.New("not an answer of an SNMP agent")

// get asks for the system group in version 1 or 2c.
func get(version, id int32) []byte {
	var bindings [][]byte
	for _, object := range []string{sysDescr, sysObjectID, sysUpTime, sysName} {
		bindings = append(bindings, ber.Encode(ber.Sequence, ber.Encode(ber.OID, []byte(object)), ber.Encode(ber.Null)))
	}
	pdu := ber.Encode(getRequest, ber.EncodeInt(ber.Integer, id), small(0), small(0), ber.Encode(ber.Sequence, bindings...))
	return ber.Encode(ber.Sequence, small(byte(version)), ber.EncodeText(community), pdu)
}

// discovery asks for the engine in version 3: reportable, no security, no user (RFC 3412
// section 6, RFC 3414 section 4).
func discovery(id int32) []byte {
	const reportable, userSecurity = 4, 3
	header := ber.Encode(ber.Sequence, ber.EncodeInt(ber.Integer, id), ber.EncodeInt(ber.Integer, maxSize), ber.Encode(ber.OctetString, []byte{reportable}), small(userSecurity))
	nobody := ber.Encode(ber.Sequence, ber.EncodeText(""), small(0), small(0), ber.EncodeText(""), ber.EncodeText(""), ber.EncodeText(""))
	pdu := ber.Encode(getRequest, ber.EncodeInt(ber.Integer, id), small(0), small(0), ber.Encode(ber.Sequence))
	scoped := ber.Encode(ber.Sequence, ber.EncodeText(""), ber.EncodeText(""), pdu)
	return ber.Encode(ber.Sequence, small(version3), header, ber.Encode(ber.OctetString, nobody), scoped)
}

func small(n byte) []byte { return ber.Encode(ber.Integer, []byte{n}) }

// Answer is what an agent said.
type Answer struct {
	Version     int
	ID          int32
	Description string
	ObjectID    string
	Name        string
	Uptime      int
	Engine      *Engine
}

// ParseAnswer reads a response to get or a report to discovery.
func ParseAnswer(data []byte) (*Answer, error) {
	message, _, err := ber.Next(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotSNMP, err)
	}
	parts, err := message.Children(4)
	if err != nil || message.Tag != ber.Sequence || len(parts) < 3 || parts[0].Tag != ber.Integer {
		return nil, errNotSNMP
	}
	version, err := parts[0].Int()
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", errNotSNMP, err)
	case version == version3 && len(parts) == 4:
		return parseReport(parts)
	case (version == version1 || version == version2c) && len(parts) == 3:
		return parseResponse(int(version), parts)
	}
	return nil, fmt.Errorf("%w: version %d", errNotSNMP, version)
}

// parseResponse reads the message of a community.
func parseResponse(version int, parts []ber.Element) (*Answer, error) {
	pdu, err := parts[2].Children(4)
	if err != nil || parts[1].Tag != ber.OctetString || parts[2].Tag != response || len(pdu) != 4 {
		return nil, fmt.Errorf("%w: no response", errNotSNMP)
	}
	id, err := pdu[0].Int()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotSNMP, err)
	}
	bindings, err := pdu[3].Children(maxBindings)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotSNMP, err)
	}
	answer := &Answer{Version: version, ID: int32(id)}
	for _, binding := range bindings {
		if pair, err := binding.Children(2); err == nil && len(pair) == 2 {
			answer.learn(string(pair[0].Value), pair[1])
		}
	}
	return answer, nil
}

func (a *Answer) learn(object string, value ber.Element) {
	switch {
	case object == sysDescr && value.Tag == ber.OctetString:
		a.Description = probe.Text(value.Value)
	case object == sysName && value.Tag == ber.OctetString:
		a.Name = probe.Text(value.Value)
	case object == sysObjectID && value.Tag == ber.OID:
		a.ObjectID = oid(value.Value)
	case object == sysUpTime && value.Tag == timeTicks:
		n, _ := value.Int() // zero is as good as nothing
		a.Uptime = int(n)
	}
}

// parseReport reads a message of version 3: its header and the engine.
func parseReport(parts []ber.Element) (*Answer, error) {
	header, err := parts[1].Children(4)
	if err != nil || len(header) != 4 {
		return nil, fmt.Errorf("%w: no header", errNotSNMP)
	}
	id, err := header[0].Int()
	scoped, errScoped := parts[3].Children(3)
	if err != nil || errScoped != nil || len(scoped) != 3 || scoped[2].Tag != report {
		return nil, fmt.Errorf("%w: no report", errNotSNMP)
	}
	security, _, err := ber.Next(parts[2].Value)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotSNMP, err)
	}
	fields, err := security.Children(6)
	if err != nil || len(fields) != 6 {
		return nil, fmt.Errorf("%w: no security parameters", errNotSNMP)
	}
	return &Answer{Version: version3, ID: int32(id), Engine: newEngine(fields)}, nil
}

// newEngine reads an engine's id; its first four bytes are the maker's number, with the
// first bit set since RFC 3411 (section 5, SnmpEngineID).
func newEngine(fields []ber.Element) *Engine {
	id := fields[0].Value
	boots, _ := fields[1].Int() // zero is as good as nothing
	uptime, _ := fields[2].Int()
	e := &Engine{ID: hex.EncodeToString(id[:min(len(id), 64)]), Boots: int(boots), Time: int(uptime)}
	if len(id) >= 4 {
		e.Enterprise = int(binary.BigEndian.Uint32(id) & 0x7fffffff)
	}
	return e
}

// oid writes an object identifier with dots (X.690 section 8.19).
func oid(data []byte) string {
	var numbers []string
	n := uint64(0)
	for _, b := range data {
		n = n<<7 | uint64(b&0x7f)
		if b&0x80 != 0 {
			continue
		}
		if len(numbers) == 0 {
			first := min(n/40, 2)
			numbers = append(numbers, strconv.FormatUint(first, 10))
			n -= 40 * first
		}
		numbers = append(numbers, strconv.FormatUint(n, 10))
		n = 0
	}
	return strings.Join(numbers, ".")
}
