// Package jdwp speaks the Java Debug Wire Protocol, by which whoever connects
// may run code in a Java program, to learn which machine runs it. Begin with [Probe].
//
// It asks for the version and nothing else: no thread is stopped, no class is
// looked at, no method is called. What it cannot help: a machine serves one debugger
// at a time, and one that was started to wait for its debugger (suspend=y) goes on
// when a debugger leaves, be it this one.
package jdwp

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// handshake is said by both sides (JDWP specification, "JDWP Start-up").
const handshake = "JDWP-Handshake"

// Block is the member "jdwp" of a response.
type Block struct {
	Banner      string `json:"banner"`      // the handshake
	Description string `json:"description"` // of the machine, in words
	Major       int    `json:"major"`       // of the protocol
	Minor       int    `json:"minor"`
	VMVersion   string `json:"vm_version"` // "17.0.9"
	VMName      string `json:"vm_name"`    // "OpenJDK 64-Bit Server VM"
}

// Probe speaks to Java machines that wait for a debugger.
type Probe struct{}

var _ probe.Probe = Probe{}

// Name is "jdwp".
func (Probe) Name() string { return "jdwp" }

// Ports are those of the manuals and of application servers.
func (Probe) Ports() []uint16 { return []uint16{5005, 8000, 8787, 9009, 8453, 5050} }

// Run shakes hands and asks for the version: an echo server shakes hands as well.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	var block *Block
	err := probe.ConverseTCP(ctx, d, to, func(conn net.Conn) (err error) {
		block, err = interview(conn)
		return err
	})
	if err != nil {
		return probe.Failed(err)
	}
	r := probe.NewResponse(nil, to, "jdwp")
	r.Blocks["jdwp"] = block
	if version := versionPattern.FindString(block.VMVersion); version != "" {
		java := probe.Product{Name: "java", FullName: "Java virtual machine", Category: "Programming languages"}
		r.Tags = []engine.Tag{java.Tag(version)}
	}
	return probe.Found(r)
}

var versionPattern = regexp.MustCompile(`^\d+(\.\d+)*(_\d+)?`)

func interview(conn net.Conn) (*Block, error) {
	hello, err := probe.Tell(conn, []byte(handshake), len(handshake))
	if err != nil {
		return nil, fmt.Errorf("shake hands: %w", err)
	}
	if string(hello) != handshake {
		return nil, fmt.Errorf("%w: it answers the handshake with %q", errNotJDWP, hello)
	}
	if _, err := conn.Write(versionCommand()); err != nil {
		return nil, fmt.Errorf("ask for the version: %w", err)
	}
	reply, err := ReadReply(conn, commandID)
	if err != nil {
		return nil, fmt.Errorf("read the version: %w", err)
	}
	return ParseVersion(reply)
}

const (
	commandID  = 0x506f7274 // any number; the reply repeats it
	headerSize = 11         // length 4, id 4, flags 1, command set and command or error code 2
	isReply    = 0x80
	maxPacket  = 4096 // the version's strings are some hundred bytes
	maxEvents  = 4    // a machine started with suspend=y tells that it started
)

var errNotJDWP = errors.New("not a Java machine that waits for a debugger")

// versionCommand is VirtualMachine.Version: command 1 of set 1, without data.
func versionCommand() []byte {
	packet := binary.BigEndian.AppendUint32(nil, headerSize)
	packet = binary.BigEndian.AppendUint32(packet, commandID)
	return append(packet, 0, 1, 1)
}

// ReadReply reads packets up to the reply with an id, past the events a machine
// sends of its own accord, and gives its data.
func ReadReply(r io.Reader, id uint32) ([]byte, error) {
	for range maxEvents {
		header := make([]byte, headerSize)
		if _, err := io.ReadFull(r, header); err != nil {
			return nil, err
		}
		size := binary.BigEndian.Uint32(header)
		if size < headerSize || size > maxPacket {
			return nil, fmt.Errorf("%w: a packet of %d bytes", errNotJDWP, size)
		}
		data := make([]byte, size-headerSize)
		if _, err := io.ReadFull(r, data); err != nil {
			return nil, err
		}
		if header[8]&isReply == 0 && header[9] == 64 { // command set 64: Event
			continue
		}
		if header[8] != isReply || binary.BigEndian.Uint32(header[4:]) != id {
			return nil, fmt.Errorf("%w: it does not reply to the command", errNotJDWP)
		}
		return data, nil
	}
	return nil, fmt.Errorf("%w: only events", errNotJDWP)
}
