package rmi

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// hello is the stream's head (Java RMI specification section 10.2): "JRMI", version 2,
// StreamProtocol.
const hello = "JRMI\x00\x02\x4b"

const (
	protocolAck = 0x4e
	returnData  = 0x51
	normal      = 1
	arrayHead   = "[Ljava.lang.String;"
	stringTag   = 't'
	maxReturn   = 16 << 10
	maxNames    = 256
	listWait    = time.Second
)

// ReadAck reads the server's acknowledgement: how it sees our address.
func ReadAck(r io.Reader) (seen string, err error) {
	var head [3]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return "", err
	}
	size := int(binary.BigEndian.Uint16(head[1:]))
	if head[0] != protocolAck || size == 0 || size > 255 {
		return "", fmt.Errorf("%w: %x", errNotRMI, head)
	}
	rest := make([]byte, size+4)
	if _, err := io.ReadFull(r, rest); err != nil {
		return "", err
	}
	host, port := string(rest[:size]), binary.BigEndian.Uint32(rest[size:])
	if strings.ContainsFunc(host, isNoHost) || port == 0 || port > 65535 {
		return "", fmt.Errorf("%w: endpoint %.40q", errNotRMI, host)
	}
	return net.JoinHostPort(host, fmt.Sprint(port)), nil
}

func isNoHost(r rune) bool {
	return (r < '0' || r > ':') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && !strings.ContainsRune(".-_%", r)
}

// listCall tells our endpoint, which nobody calls back, and calls method 1 of the registry,
// object 0: the hash is that of the interface of java.rmi.registry.RegistryImpl.
func listCall() []byte {
	call := append([]byte{0, 9}, "127.0.0.1"...)
	call = append(call, 0, 0, 0, 0)
	call = append(call, 0x50, 0xac, 0xed, 0, 5, 0x77, 34)
	call = append(call, make([]byte, 22)...)
	return append(call, 0, 0, 0, 1, 0x44, 0x15, 0x4d, 0xc9, 0xd4, 0xe6, 0x3b, 0xdf)
}

// readReturn reads what comes back for the call, as far as it comes: an answer has no
// length.
func readReturn(conn net.Conn) []byte {
	_ = conn.SetReadDeadline(time.Now().Add(listWait)) // fails only on a closed connection, which the read will tell
	answer := make([]byte, maxReturn)
	n, _ := conn.Read(answer) // none is no registry
	return answer[:n]
}

// learn reads an answer: ReturnData, the head of a stream, a block of 15 bytes (kind of
// return and the call's id), and an array of strings or an exception.
func (b *Block) learn(answer []byte) {
	const head = 1 + 4 + 2
	if len(answer) < head+15 || answer[0] != returnData || string(answer[1:7]) != "\xac\xed\x00\x05\x77\x0f" {
		return
	}
	if answer[head] != normal {
		b.Filtered = bytes.Contains(answer, []byte("Registry")) || bytes.Contains(answer, []byte("filter"))
		return
	}
	names, ok := ParseNames(answer[head+15:])
	if !ok {
		return
	}
	b.Registry = true
	b.Names = append(b.Names, names...)
	b.Banner = strings.Join(append([]string{b.Banner}, names...), " ")
}

// ParseNames reads a serialised array of strings (Java Object Serialization
// specification section 6.4): the class and its flags, the number, and strings.
func ParseNames(array []byte) (names []string, ok bool) {
	_, rest, ok := bytes.Cut(array, []byte(arrayHead))
	const class = 8 + 1 + 2 + 3 // serial number, flags, fields, where the class is from, end, no superclass
	if !ok || len(rest) < class+4 {
		return nil, false
	}
	count := binary.BigEndian.Uint32(rest[class:])
	rest = rest[class+4:]
	for range min(count, maxNames) {
		if len(rest) < 3 || rest[0] != stringTag {
			break
		}
		size := int(binary.BigEndian.Uint16(rest[1:]))
		if size > len(rest)-3 {
			break
		}
		names = append(names, probe.Text(rest[3:3+size]))
		rest = rest[3+size:]
	}
	return names, true
}
