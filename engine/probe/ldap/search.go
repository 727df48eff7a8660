package ldap

import (
	"errors"
	"fmt"
	"io"

	"github.com/portolan-io/terraform-provider-portolan/engine/ber"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Tags of operations (RFC 4511 section 4.2 to 4.12).
const (
	searchRequest    = 0x63
	searchEntry      = 0x64
	searchDone       = 0x65
	searchReference  = 0x73
	extendedRequest  = 0x77
	extendedResponse = 0x78
)

// Ids of our messages.
const (
	rootID = 1 + iota
	contextID
	startTLSID
)

const (
	startTLSName   = "1.3.6.1.4.1.1466.20037" // RFC 4511 section 4.14.1
	maxMessage     = 64 << 10                 // a root entry is some kB
	maxMessages    = 8
	maxAttributes  = 256
	maxValues      = 256
	invalidResult  = 256 // above every result code there is
	sizeLimit      = 1
	timeLimit      = 3 // seconds
	presentFilter  = 0x87
	extendedNameID = 0x80
)

var errNotLDAP = errors.New("not an answer of a directory")

// Entry is the answer to a search for one entry.
type Entry struct {
	Found      bool
	Code       int // of the result
	Attributes map[string][]string
}

// search asks for one entry, whoever it is: scope baseObject, filter (objectClass=*).
func search(conn io.ReadWriter, id byte, name string, attributes ...string) (*Entry, error) {
	var list [][]byte
	for _, a := range attributes {
		list = append(list, ber.EncodeText(a))
	}
	number := func(tag, n byte) []byte { return ber.Encode(tag, []byte{n}) }
	operation := ber.Encode(searchRequest, ber.EncodeText(name), number(ber.Enumerated, 0), number(ber.Enumerated, 0),
		number(ber.Integer, sizeLimit), number(ber.Integer, timeLimit), number(ber.Boolean, 0),
		ber.Encode(presentFilter, []byte("objectClass")), ber.Encode(ber.Sequence, list...))
	if _, err := conn.Write(ber.Encode(ber.Sequence, number(ber.Integer, id), operation)); err != nil {
		return nil, fmt.Errorf("search %q: %w", name, err)
	}
	return ReadEntry(conn, int64(id))
}

// ReadEntry reads the messages that answer a search: an entry or none, and the result.
func ReadEntry(r io.Reader, id int64) (*Entry, error) {
	entry := &Entry{Attributes: map[string][]string{}}
	for range maxMessages {
		operation, err := readOperation(r, id)
		if err != nil {
			return nil, fmt.Errorf("read the answer: %w", err)
		}
		switch operation.Tag {
		case searchEntry:
			entry.Found = true
			if err := entry.learn(operation); err != nil {
				return nil, err
			}
		case searchReference:
		case searchDone:
			entry.Code, err = resultCode(operation)
			return entry, err
		default:
			return nil, fmt.Errorf("%w: operation %#x", errNotLDAP, operation.Tag)
		}
	}
	return nil, fmt.Errorf("%w: no end", errNotLDAP)
}

// readOperation reads a message (RFC 4511 section 4.1.1) with an id.
func readOperation(r io.Reader, id int64) (ber.Element, error) {
	message, err := ber.Read(r, maxMessage)
	if err != nil {
		return ber.Element{}, err
	}
	parts, err := message.Children(3)
	if err != nil || message.Tag != ber.Sequence || len(parts) < 2 || parts[0].Tag != ber.Integer {
		return ber.Element{}, errNotLDAP
	}
	if got, err := parts[0].Int(); err != nil || got != id {
		return ber.Element{}, fmt.Errorf("%w: message %d", errNotLDAP, got)
	}
	return parts[1], nil
}

// learn reads an entry's name and attributes.
func (e *Entry) learn(operation ber.Element) error {
	parts, err := operation.Children(2)
	if err != nil || len(parts) != 2 {
		return fmt.Errorf("%w: malformed entry", errNotLDAP)
	}
	attributes, err := parts[1].Children(maxAttributes)
	if err != nil {
		return fmt.Errorf("%w: malformed attributes", errNotLDAP)
	}
	for _, attribute := range attributes {
		pair, err := attribute.Children(2)
		if err != nil || len(pair) != 2 {
			return fmt.Errorf("%w: malformed attribute", errNotLDAP)
		}
		values, err := pair[1].Children(maxValues)
		if err != nil {
			return fmt.Errorf("%w: malformed values", errNotLDAP)
		}
		for _, value := range values {
			name := probe.Text(pair[0].Value)
			e.Attributes[name] = append(e.Attributes[name], probe.Text(value.Value))
		}
	}
	return nil
}

// resultCode reads an LDAPResult: code, name and diagnostic message.
func resultCode(operation ber.Element) (int, error) {
	parts, err := operation.Children(4)
	if err != nil || len(parts) < 3 || parts[0].Tag != ber.Enumerated || parts[1].Tag != ber.OctetString || parts[2].Tag != ber.OctetString {
		return 0, fmt.Errorf("%w: malformed result", errNotLDAP)
	}
	code, err := parts[0].Int()
	if err != nil || code < 0 || code >= invalidResult {
		return 0, fmt.Errorf("%w: result %d", errNotLDAP, code)
	}
	return int(code), nil
}

// startTLS asks to go on in TLS.
func startTLS(conn io.ReadWriter) error {
	request := ber.Encode(extendedRequest, ber.Encode(extendedNameID, []byte(startTLSName)))
	if _, err := conn.Write(ber.Encode(ber.Sequence, ber.Encode(ber.Integer, []byte{startTLSID}), request)); err != nil {
		return fmt.Errorf("ask for TLS: %w", err)
	}
	operation, err := readOperation(conn, startTLSID)
	if err != nil {
		return fmt.Errorf("ask for TLS: %w", err)
	}
	if code, err := resultCode(operation); err != nil || code != 0 || operation.Tag != extendedResponse {
		return fmt.Errorf("%w: no TLS", errNotLDAP)
	}
	return nil
}
