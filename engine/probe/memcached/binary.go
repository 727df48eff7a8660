package memcached

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// The binary protocol (memcached wiki, BinaryProtocolRevamped): a header of 24 bytes,
// then extras, key and value.
const (
	headerSize     = 24
	magicRequest   = 0x80
	magicResponse  = 0x81
	opVersion      = 0x0b
	opStat         = 0x10
	statusOK       = 0x0000
	statusAuth     = 0x0020 // "authentication error"
	opaque         = 0x504f5254
	maxValue       = 1024
	maxStatistics  = 512    // packets; about 80 come
	statusNoBucket = 0x0008 // "no bucket": Couchbase, before a login
)

// packet is an answer.
type packet struct {
	op, status uint16
	key, value []byte
}

// askBinary asks for the version and the statistics. SASL servers tell their version
// to everybody.
func askBinary(conn net.Conn) (*Block, error) {
	if _, err := conn.Write(append(request(opVersion), request(opStat)...)); err != nil {
		return nil, err
	}
	return ReadBinary(io.LimitReader(conn, MaxAnswer))
}

func request(op byte) []byte {
	header := make([]byte, headerSize)
	header[0], header[1] = magicRequest, op
	binary.BigEndian.PutUint32(header[12:], opaque)
	return header
}

// ReadBinary reads the answers to the version and the statistics, as far as they come.
func ReadBinary(answer io.Reader) (*Block, error) {
	p, err := readPacket(answer)
	if err != nil {
		return nil, err
	}
	if p.op != opVersion || p.status != statusOK || !versionPattern.Match(p.value) {
		return nil, fmt.Errorf("%w: operation %d, status %d", errNotMemcached, p.op, p.status)
	}
	version := probe.Text(p.value)
	block := &Block{Banner: version, Version: version, Binary: true}
	for range maxStatistics {
		if p, err = readPacket(answer); err != nil || !block.learnPacket(p) {
			break // what came before counts
		}
	}
	return block, nil //nolint:nilerr // statistics that end early are no failure
}

// learnPacket takes one packet of the statistics, and reports whether more may come. The
// last has no key.
func (b *Block) learnPacket(p packet) bool {
	if p.op != opStat || p.status != statusOK {
		b.AuthRequired = p.op == opStat && (p.status == statusAuth || p.status == statusNoBucket)
		return false
	}
	b.learn(probe.Text(p.key), probe.Text(p.value))
	return len(p.key) > 0
}

func readPacket(r io.Reader) (packet, error) {
	header := make([]byte, headerSize)
	if _, err := io.ReadFull(r, header); err != nil {
		return packet{}, err
	}
	keySize, extras := int(binary.BigEndian.Uint16(header[2:])), int(header[4])
	size := binary.BigEndian.Uint32(header[8:])
	if header[0] != magicResponse || binary.BigEndian.Uint32(header[12:]) != opaque || size > maxValue || keySize+extras > int(size) {
		return packet{}, fmt.Errorf("%w: header % x", errNotMemcached, header)
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(r, body); err != nil {
		return packet{}, err
	}
	body = body[extras:]
	return packet{op: uint16(header[1]), status: binary.BigEndian.Uint16(header[6:]), key: body[:keySize], value: body[keySize:]}, nil
}
