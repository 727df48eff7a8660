package x11

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// The first byte of the answer.
const (
	refused      = 0
	accepted     = 1
	authenticate = 2
)

const (
	headSize = 8  // status, length of reason, version 2 + 2, length of the rest in units of four bytes
	factSize = 32 // release number … maximum keycode, before the vendor
	maxRest  = 64 << 10
)

var errNotX11 = errors.New("not an answer of an X server")

// ReadAnswer reads a server's answer to the setup of a connection (X protocol,
// "Connection Setup", "Server Response").
func ReadAnswer(r io.Reader) (*Block, error) {
	head := make([]byte, headSize)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	size := 4 * int(binary.LittleEndian.Uint16(head[6:]))
	block := &Block{Major: int(binary.LittleEndian.Uint16(head[2:])), Minor: int(binary.LittleEndian.Uint16(head[4:]))}
	if head[0] > authenticate || head[0] != authenticate && (block.Major != 11 || block.Minor != 0) {
		return nil, errNotX11
	}
	rest := make([]byte, min(size, maxRest))
	if _, err := io.ReadFull(r, rest); err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	if head[0] == accepted {
		return block, block.learn(rest)
	}
	return block, block.refuse(head, rest)
}

// refuse reads why. A server that wants us to authenticate gives neither a version
// nor the reason's length, so its reason has to be text.
func (b *Block) refuse(head, rest []byte) error {
	reason := strings.TrimRight(string(rest), "\x00")
	if head[0] == refused {
		n := int(head[1])
		if n > len(rest) || len(rest)-n > 3 {
			return fmt.Errorf("%w: the lengths contradict", errNotX11)
		}
		reason = string(rest[:n])
	}
	if len(reason) == 0 || strings.ContainsFunc(reason, func(r rune) bool { return r < ' ' && r != '\n' || r > '~' }) {
		return fmt.Errorf("%w: no reason", errNotX11)
	}
	b.AuthRequired = true
	b.Reason = strings.TrimSpace(reason)
	b.Banner = b.Reason
	return nil
}

// learn reads what an accepted client is told.
func (b *Block) learn(rest []byte) error {
	if len(rest) < factSize {
		return fmt.Errorf("%w: %d bytes about it", errNotX11, len(rest))
	}
	n := int(binary.LittleEndian.Uint16(rest[16:]))
	if n > len(rest)-factSize || rest[22] > 1 || rest[23] > 1 { // orders are 0 or 1
		return fmt.Errorf("%w: the lengths contradict", errNotX11)
	}
	b.Accepted = true
	b.Release = int(binary.LittleEndian.Uint32(rest))
	b.Screens = int(rest[20])
	b.Vendor = probe.Text(rest[factSize : factSize+n])
	b.Banner = b.Vendor
	return nil
}

// tags names X.Org's server, whose release is 1MMmmppsss since 7.? and 121MMmmpp as
// of version 21: xorg-server 21.1.7 says 12101007, 1.20.13 says 12013000.
func tags(b *Block) []engine.Tag {
	if b.Vendor != "The X.Org Foundation" {
		return nil
	}
	xorg := probe.Product{Name: "xorg", FullName: "X.Org X server", Category: "Remote access", Vendor: "x.org", CPE: "x_server"}
	return []engine.Tag{xorg.Tag(release(b.Release))}
}

func release(n int) string {
	major, minor, patch := n/100000%100, n/1000%100, n%1000
	if n < 12100000 { // 1.20.13: 1 20 13 000
		return fmt.Sprintf("%d.%d.%d", n/10000000, n/100000%100, n/1000%100)
	}
	return fmt.Sprintf("%d.%d.%d", major, minor, patch)
}
