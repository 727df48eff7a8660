package probe

import (
	"net"
	"time"
)

const (
	// MaxGreeting is how much of a greeting is kept: the longest lines of mail and
	// file servers are 512 bytes (RFC 5321 section 4.5.3.1.5), a login screen is some
	// dozens of lines.
	MaxGreeting = 4096
	// greetingPause is the silence that ends a greeting without a line end: a
	// greeting is sent in one write, so this only has to span reordered packets.
	greetingPause = 100 * time.Millisecond
)

// ReadGreeting reads what a peer says of its own accord: up to [MaxGreeting]
// bytes, of which the first must come within wait. It returns at the end of a
// line or after a pause, with an error only if nothing came.
func ReadGreeting(conn net.Conn, wait time.Duration) ([]byte, error) {
	if err := conn.SetReadDeadline(time.Now().Add(wait)); err != nil {
		return nil, err
	}
	greeting := make([]byte, MaxGreeting)
	n, err := conn.Read(greeting)
	if n == 0 {
		return nil, err
	}
	for n < MaxGreeting && greeting[n-1] != '\n' && conn.SetReadDeadline(time.Now().Add(greetingPause)) == nil {
		more, _ := conn.Read(greeting[n:]) // what came before counts, whatever ends it
		if more == 0 {
			break
		}
		n += more
	}
	return greeting[:n], nil
}
