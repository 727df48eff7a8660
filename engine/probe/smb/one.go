package smb

import (
	"encoding/binary"
	"fmt"
	"net"
)

const (
	magic1    = "\xffSMB"
	headSize1 = 32 // [MS-CIFS] section 2.2.3.1
	negotiate = 0x72
	isReply   = 0x80
	noDialect = 0xffff
	dialect1  = "NT LM 0.12"
	wordsNT   = 17 // words of the answer that has chosen it (section 2.2.4.52.2)
)

// Old is an answer to an offer of version 1 alone.
type Old struct {
	Accepted        bool
	SigningEnabled  bool
	SigningRequired bool
	SystemTime      string
}

// negotiateOld offers version 1 alone, as Windows NT 4 to XP speak it.
func negotiateOld(conn net.Conn) (*Old, error) {
	message := make([]byte, headSize1)
	copy(message, magic1)
	message[4] = negotiate
	message[9], message[10], message[11] = 0x18, 0x01, 0x48 // canonical paths; long names, extended security, NT status
	message[24] = 0x4f                                      // our process: any number
	message = append(message, 0, byte(len(dialect1)+2), 0, 2)
	message = append(append(message, dialect1...), 0)
	answer, err := exchange(conn, message)
	if err != nil {
		return nil, fmt.Errorf("negotiate version 1: %w", err)
	}
	return ParseOld(answer)
}

// ParseOld reads the answer ([MS-CIFS] section 2.2.4.52.2).
func ParseOld(message []byte) (*Old, error) {
	if len(message) < headSize1+3 || string(message[:4]) != magic1 || message[4] != negotiate || message[9]&isReply == 0 {
		return nil, fmt.Errorf("%w: %.8x", errNotSMB, message)
	}
	words := int(message[headSize1])
	body := message[headSize1+1:]
	switch chosen := binary.LittleEndian.Uint16(body); {
	case len(body) < 2*words || words != 1 && words != 13 && words != wordsNT || chosen != 0 && chosen != noDialect:
		return nil, fmt.Errorf("%w: malformed negotiation", errNotSMB)
	case chosen == noDialect:
		return &Old{}, nil
	case words != wordsNT:
		return nil, fmt.Errorf("%w: an answer for another dialect", errNotSMB)
	}
	return &Old{
		Accepted: true, SigningEnabled: body[2]&0x0c != 0, SigningRequired: body[2]&0x08 != 0,
		SystemTime: filetime(binary.LittleEndian.Uint64(body[23:])),
	}, nil
}

// learnOld adds what version 1 says; of a server that speaks no other it is all there is.
func (b *Block) learnOld(old *Old) {
	if old == nil || !old.Accepted {
		return
	}
	b.SMBv1, b.SMBv1Dialect = true, dialect1
	if b.Dialect == "" {
		b.SigningEnabled, b.SigningRequired, b.SystemTime = old.SigningEnabled, old.SigningRequired, old.SystemTime
	}
}
