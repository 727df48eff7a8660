package tls

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

const (
	// maxRecord is the longest record (RFC 5246 section 6.2.1, with the room that
	// servers of older versions take).
	maxRecord = 1<<14 + 2048
	// maxFlight is how much of a server's first flight is read: certificates are the
	// bulk, and 64 kB hold more of them than we keep.
	maxFlight = 64 << 10
)

// Answer is what a server says to a hello, as far as it is not encrypted.
type Answer struct {
	Version      uint16 // 0 when there was no ServerHello
	Suite        uint16
	Compression  byte
	Session      []byte      // its id
	Extensions   []Extension // in the server's order
	Certificates [][]byte    // DER, leaf first
	KeyExchange  []byte      // ServerKeyExchange
	Stapled      bool        // a status of the certificate came (RFC 6066 section 8)
	Alert        byte        // of a refusal; 0 for none
}

// Extension is one of a ServerHello.
type Extension struct {
	ID   uint16
	Data []byte
}

// extension gives an extension's content.
func (a Answer) extension(id uint16) ([]byte, bool) {
	for _, e := range a.Extensions {
		if e.ID == id {
			return e.Data, true
		}
	}
	return nil, false
}

// protocol is the chosen one of ALPN; empty without.
func (a Answer) protocol() string {
	data, _ := a.extension(extALPN)
	list, _, _ := takeVector(data)
	if len(list) == 0 || int(list[0]) != len(list)-1 {
		return ""
	}
	return string(list[1:])
}

var errNotTLS = errors.New("not TLS")

// ReadAnswer reads a server's first flight: its ServerHello, and when whole is true all
// that follows up to ServerHelloDone. What came before an end counts.
func ReadAnswer(r io.Reader, whole bool) (Answer, error) {
	var a Answer
	messages := flight{r: r}
	for {
		kind, body, err := messages.next()
		if err != nil {
			a.Alert = messages.alert
			if a.Version != 0 || a.Alert != 0 {
				err = nil
			}
			return a, err
		}
		done, err := a.take(kind, body)
		if err != nil || done || !whole {
			return a, err
		}
	}
}

// The handshake messages of a server (RFC 5246 section 7.4).
const (
	serverHello       = 2
	certificateList   = 11
	serverKeyExchange = 12
	serverHelloDone   = 14
	certificateStatus = 22
)

func (a *Answer) take(kind byte, body []byte) (done bool, err error) {
	if a.Version == 0 && kind != serverHello {
		return false, fmt.Errorf("%w: message %d comes first", errNotTLS, kind)
	}
	switch kind {
	case serverHello:
		return false, a.parseHello(body)
	case certificateList:
		a.Certificates = splitCertificates(body)
	case certificateStatus:
		a.Stapled = true
	case serverKeyExchange:
		a.KeyExchange = body
	case serverHelloDone:
		return true, nil
	}
	return false, nil
}

// parseHello reads RFC 5246 section 7.4.1.3.
func (a *Answer) parseHello(body []byte) error {
	const fixed = 2 + 32 + 1 // version, random, length of the session id
	if len(body) < fixed {
		return fmt.Errorf("%w: a ServerHello of %d bytes", errNotTLS, len(body))
	}
	id := int(body[fixed-1])
	rest := body[fixed:]
	if id > 32 || len(rest) < id+3 || body[0] != 3 {
		return fmt.Errorf("%w: a ServerHello that is cut off", errNotTLS)
	}
	a.Session, rest = rest[:id], rest[id:]
	a.Version, a.Suite, a.Compression = binary.BigEndian.Uint16(body), binary.BigEndian.Uint16(rest), rest[2]
	extensions, _, _ := takeVector(rest[3:])
	for len(extensions) >= 4 {
		data, more, ok := takeVector(extensions[2:])
		if !ok {
			break
		}
		a.Extensions = append(a.Extensions, Extension{ID: binary.BigEndian.Uint16(extensions), Data: data})
		extensions = more
	}
	if selected, ok := a.extension(extVersions); ok && len(selected) == 2 {
		a.Version = binary.BigEndian.Uint16(selected)
	}
	return nil
}

// splitCertificates reads lengths of three bytes (RFC 5246 section 7.4.2).
func splitCertificates(body []byte) (chain [][]byte) {
	list, _, ok := takeVector24(body)
	for ok && len(list) > 0 && len(chain) < maxChain {
		var der []byte
		if der, list, ok = takeVector24(list); ok {
			chain = append(chain, der)
		}
	}
	return chain
}

func takeVector24(data []byte) (vector, rest []byte, ok bool) {
	if len(data) < 3 {
		return nil, nil, false
	}
	n := 3 + (int(data[0])<<16 | int(data[1])<<8 | int(data[2]))
	if n > len(data) {
		return nil, nil, false
	}
	return data[3:n], data[n:], true
}

// flight takes handshake messages out of records.
type flight struct {
	r     io.Reader
	data  []byte // of records, not read yet
	read  int
	alert byte
}

// next gives the next message.
func (f *flight) next() (kind byte, body []byte, err error) {
	for {
		if len(f.data) > 0 {
			if body, rest, ok := takeVector24(f.data[1:]); ok {
				kind, f.data = f.data[0], rest
				return kind, body, nil
			}
		}
		if err := f.record(); err != nil {
			return 0, nil, err
		}
	}
}

func (f *flight) record() error {
	const handshake, alert = 22, 21
	var head [5]byte
	if _, err := io.ReadFull(f.r, head[:]); err != nil {
		return err
	}
	size := int(binary.BigEndian.Uint16(head[3:]))
	if head[0] != handshake && head[0] != alert || head[1] != 3 || size == 0 || size > maxRecord {
		return fmt.Errorf("%w: a record that begins with %x", errNotTLS, head)
	}
	if f.read += size; f.read > maxFlight {
		return fmt.Errorf("%w: a flight of more than %d bytes", errNotTLS, maxFlight)
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(f.r, body); err != nil {
		return err
	}
	if head[0] == alert {
		return f.refused(body)
	}
	f.data = append(f.data, body...)
	return nil
}

// refused takes an alert: a level, a reason (RFC 5246 section 7.2). A warning, as that a
// name is not known, does not end the handshake.
func (f *flight) refused(body []byte) error {
	const warning, fatal = 1, 2
	if len(body) != 2 || body[0] != warning && body[0] != fatal {
		return fmt.Errorf("%w: an alert of %x", errNotTLS, body)
	}
	const closeNotify = 0
	if body[0] == warning && body[1] != closeNotify {
		return nil
	}
	f.alert = body[1]
	return fmt.Errorf("alert %d", body[1])
}
