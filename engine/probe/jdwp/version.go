package jdwp

import (
	"encoding/binary"
	"fmt"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// ParseVersion reads the data of the reply to VirtualMachine.Version: a string, two
// numbers, two strings.
func ParseVersion(data []byte) (*Block, error) {
	f := fields{rest: data}
	block := &Block{Banner: handshake}
	block.Description = f.text()
	block.Major, block.Minor = f.number(), f.number()
	block.VMVersion, block.VMName = f.text(), f.text()
	if f.failed || len(f.rest) > 0 {
		return nil, fmt.Errorf("%w: the version is malformed", errNotJDWP)
	}
	return block, nil
}

// fields takes values off the front of data; failed says that one was missing.
type fields struct {
	rest   []byte
	failed bool
}

func (f *fields) number() int {
	if len(f.rest) < 4 {
		f.failed = true
		return 0
	}
	n := binary.BigEndian.Uint32(f.rest)
	f.rest = f.rest[4:]
	return int(n)
}

func (f *fields) text() string {
	n := f.number()
	if f.failed || n > len(f.rest) {
		f.failed = true
		return ""
	}
	text := probe.Text(f.rest[:n])
	f.rest = f.rest[n:]
	return text
}
