package probe

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

const (
	// MaxDialogue is how much of a dialogue is read: a greeting and lists of
	// abilities are some kilobytes, the notices of talkative servers a few screens.
	MaxDialogue = 64 << 10
	// MaxLine is the longest line of a dialogue. RFC 5321 section 4.5.3.1.5 has 512
	// bytes; the abilities of IMAP servers stand in one line of up to a kilobyte.
	MaxLine = 4096
)

// ErrLine ends a dialogue whose other side does not speak in lines.
var ErrLine = errors.New("a line too long for the protocol")

// Dialogue is a conversation in lines, as FTP and the protocols of mail and news
// have it. Text is storable, see [Text].
type Dialogue struct {
	conn net.Conn
	r    *bufio.Reader
}

// NewDialogue begins a dialogue over a connection, which stays the caller's to close.
func NewDialogue(conn net.Conn) *Dialogue {
	return &Dialogue{conn: conn, r: bufio.NewReaderSize(io.LimitReader(conn, MaxDialogue), MaxLine)}
}

// Say sends a line.
func (d *Dialogue) Say(line string) error {
	_, err := io.WriteString(d.conn, line+"\r\n")
	return err
}

// Within ends waiting for what comes next after a time: servers make strangers wait who
// failed, not those who did not.
func (d *Dialogue) Within(most time.Duration) error {
	return d.conn.SetReadDeadline(time.Now().Add(most))
}

// Line reads a line, without its end.
func (d *Dialogue) Line() (string, error) {
	line, err := d.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return "", ErrLine
	}
	if err != nil {
		return "", err
	}
	return strings.TrimRight(Text(line), "\r\n"), nil
}

// Block reads lines up to one that holds a dot alone, as POP3 and NNTP end their
// lists (RFC 1939 section 3), without it.
func (d *Dialogue) Block() (lines []string, err error) {
	for {
		line, err := d.Line()
		if err != nil || line == "." {
			return lines, err
		}
		lines = append(lines, strings.TrimPrefix(line, "."))
	}
}

// Ask sends a line and reads the reply.
func (d *Dialogue) Ask(line string) (Reply, error) {
	if err := d.Say(line); err != nil {
		return Reply{}, err
	}
	return d.Reply()
}

// Reply is an answer of FTP or SMTP (RFC 959 section 4.2, RFC 5321 section 4.2).
type Reply struct {
	Code  int      // 100 to 599
	Lines []string // without the code; one at least
	Raw   string   // as it came, lines ended by CRLF
}

// Text is the whole reply in one line.
func (r Reply) Text() string { return strings.Join(r.Lines, " ") }

var errNoReply = errors.New("no reply of three digits")

// Reply reads a reply: "220 text", or "220-text" and lines up to "220 text". FTP
// leaves open what the lines between begin with.
func (d *Dialogue) Reply() (Reply, error) {
	line, err := d.Line()
	if err != nil {
		return Reply{}, err
	}
	code, more, ok := splitReply(line)
	if !ok {
		return Reply{}, fmt.Errorf("%w: %.40q", errNoReply, line)
	}
	reply := Reply{Code: code, Lines: []string{textOf(line)}, Raw: line + "\r\n"}
	for more {
		if line, err = d.Line(); err != nil {
			return reply, err
		}
		reply.Raw += line + "\r\n"
		c, continued, ok := splitReply(line)
		if ok && c == code {
			line, more = textOf(line), continued
		}
		reply.Lines = append(reply.Lines, line)
	}
	return reply, nil
}

// splitReply reads "250-" or "250 "; a bare "250" is a last line, too.
func splitReply(line string) (code int, more, ok bool) {
	if len(line) < 3 || len(line) > 3 && line[3] != ' ' && line[3] != '-' {
		return 0, false, false
	}
	code, err := strconv.Atoi(line[:3])
	return code, len(line) > 3 && line[3] == '-', err == nil && code >= 100 && code < 600
}

func textOf(line string) string { return line[min(4, len(line)):] }
