// Package ntlm reads what a Windows host tells about itself in the challenge of NTLM
// ([MS-NLMP] section 2.2.1.2): its names, its domain and its build. Begin with
// [Negotiate] and [ParseChallenge].
//
// It is no client: a challenge is never answered, so nobody is ever logged in and no
// failed login is counted.
package ntlm

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf16"
)

// signature begins every message.
const signature = "NTLMSSP\x00"

// ErrNotChallenge says that there is no challenge in the bytes.
var ErrNotChallenge = errors.New("not a challenge of NTLM")

// Negotiate is the message that asks for a challenge (section 2.2.1.1): Unicode, target
// name, NTLM, extended session security, version, 128 and 56 bits; no names of ours.
func Negotiate() []byte {
	const flags = 1 | 1<<1 | 1<<2 | 1<<9 | 1<<15 | 1<<19 | 1<<25 | 1<<29 | 1<<31
	message := binary.LittleEndian.AppendUint32([]byte(signature), 1)
	message = binary.LittleEndian.AppendUint32(message, flags)
	message = append(message, make([]byte, 16)...)           // DomainNameFields, WorkstationFields: empty
	return append(message, 10, 0, 0x61, 0x4a, 0, 0, 0, 0x0f) // Windows 10.0.19041, NTLM revision 15
}

// Challenge is what a host says about itself, as member of a block.
type Challenge struct {
	Target          string `json:"target_name"`
	NetBIOSComputer string `json:"netbios_computer_name,omitempty"`
	NetBIOSDomain   string `json:"netbios_domain_name,omitempty"`
	DNSComputer     string `json:"dns_computer_name,omitempty"`
	DNSDomain       string `json:"dns_domain_name,omitempty"`
	DNSTree         string `json:"dns_tree_name,omitempty"`
	Version         string `json:"os_version,omitempty"` // "10.0.20348"; Samba says 6.1.0
	Time            string `json:"system_time,omitempty"`
}

const (
	challengeSize  = 48 // up to TargetInfoFields; a version of 8 bytes may follow
	versionOffset  = 48
	flagVersion    = 1 << 25 // NTLMSSP_NEGOTIATE_VERSION
	flagTargetInfo = 1 << 23 // NTLMSSP_NEGOTIATE_TARGET_INFO
	maxPairs       = 32
)

// ParseChallenge reads the first CHALLENGE_MESSAGE in data, which may be wrapped in
// SPNEGO or CredSSP.
func ParseChallenge(data []byte) (*Challenge, error) {
	start := bytes.Index(data, []byte(signature+"\x02\x00\x00\x00"))
	if start < 0 || len(data)-start < challengeSize {
		return nil, ErrNotChallenge
	}
	message := data[start:]
	flags := binary.LittleEndian.Uint32(message[20:])
	target, err := field(message, 12)
	if err != nil {
		return nil, fmt.Errorf("target name: %w", err)
	}
	challenge := &Challenge{Target: text(target)}
	if flags&flagVersion != 0 && len(message) >= versionOffset+8 {
		v := message[versionOffset:]
		challenge.Version = fmt.Sprintf("%d.%d.%d", v[0], v[1], binary.LittleEndian.Uint16(v[2:]))
	}
	if flags&flagTargetInfo == 0 {
		return challenge, nil
	}
	info, err := field(message, 40)
	if err != nil {
		return nil, fmt.Errorf("target information: %w", err)
	}
	challenge.learn(info)
	return challenge, nil
}

// field gives the bytes that a length and an offset at a place in the message name.
func field(message []byte, at int) ([]byte, error) {
	size := int(binary.LittleEndian.Uint16(message[at:]))
	offset := binary.LittleEndian.Uint32(message[at+4:])
	if size == 0 {
		return nil, nil
	}
	if uint64(offset)+uint64(size) > uint64(len(message)) {
		return nil, fmt.Errorf("%w: %d bytes at %d", ErrNotChallenge, size, offset)
	}
	return message[offset : int(offset)+size], nil
}

// learn reads the list of AV_PAIR (section 2.2.2.1) as far as it goes.
func (c *Challenge) learn(info []byte) {
	names := map[uint16]*string{1: &c.NetBIOSComputer, 2: &c.NetBIOSDomain, 3: &c.DNSComputer, 4: &c.DNSDomain, 5: &c.DNSTree}
	for range maxPairs {
		if len(info) < 4 {
			return
		}
		id, size := binary.LittleEndian.Uint16(info), int(binary.LittleEndian.Uint16(info[2:]))
		if id == 0 || size > len(info)-4 {
			return
		}
		value := info[4 : 4+size]
		if name := names[id]; name != nil {
			*name = text(value)
		}
		if id == 7 && size == 8 { // MsvAvTimestamp
			c.Time = filetime(binary.LittleEndian.Uint64(value))
		}
		info = info[4+size:]
	}
}

// filetime counts from 1601 in units of 100 ns ([MS-DTYP] section 2.3.3).
func filetime(ticks uint64) string {
	const to1970 = 11644473600 // seconds
	seconds := int64(ticks/10_000_000) - to1970
	if seconds < 0 {
		return ""
	}
	return time.Unix(seconds, 0).UTC().Format(time.RFC3339)
}

// text reads UTF-16LE; NUL, which no store takes, is dropped.
func text(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return strings.ReplaceAll(string(utf16.Decode(units)), "\x00", "")
}
