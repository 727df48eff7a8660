package smb

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net"
	"slices"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/ntlm"
)

const (
	headSize      = 64 // of a message of version 2 and 3 ([MS-SMB2] section 2.2.1.2)
	commandNego   = 0
	commandSetup  = 1
	fromServer    = 1
	moreToCome    = 0xc0000016 // STATUS_MORE_PROCESSING_REQUIRED
	responseSize  = 65         // StructureSize of the answer to negotiation (section 2.2.4)
	fixedSize     = 64         // of that answer before its buffer
	contextCipher = 2          // SMB2_ENCRYPTION_CAPABILITIES
	maxContexts   = 16
)

// magic2 begins every message.
const magic2 = "\xfeSMB"

func head2(command uint16, id uint64) []byte {
	head := make([]byte, headSize)
	copy(head, magic2)
	head[4] = headSize
	binary.LittleEndian.PutUint16(head[12:], command)
	binary.LittleEndian.PutUint16(head[14:], 1) // credits
	binary.LittleEndian.PutUint64(head[24:], id)
	return head
}

// negotiation offers all dialects (section 2.2.3), with the contexts that 3.1.1 demands: a
// hash of the conversation, and ciphers.
func negotiation() []byte {
	dialects := []byte{0x02, 0x02, 0x10, 0x02, 0x00, 0x03, 0x02, 0x03, 0x11, 0x03}
	body := make([]byte, 36)
	body[0], body[2], body[4] = 36, 5, 1                  // size, dialects, signing enabled
	body[8] = 0x7f                                        // all capabilities
	copy(body[12:], "portolan-scanner")                   // client's GUID
	binary.LittleEndian.PutUint32(body[28:], headSize+48) // contexts: after 36 + 10 bytes and 2 of padding
	body[32] = 2
	body = append(append(body, dialects...), 0, 0)
	hash := append([]byte{1, 0, 38, 0, 0, 0, 0, 0, 1, 0, 32, 0, 1, 0}, make([]byte, 32)...) // SHA-512, salt of 32
	body = append(append(body, hash...), 0, 0)
	cipher := []byte{2, 0, 10, 0, 0, 0, 0, 0, 4, 0, 4, 0, 3, 0, 2, 0, 1, 0} // AES-256 and 128, GCM and CCM
	return slices.Concat(head2(commandNego, 0), body, cipher)
}

// negotiate offers versions 2 and 3, then asks for the challenge.
func (b *Block) negotiate(conn net.Conn) error {
	answer, err := exchange(conn, negotiation())
	if err != nil {
		return fmt.Errorf("negotiate: %w", err)
	}
	if err := b.Parse(answer); err != nil {
		return fmt.Errorf("negotiate: %w", err)
	}
	answer, err = exchange(conn, setup())
	if err != nil || check2(answer, commandSetup, 1, moreToCome) != nil {
		return nil //nolint:nilerr // what it has told is enough
	}
	if challenge, err := ntlm.ParseChallenge(answer); err == nil {
		b.NTLM = challenge
		b.Banner = challenge.NetBIOSComputer
	}
	return nil
}

// check2 reports what makes a message no answer to ours.
func check2(message []byte, command uint16, id uint64, status uint32) error {
	switch {
	case len(message) < headSize || string(message[:4]) != magic2 || message[4] != headSize:
		return fmt.Errorf("%w: %.8x", errNotSMB, message)
	case binary.LittleEndian.Uint16(message[12:]) != command || binary.LittleEndian.Uint64(message[24:]) != id || message[16]&fromServer == 0:
		return fmt.Errorf("%w: it answers something else", errNotSMB)
	case binary.LittleEndian.Uint32(message[8:]) != status:
		return fmt.Errorf("%w: status %x", errNotSMB, message[8:12])
	}
	return nil
}

// Parse reads the answer to negotiation.
func (b *Block) Parse(message []byte) error {
	if err := check2(message, commandNego, 0, 0); err != nil {
		return err
	}
	body := message[headSize:]
	if len(body) < fixedSize || binary.LittleEndian.Uint16(body) != responseSize {
		return fmt.Errorf("%w: malformed negotiation", errNotSMB)
	}
	dialect := binary.LittleEndian.Uint16(body[4:])
	b.Dialect = dialectName(dialect)
	if b.Dialect == "" {
		return fmt.Errorf("%w: dialect %#x", errNotSMB, dialect)
	}
	b.SigningEnabled, b.SigningRequired = body[2]&3 != 0, body[2]&2 != 0
	b.GUID = guid(body[8:24])
	b.Capabilities = append(b.Capabilities, capabilities(binary.LittleEndian.Uint32(body[24:]))...)
	b.SystemTime = filetime(binary.LittleEndian.Uint64(body[40:]))
	b.StartTime = filetime(binary.LittleEndian.Uint64(body[48:]))
	if dialect == 0x0311 {
		b.Cipher = cipher(message, int(binary.LittleEndian.Uint16(body[6:])), binary.LittleEndian.Uint32(body[60:]))
	}
	return nil
}

func dialectName(dialect uint16) string {
	switch dialect {
	case 0x0202:
		return "2.0.2"
	case 0x0210:
		return "2.1"
	case 0x0300:
		return "3.0"
	case 0x0302:
		return "3.0.2"
	case 0x0311:
		return "3.1.1"
	}
	return ""
}

// guid is written with its first three parts turned round ([MS-DTYP] section 2.3.4.2).
func guid(b []byte) string {
	a, c, d := binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint16(b[4:]), binary.LittleEndian.Uint16(b[6:])
	return fmt.Sprintf("%08x-%04x-%04x-%s-%s", a, c, d, hex.EncodeToString(b[8:10]), hex.EncodeToString(b[10:16]))
}

func capabilities(bits uint32) (names []string) {
	for bit, name := range []string{"dfs", "leasing", "large_mtu", "multi_channel", "persistent_handles", "directory_leasing", "encryption"} {
		if bits&(1<<bit) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// filetime counts from 1601 in units of 100 ns ([MS-DTYP] section 2.3.3).
func filetime(ticks uint64) string {
	const to1970 = 11644473600 // seconds
	seconds := int64(ticks/10_000_000) - to1970
	if seconds < 0 {
		return ""
	}
	return time.Unix(seconds, 0).UTC().Format(time.RFC3339)
}

// cipher finds the chosen cipher among the contexts (section 2.2.4.1).
func cipher(message []byte, count int, offset uint32) string {
	for range min(count, maxContexts) {
		if uint64(offset)+8 > uint64(len(message)) {
			return ""
		}
		context := message[offset:]
		size := int(binary.LittleEndian.Uint16(context[2:]))
		if size > len(context)-8 {
			return ""
		}
		if binary.LittleEndian.Uint16(context) == contextCipher && size >= 4 {
			return cipherName(binary.LittleEndian.Uint16(context[10:]))
		}
		offset += uint32(8+size+7) &^ 7
	}
	return ""
}

func cipherName(id uint16) string {
	names := []string{"", "AES-128-CCM", "AES-128-GCM", "AES-256-CCM", "AES-256-GCM"}
	if int(id) >= len(names) {
		return ""
	}
	return names[id]
}
