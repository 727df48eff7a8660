package tls

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"time"
)

// reactionTime is how long a server may think about what it should not be sent: to refuse
// takes a round trip, and silence is one of the answers.
const reactionTime = time.Second

// The alerts that tell flawed servers from sound ones (RFC 5246 section 7.2.2).
const (
	alertUnexpected = 10
	alertBadMAC     = 20
	alertDecryption = 21
)

// injection tells servers that take the switch to encryption before keys are agreed (CVE-
// 2014-0224). A sound one refuses the first such message as unexpected. A flawed one says
// nothing to the first, and cannot decrypt the second; both are seen, on a connection each.
func (s *surveyor) injection(ctx context.Context, version uint16) bool {
	if reason := s.switchEarly(ctx, version, 2); reason != alertBadMAC && reason != alertDecryption {
		return false
	}
	return s.switchEarly(ctx, version, 1) == silence
}

// Reactions that are no alert.
const (
	silence = -1 // the server waits for more
	leaving = -2 // it hung up, or could not be reached
	babble  = -3 // it said something else
)

// switchEarly sends ChangeCipherSpec a number of times right after the server's first flight
// and gives the alert that came back, or [silence] and its like.
func (s *surveyor) switchEarly(ctx context.Context, version uint16, times int) int {
	conn, err := s.narrow().Dial(ctx, s.to)
	if err != nil {
		return leaving
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.Write(offer(s.to.Name, version, chosen(isAny), false).bytes()); err != nil {
		return leaving
	}
	if a, err := ReadAnswer(conn, true); err != nil || a.Alert != 0 {
		return leaving
	}
	if _, err := conn.Write(bytes.Repeat(changeCipherSpec(version), times)); err != nil {
		return leaving
	}
	_ = conn.SetReadDeadline(time.Now().Add(reactionTime)) // one that takes none is closed
	return Reaction(conn)
}

// changeCipherSpec is the record (RFC 5246 section 7.1).
func changeCipherSpec(version uint16) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{20}, version), 0, 1, 1)
}

// Reaction reads what a server says to something it should refuse: the reason of an alert,
// or a negative number for what is none.
func Reaction(r io.Reader) int {
	const alert, size = 21, 2
	var record [7]byte
	_, err := io.ReadFull(r, record[:])
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return silence
	case err != nil:
		return leaving
	case record[0] != alert || binary.BigEndian.Uint16(record[3:]) != size:
		return babble
	}
	return int(record[6])
}
