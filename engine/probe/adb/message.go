package adb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Commands (Android source, packages/modules/adb, protocol.txt).
const (
	commandConnect = 0x4e584e43 // "CNXN"
	commandAuth    = 0x48545541 // "AUTH"
	commandTLS     = 0x534c5453 // "STLS"
)

const (
	headSize   = 24 // command, two arguments, length, checksum, complement of the command
	version    = 0x01000001
	maxPayload = 4096
	authToken  = 1 // first argument of AUTH from a device
)

var errNotADB = errors.New("not a debugger of Android")

// connect is a host's greeting without features.
func connect() []byte {
	const banner = "host::\x00"
	sum := uint32(0)
	for _, b := range []byte(banner) {
		sum += uint32(b)
	}
	var message []byte
	for _, word := range []uint32{commandConnect, version, maxPayload, uint32(len(banner)), sum, ^uint32(commandConnect)} {
		message = binary.LittleEndian.AppendUint32(message, word)
	}
	return append(message, banner...)
}

// ReadAnswer reads a device's answer to the greeting.
func ReadAnswer(r io.Reader) (*Block, error) {
	head := make([]byte, headSize)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	command, size := binary.LittleEndian.Uint32(head), binary.LittleEndian.Uint32(head[12:])
	if binary.LittleEndian.Uint32(head[20:]) != ^command || size > maxPayload {
		return nil, fmt.Errorf("%w: %.8x", errNotADB, head)
	}
	payload := make([]byte, size)
	if _, err := io.ReadFull(r, payload); err != nil {
		return nil, err
	}
	switch {
	case command == commandAuth && binary.LittleEndian.Uint32(head[4:]) == authToken:
		return &Block{Banner: "AUTH", AuthRequired: true, Features: []string{}}, nil
	case command == commandTLS:
		return &Block{Banner: "STLS", AuthRequired: true, TLS: true, Features: []string{}}, nil
	case command == commandConnect:
		return parseBanner(probe.Text(payload))
	}
	return nil, fmt.Errorf("%w: command %#x", errNotADB, command)
}

// parseBanner reads "state::key=value;…". A host says "host", as we do.
func parseBanner(banner string) (*Block, error) {
	state, rest, ok := strings.Cut(banner, ":")
	switch state {
	case "device", "bootloader", "recovery", "sideload", "rescue":
	default:
		return nil, fmt.Errorf("%w: it is a %.20q", errNotADB, banner)
	}
	if !ok {
		return nil, fmt.Errorf("%w: banner %.20q", errNotADB, banner)
	}
	b := &Block{Banner: banner, State: state, NoAuth: true, Features: []string{}}
	_, properties, _ := strings.Cut(rest, ":")
	for property := range strings.SplitSeq(properties, ";") {
		key, value, _ := strings.Cut(property, "=")
		switch key {
		case "ro.product.name":
			b.Product = value
		case "ro.product.model":
			b.Model = value
		case "ro.product.device":
			b.Device = value
		case "features":
			b.Features = strings.Split(value, ",")
		}
	}
	return b, nil
}
