package tls

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"io"
	"time"
)

// heartbeatTime is how long an answer to a heartbeat is waited for: a sound server gives
// none, a flawed one at once.
const heartbeatTime = 2 * time.Second

// heartbleed sends a heartbeat that says it has one byte and has none (RFC 6520 section 4
// has such ones dropped in silence). A server with the flaw CVE-2014-0160 answers it, with
// one byte of its memory, which is not kept.
func (s *surveyor) heartbleed(ctx context.Context, version uint16) bool {
	conn, err := s.narrow().Dial(ctx, s.to)
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.Write(offer(s.to.Name, version, chosen(isAny), false).bytes()); err != nil {
		return false
	}
	if a, err := ReadAnswer(conn, true); err != nil || a.Alert != 0 || version == tls.VersionTLS13 {
		return false
	}
	if err := conn.SetReadDeadline(time.Now().Add(heartbeatTime)); err != nil {
		return false
	}
	const request = 1
	heartbeat := append(binary.BigEndian.AppendUint16([]byte{recordHeartbeat}, version), 0, 3, request, 0, 1)
	if _, err := conn.Write(heartbeat); err != nil {
		return false
	}
	return IsHeartbeat(conn)
}

const recordHeartbeat = 24

// IsHeartbeat reads one record and reports whether it is a heartbeat's answer.
func IsHeartbeat(r io.Reader) bool {
	const response = 2
	var head [6]byte // type, version, length, and the type of the message
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return false
	}
	size := binary.BigEndian.Uint16(head[3:])
	return head[0] == recordHeartbeat && head[1] == 3 && size >= 3 && size <= maxRecord && head[5] == response
}
