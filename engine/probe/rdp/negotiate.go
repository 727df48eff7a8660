package rdp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Protocols a client requests and a server selects ([MS-RDPBCGR] section 2.2.1.1.1).
const (
	protocolRDP      = 0
	protocolTLS      = 1
	protocolHybrid   = 2
	protocolRDSTLS   = 4
	protocolHybridEx = 8
)

// hybridRequired is HYBRID_REQUIRED_BY_SERVER (section 2.2.1.2.2).
const hybridRequired = 5

const (
	maxConfirm  = 512 // a confirm is 11 or 19 bytes
	confirmTPDU = 0xd0
	negotiation = 8 // size of RDP_NEG_REQ, RDP_NEG_RSP and RDP_NEG_FAILURE
)

var errNotRDP = errors.New("not a remote desktop")

// request is an X.224 connection request in a TPKT (section 2.2.1.1), without a cookie.
func request(protocols uint32) []byte {
	packet := []byte{3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, negotiation, 0}
	return binary.LittleEndian.AppendUint32(packet, protocols)
}

// Confirm is a server's answer to a connection request.
type Confirm struct {
	Bare     bool // without an answer to the negotiation, as before Windows Vista
	Failed   bool // RDP_NEG_FAILURE; Code is why
	Selected uint32
	Code     uint32
	Flags    uint8
}

// ReadConfirm reads an X.224 connection confirm (section 2.2.1.2).
func ReadConfirm(r io.Reader) (Confirm, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return Confirm{}, err
	}
	size := int(binary.BigEndian.Uint16(head[2:]))
	if head[0] != 3 || head[1] != 0 || size < 11 || size > maxConfirm {
		return Confirm{}, fmt.Errorf("%w: %x is no TPKT", errNotRDP, head)
	}
	tpdu := make([]byte, size-len(head))
	if _, err := io.ReadFull(r, tpdu); err != nil {
		return Confirm{}, err
	}
	if int(tpdu[0]) != len(tpdu)-1 || tpdu[1] != confirmTPDU {
		return Confirm{}, fmt.Errorf("%w: no connection confirm", errNotRDP)
	}
	return parseNegotiation(tpdu[7:])
}

// parseNegotiation reads RDP_NEG_RSP or RDP_NEG_FAILURE.
func parseNegotiation(data []byte) (Confirm, error) {
	if len(data) == 0 {
		return Confirm{Bare: true}, nil
	}
	if len(data) != negotiation || binary.LittleEndian.Uint16(data[2:]) != negotiation {
		return Confirm{}, fmt.Errorf("%w: the answer to the negotiation is malformed", errNotRDP)
	}
	value := binary.LittleEndian.Uint32(data[4:])
	switch {
	case data[0] == 2 && value <= protocolHybridEx:
		return Confirm{Selected: value, Flags: data[1]}, nil
	case data[0] == 3 && value >= 1 && value <= 6:
		return Confirm{Failed: true, Code: value}, nil
	}
	return Confirm{}, fmt.Errorf("%w: answer %d to the negotiation", errNotRDP, data[0])
}

func protocolName(protocol uint32) string {
	switch protocol {
	case protocolRDP:
		return "rdp"
	case protocolTLS:
		return "tls"
	case protocolHybrid:
		return "hybrid"
	case protocolRDSTLS:
		return "rdstls"
	case protocolHybridEx:
		return "hybrid_ex"
	}
	return ""
}

func failureName(code uint32) string {
	switch code {
	case 1:
		return "ssl_required"
	case 2:
		return "ssl_not_allowed"
	case 3:
		return "ssl_certificate_missing"
	case 4:
		return "inconsistent_flags"
	case hybridRequired:
		return "hybrid_required"
	case 6:
		return "ssl_with_user_auth_required"
	}
	return ""
}

func flagNames(flags uint8) []string {
	names := []string{}
	for bit, name := range []string{"extended_client_data", "dynvc_gfx", "", "restricted_admin", "redirected_authentication"} {
		if flags&(1<<bit) != 0 && name != "" {
			names = append(names, name)
		}
	}
	return names
}
