package ssh

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	// maxLine is the longest identification, line end included (RFC 4253 section 4.2).
	// Lines before it are not limited there; we hold them to the same.
	maxLine = 255
	// maxLines is how many lines may stand before the identification: a legal
	// notice of a page.
	maxLines = 64
	// maxPacket is what every implementation must take (RFC 4253 section 6.1).
	maxPacket = 35000
	// msgKeyInit is SSH_MSG_KEXINIT (RFC 4253 section 12).
	msgKeyInit = 20
	cookieSize = 16
)

// ServerID is an identification: "SSH-protoversion-softwareversion SP comments".
type ServerID struct {
	Raw      string `json:"raw"`
	Version  string `json:"version"`
	Software string `json:"software"`
	Comment  string `json:"comment,omitempty"`
}

// KeyInit is what a server offers in SSH_MSG_KEXINIT (RFC 4253 section 7.1), in the
// server's order.
type KeyInit struct {
	KeyExchanges            []string `json:"kex_algorithms"`
	HostKeys                []string `json:"host_key_algorithms"`
	CiphersToServer         []string `json:"client_to_server_ciphers"`
	CiphersToClient         []string `json:"server_to_client_ciphers"`
	MACsToServer            []string `json:"client_to_server_macs"`
	MACsToClient            []string `json:"server_to_client_macs"`
	CompressionsToServer    []string `json:"client_to_server_compression"`
	CompressionsToClient    []string `json:"server_to_client_compression"`
	LanguagesToServer       []string `json:"client_to_server_languages"`
	LanguagesToClient       []string `json:"server_to_client_languages"`
	FirstKeyExchangeFollows bool     `json:"first_kex_follows"`
}

var errNotSSH = errors.New("not Secure Shell")

// ReadServerID reads up to and including the identification.
func ReadServerID(r *bufio.Reader) (ServerID, error) {
	for i := range maxLines {
		line, err := readLine(r)
		if err != nil {
			return ServerID{}, err
		}
		if i == 0 && isBusy(line) {
			return ServerID{}, busy(line)
		}
		if strings.HasPrefix(line, "SSH-") {
			return ParseServerID(line)
		}
	}
	return ServerID{}, fmt.Errorf("%w: no identification in %d lines", errNotSSH, maxLines)
}

// ParseServerID splits an identification.
func ParseServerID(line string) (ServerID, error) {
	version, rest, ok := strings.Cut(strings.TrimPrefix(line, "SSH-"), "-")
	if !ok || version == "" || strings.Trim(version, "0123456789.") != "" {
		return ServerID{}, fmt.Errorf("%w: identification %q", errNotSSH, line)
	}
	software, comment, _ := strings.Cut(rest, " ")
	return ServerID{Raw: line, Version: version, Software: software, Comment: comment}, nil
}

func readLine(r *bufio.Reader) (string, error) {
	var line []byte
	for len(line) < maxLine {
		c, err := r.ReadByte()
		if err != nil {
			return "", err
		}
		if c == '\n' {
			return strings.TrimSuffix(probe.Text(line), "\r"), nil
		}
		line = append(line, c)
	}
	return "", fmt.Errorf("%w: a line of more than %d bytes", errNotSSH, maxLine)
}

// ReadKeyInit reads the first binary packet, which must be SSH_MSG_KEXINIT; it is
// not encrypted yet and has no MAC (RFC 4253 section 6).
func ReadKeyInit(r *bufio.Reader) (KeyInit, error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return KeyInit{}, err
	}
	size, padding := binary.BigEndian.Uint32(head[:4]), uint32(head[4])
	if size > maxPacket || size < padding+2 {
		return KeyInit{}, fmt.Errorf("%w: a packet of %d bytes with %d of padding", errNotSSH, size, padding)
	}
	payload := make([]byte, size-1)
	if _, err := io.ReadFull(r, payload); err != nil {
		return KeyInit{}, err
	}
	return ParseKeyInit(payload[:size-1-padding])
}

// ParseKeyInit reads the payload of the packet.
func ParseKeyInit(payload []byte) (KeyInit, error) {
	if len(payload) < 1+cookieSize || payload[0] != msgKeyInit {
		return KeyInit{}, fmt.Errorf("%w: the first packet is not SSH_MSG_KEXINIT", errNotSSH)
	}
	var k KeyInit
	rest := payload[1+cookieSize:]
	for _, list := range k.lists() {
		var err error
		if *list, rest, err = takeNames(rest); err != nil {
			return KeyInit{}, err
		}
	}
	k.FirstKeyExchangeFollows = len(rest) > 0 && rest[0] != 0
	return k, nil
}

// lists are the name-lists in the order of the packet.
func (k *KeyInit) lists() []*[]string {
	return []*[]string{
		&k.KeyExchanges, &k.HostKeys, &k.CiphersToServer, &k.CiphersToClient, &k.MACsToServer, &k.MACsToClient,
		&k.CompressionsToServer, &k.CompressionsToClient, &k.LanguagesToServer, &k.LanguagesToClient,
	}
}

// takeNames reads a name-list (RFC 4251 section 5).
func takeNames(data []byte) (names []string, rest []byte, err error) {
	if len(data) < 4 {
		return nil, nil, fmt.Errorf("%w: a name-list is cut off", errNotSSH)
	}
	size := binary.BigEndian.Uint32(data)
	if uint64(size) > uint64(len(data)-4) {
		return nil, nil, fmt.Errorf("%w: a name-list of %d bytes is cut off", errNotSSH, size)
	}
	names = []string{}
	if size > 0 {
		names = strings.Split(probe.Text(data[4:4+size]), ",")
	}
	return names, data[4+size:], nil
}
