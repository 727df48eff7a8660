package ike

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
)

const (
	headSize    = 28 // cookies 8 + 8, next payload, version, exchange, flags, message id 4, length 4
	mainModeID  = 2
	infoID      = 5
	initID      = 34
	infoV2ID    = 37
	payloadSA   = 1
	payloadVID  = 13
	payloadN    = 11
	payloadSA2  = 33
	payloadKE2  = 34
	payloadNo2  = 40
	payloadN2   = 41
	payloadVID2 = 43
	initiator   = 0x08
	responder   = 0x20
	groupSize   = 256 // of the numbers of group 14, 2048 bits
	maxPayloads = 32
	maxVendors  = 16
)

// message puts a head before payloads.
func message(cookie uint64, next, version, exchange, flags byte, payloads ...[]byte) []byte {
	body := slices.Concat(payloads...)
	head := binary.BigEndian.AppendUint64(nil, cookie)
	head = append(head, 0, 0, 0, 0, 0, 0, 0, 0, next, version, exchange, flags, 0, 0, 0, 0)
	return append(binary.BigEndian.AppendUint32(head, uint32(headSize+len(body))), body...)
}

// payload puts the generic head before content (RFC 7296 section 3.2).
func payload(next byte, content ...[]byte) []byte {
	body := slices.Concat(content...)
	return append(binary.BigEndian.AppendUint16([]byte{next, 0}, uint16(4+len(body))), body...)
}

// mainMode offers two sets of algorithms for a shared key (RFC 2409 section 5.4 and appendix
// A): AES of 256 bits with SHA-1 and group 14, and triple DES with SHA-1 and group 2.
func mainMode(cookie uint64) []byte {
	attribute := func(kind, value uint16) []byte {
		return binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(nil, 0x8000|kind), value)
	}
	life := slices.Concat(attribute(11, 1), attribute(12, 28800))
	aes := payload(3, []byte{1, 1, 0, 0}, attribute(1, 7), attribute(14, 256), attribute(2, 2), attribute(3, 1), attribute(4, 14), life)
	des := payload(0, []byte{2, 1, 0, 0}, attribute(1, 5), attribute(2, 2), attribute(3, 1), attribute(4, 2), life)
	proposal := payload(0, []byte{1, 1, 0, 2}, aes, des)
	return message(cookie, payloadSA, 0x10, mainModeID, 0, payload(0, []byte{0, 0, 0, 1, 0, 0, 0, 1}, proposal))
}

// initiate is IKE_SA_INIT (RFC 7296 section 1.2): one set of algorithms, a number of group 14
// nobody knows the logarithm of, a nonce.
func initiate(cookie uint64) []byte {
	aes := payload(3, []byte{1, 0, 0, 12, 0x80, 14, 1, 0})
	hash, mac, group := payload(3, []byte{2, 0, 0, 5}), payload(3, []byte{3, 0, 0, 12}), payload(0, []byte{4, 0, 0, 14})
	proposal := payload(0, []byte{1, 1, 0, 4}, aes, hash, mac, group)
	number := make([]byte, groupSize)
	binary.BigEndian.PutUint64(number[groupSize-8:], cookie)
	number[1] = 1
	nonce := make([]byte, 32)
	binary.BigEndian.PutUint64(nonce, cookie)
	return message(cookie, payloadSA2, 0x20, initID, initiator, payload(payloadKE2, proposal), payload(payloadNo2, []byte{0, 14, 0, 0}, number), payload(0, nonce))
}

// Answer is a gateway's first message.
type Answer struct {
	Version   int
	Notify    string
	VendorIDs []string
}

// ParseAnswer reads a message under our cookie; nil if it is none.
func ParseAnswer(data []byte, cookie uint64) *Answer {
	if len(data) < headSize || binary.BigEndian.Uint64(data) != cookie || int(binary.BigEndian.Uint32(data[24:])) != len(data) {
		return nil
	}
	a := &Answer{Version: int(data[17] >> 4)}
	exchange, flags, isAnswer := data[18], data[19], binary.BigEndian.Uint64(data[8:]) != 0
	switch {
	case a.Version == 1 && (exchange == mainModeID && isAnswer || exchange == infoID && data[16] == payloadN):
	case a.Version == 2 && flags&responder != 0 && flags&initiator == 0 && (exchange == initID || exchange == infoV2ID):
	default:
		return nil
	}
	if !a.learn(data[16], data[headSize:]) {
		return nil
	}
	return a
}

// learn walks the payloads; false if their lengths contradict.
func (a *Answer) learn(next byte, rest []byte) bool {
	for range maxPayloads {
		if next == 0 {
			return len(rest) == 0
		}
		if len(rest) < 4 {
			return false
		}
		size := int(binary.BigEndian.Uint16(rest[2:]))
		if size < 4 || size > len(rest) {
			return false
		}
		a.note(next, rest[4:size])
		next, rest = rest[0], rest[size:]
	}
	return false
}

func (a *Answer) note(kind byte, content []byte) {
	switch {
	case (kind == payloadVID || kind == payloadVID2) && len(a.VendorIDs) < maxVendors:
		a.VendorIDs = append(a.VendorIDs, hex.EncodeToString(content[:min(len(content), 64)]))
	case kind == payloadN && len(content) >= 8: // domain 4, protocol, size of SPI, type 2
		a.Notify = notifyName(binary.BigEndian.Uint16(content[6:]))
	case kind == payloadN2 && len(content) >= 4: // protocol, size of SPI, type 2
		if code := binary.BigEndian.Uint16(content[2:]); code < 16384 { // an error, no status
			a.Notify = notifyName(code)
		}
	}
}

// notifyName gives the errors of both versions that answer a first message.
func notifyName(code uint16) string {
	switch code {
	case 5:
		return "invalid major version"
	case 7:
		return "invalid syntax"
	case 14:
		return "no proposal chosen"
	case 17:
		return "invalid key exchange"
	}
	return fmt.Sprintf("notify %d", code)
}
