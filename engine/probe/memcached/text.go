package memcached

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	// MaxAnswer is how much is read: the statistics are about 4 kB.
	MaxAnswer = 64 << 10
	// maxLine is longer than any line of the statistics.
	maxLine = 1024
	// question fills the 24 bytes of a header of the binary protocol, so that a server
	// which speaks only that one sees at once that this is none, and hangs up.
	question = "version\r\nstats\r\nversion\r\n"
)

var errNotMemcached = errors.New("not an answer of memcached")

// askText asks for the version and the statistics (doc/protocol.txt, "Other commands").
func askText(conn net.Conn) (*Block, error) {
	if _, err := io.WriteString(conn, question); err != nil {
		return nil, err
	}
	return ReadText(io.LimitReader(conn, MaxAnswer))
}

// ReadText reads "VERSION 1.6.18" and lines of statistics up to "END", as far as
// they come, or that the server wants a password first (-Y).
func ReadText(answer io.Reader) (*Block, error) {
	r := bufio.NewReaderSize(answer, maxLine)
	first, err := readLine(r)
	if err != nil {
		return nil, err
	}
	block := &Block{Banner: first}
	version, ok := strings.CutPrefix(first, "VERSION ")
	switch {
	case ok && versionPattern.MatchString(version):
		block.Version = version
	case first == "CLIENT_ERROR unauthenticated":
		block.AuthRequired = true
		return block, nil
	default:
		return nil, fmt.Errorf("%w: %.40q", errNotMemcached, first)
	}
	for {
		name, value, ok := readStatistic(r)
		if !ok {
			return block, nil
		}
		block.learn(name, value)
	}
}

// readStatistic reads "STAT uptime 798"; anything else ends the statistics.
func readStatistic(r *bufio.Reader) (name, value string, ok bool) {
	line, err := readLine(r)
	if err != nil {
		return "", "", false
	}
	if line, ok = strings.CutPrefix(line, "STAT "); !ok {
		return "", "", false
	}
	name, value, _ = strings.Cut(line, " ")
	return name, value, true
}

func readLine(r *bufio.Reader) (string, error) {
	line, err := r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return "", fmt.Errorf("%w: a line of more than %d bytes", errNotMemcached, maxLine)
	}
	if err != nil {
		return "", err
	}
	return strings.TrimRight(probe.Text(line), "\r\n"), nil
}
