package vnc

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// What a client may say (RFC 6143 section 7.1.1: other versions are none).
const (
	version33 = "RFB 003.003\n"
	version37 = "RFB 003.007\n"
	version38 = "RFB 003.008\n"
)

const (
	typeNone  = 1
	maxReason = 1024
)

var errNotRFB = errors.New("not a VNC server")

// greet reads the server's version and gives the client's: the same, or the newest
// there is for servers that count on (Apple says 3.889, RealVNC 4.1 and 5.0).
func (b *Block) greet(r io.Reader) (reply string, err error) {
	greeting := make([]byte, len(version38))
	if _, err := io.ReadFull(r, greeting); err != nil {
		return "", fmt.Errorf("read the version: %w", err)
	}
	match := greetingPattern.FindSubmatch(greeting)
	if match == nil {
		return "", fmt.Errorf("%w: it greets with %q", errNotRFB, greeting)
	}
	major, _ := strconv.Atoi(string(match[1])) // the pattern has digits only
	minor, _ := strconv.Atoi(string(match[2]))
	b.Banner = string(greeting[:len(greeting)-1])
	b.Version = fmt.Sprintf("%d.%d", major, minor)
	switch {
	case major < 3 || major == 3 && minor < 7:
		return version33, nil
	case major == 3 && minor == 7:
		return version37, nil
	}
	return version38, nil
}

// ReadSecurity reads the security types a server offers (RFC 6143 section 7.1.2), of a
// server of version 3.3 the one it has chosen (appendix A). A server that wants
// nothing to do with us gives none and a reason.
func ReadSecurity(r io.Reader, is33 bool) (types []uint8, reason string, err error) {
	types, err = readTypes(r, is33)
	if err != nil || len(types) > 0 {
		return types, "", err
	}
	var size [4]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return nil, "", err
	}
	text := make([]byte, min(binary.BigEndian.Uint32(size[:]), maxReason))
	n, err := io.ReadFull(r, text)
	return nil, probe.Text(text[:n]), err
}

func readTypes(r io.Reader, is33 bool) ([]uint8, error) {
	var word [4]byte
	if is33 {
		_, err := io.ReadFull(r, word[:])
		chosen := binary.BigEndian.Uint32(word[:])
		switch {
		case err != nil:
			return nil, err
		case chosen == 0:
			return nil, nil
		case chosen > 255:
			return nil, fmt.Errorf("%w: security type %d", errNotRFB, chosen)
		}
		return []uint8{uint8(chosen)}, nil
	}
	if _, err := io.ReadFull(r, word[:1]); err != nil {
		return nil, err
	}
	types := make([]uint8, word[0])
	_, err := io.ReadFull(r, types)
	return types, err
}

// nameOf gives a security type of IANA's registry ("Remote Framebuffer (RFB) Security
// Types"), or its number.
func nameOf(t uint8) string {
	switch t {
	case typeNone:
		return "none"
	case 2:
		return "vnc"
	case 5:
		return "ra2"
	case 6:
		return "ra2ne"
	case 16:
		return "tight"
	case 17:
		return "ultra"
	case 18:
		return "tls"
	case 19:
		return "vencrypt"
	case 20:
		return "sasl"
	case 21:
		return "md5"
	case 22:
		return "xvp"
	case 30:
		return "apple-dh"
	}
	return strconv.Itoa(int(t))
}
