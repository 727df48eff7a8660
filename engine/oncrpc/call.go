// Package oncrpc calls procedures of ONC RPC version 2 (RFC 5531), which the portmapper,
// NFS and their relatives are spoken in, over streams and datagrams. Begin with [Call].
//
// It calls as nobody (AUTH_NONE), or as root of an unnamed machine where a server wants a
// name, and changes nothing: which procedure is called is the caller's care.
package oncrpc

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
)

// Programs (IANA "ONC RPC program numbers").
const (
	Portmapper = 100000
	NFS        = 100003
	Mount      = 100005
)

const (
	maxReply     = 64 << 10
	lastFragment = 1 << 31
	maxFragments = 8
)

// Call names a procedure. Arguments are in XDR (RFC 4506).
type Call struct {
	ID                          uint32
	Program, Version, Procedure uint32
	Arguments                   []byte
}

// ErrNotRPC says that bytes are no reply to the call.
var ErrNotRPC = errors.New("not a reply to a remote procedure call")

// Refusal is a reply that the call was not carried out; that it is a reply to our call is
// sure.
type Refusal struct {
	Reason    string // "program unavailable", "version mismatch" …
	Low, High uint32 // versions there are, of a mismatch
	IsDenied  bool   // for want of credentials
}

// Error gives the reason.
func (r *Refusal) Error() string { return "remote procedure call refused: " + r.Reason }

// Message is the call as a datagram.
func (c Call) Message() []byte {
	message := binary.BigEndian.AppendUint32(nil, c.ID)
	for _, word := range []uint32{0, 2, c.Program, c.Version, c.Procedure, 0, 0, 0, 0} { // CALL, RPC 2, no credentials, no verifier
		message = binary.BigEndian.AppendUint32(message, word)
	}
	return append(message, c.Arguments...)
}

// Do calls over a stream, with record marking (RFC 5531 section 11), and gives the results.
func (c Call) Do(conn net.Conn) ([]byte, error) {
	message := c.Message()
	record := binary.BigEndian.AppendUint32(nil, lastFragment|uint32(len(message)))
	if _, err := conn.Write(append(record, message...)); err != nil {
		return nil, fmt.Errorf("call: %w", err)
	}
	reply, err := ReadRecord(conn)
	if err != nil {
		return nil, fmt.Errorf("read the reply: %w", err)
	}
	return c.Results(reply)
}

// ReadRecord reads a record of a stream.
func ReadRecord(r io.Reader) (record []byte, err error) {
	for range maxFragments {
		var mark [4]byte
		if _, err := io.ReadFull(r, mark[:]); err != nil {
			return nil, err
		}
		word := binary.BigEndian.Uint32(mark[:])
		size := int(word &^ lastFragment)
		if size+len(record) > maxReply || size == 0 {
			return nil, fmt.Errorf("%w: a fragment of %d bytes", ErrNotRPC, size)
		}
		fragment := make([]byte, size)
		if _, err := io.ReadFull(r, fragment); err != nil {
			return nil, err
		}
		record = append(record, fragment...)
		if word&lastFragment != 0 {
			return record, nil
		}
	}
	return nil, fmt.Errorf("%w: many fragments", ErrNotRPC)
}

// Results gives what a reply carries (RFC 5531 section 9). An error is a [Refusal], or
// [ErrNotRPC] when the message is no reply to this call.
func (c Call) Results(reply []byte) ([]byte, error) {
	x := XDR{Rest: reply}
	if x.Uint() != c.ID || x.Uint() != 1 || x.Failed { // REPLY
		return nil, ErrNotRPC
	}
	switch status := x.Uint(); {
	case x.Failed || status > 1:
		return nil, ErrNotRPC
	case status == 1:
		return nil, denied(&x)
	}
	x.Uint() // flavour of the verifier
	x.Opaque(400)
	accepted := x.Uint()
	if x.Failed {
		return nil, ErrNotRPC
	}
	return x.Rest, accept(accepted, &x)
}

// accept reads accept_stat.
func accept(status uint32, x *XDR) error {
	switch status {
	case 0:
		return nil
	case 1:
		return &Refusal{Reason: "program unavailable"}
	case 2:
		return mismatch("version mismatch", x)
	case 3:
		return &Refusal{Reason: "procedure unavailable"}
	case 4:
		return &Refusal{Reason: "garbage arguments"}
	case 5:
		return &Refusal{Reason: "system error"}
	}
	return ErrNotRPC
}

// denied reads rejected_reply.
func denied(x *XDR) error {
	switch status := x.Uint(); {
	case x.Failed || status > 1:
		return ErrNotRPC
	case status == 0:
		return mismatch("RPC version mismatch", x)
	}
	why := x.Uint()
	if x.Failed || why > 14 { // auth_stat
		return ErrNotRPC
	}
	return &Refusal{Reason: fmt.Sprintf("authentication error %d", why), IsDenied: true}
}

func mismatch(reason string, x *XDR) error {
	low, high := x.Uint(), x.Uint()
	if x.Failed || low > high {
		return ErrNotRPC
	}
	return &Refusal{Reason: reason, Low: low, High: high}
}
