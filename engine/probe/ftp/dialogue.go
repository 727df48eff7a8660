package ftp

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// The replies that matter (RFC 959 section 4.2.1, RFC 2389, RFC 4217).
const (
	soon         = 120
	ready        = 220
	features     = 211
	authAccepted = 234
	loggedIn     = 230
	needPassword = 331
	notLoggedIn  = 530
)

var errNotFTP = errors.New("not FTP")

// dialogue is FTP's control connection.
type dialogue struct{ *probe.Dialogue }

// isWelcome finds "220 ready" and "120 wait".
var isWelcome = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[12]20[ -]`) })

// isRejection finds "421 later" and "530 no" where the protocol is named.
var isRejection = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)^(?:421|530|500)[ -][^\r\n]*\bftp`) })

// namesFTP finds the protocol's name in a greeting, or a server's that speaks it, and
// namesMail the protocol's of mail.
var (
	namesFTP  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)\bs?ftp\b|ftpd\b|ftp server|filezilla|serv-u`) })
	namesMail = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\b(?i:E?SMTP|LMTP)\b`) })
)

func isNamed(greeting string) bool { return namesFTP().MatchString(greeting) }

// isMail finds greetings that only mail servers give.
func isMail(greeting string) bool {
	return namesMail().MatchString(greeting) && !isNamed(greeting)
}

func (d dialogue) greeting() (probe.Reply, error) {
	reply, err := d.Reply()
	for reply.Code == soon && err == nil {
		reply, err = d.Reply()
	}
	if err != nil && !isNamed(reply.Raw) {
		return reply, fmt.Errorf("read greeting: %w", err)
	}
	return reply, nil
}

// meet reads the greeting and asks for the features.
func (d dialogue) meet() (*Block, error) {
	reply, err := d.greeting()
	if err != nil {
		return nil, err
	}
	block := &Block{Banner: reply.Raw, Features: []string{}, Rejected: isRejection().MatchString(reply.Raw)}
	if block.Rejected {
		return block, nil
	}
	if reply.Code != ready || isMail(reply.Raw) {
		return nil, fmt.Errorf("%w: greets with %.40q", errNotFTP, reply.Raw)
	}
	reply, err = d.Ask("FEAT")
	if err != nil && !isNamed(block.Banner) {
		return nil, fmt.Errorf("ask FEAT: %w", err)
	}
	if reply.Code == features {
		block.Features = listed(reply.Lines)
	}
	return block, nil
}

// listed gives the features, without the sentences before and after them.
func listed(lines []string) []string {
	list := []string{}
	for i, line := range lines {
		if i > 0 && i < len(lines)-1 {
			list = append(list, strings.TrimSpace(line))
		}
	}
	return list
}

// login tries the anonymous login. Its error says that the server does not answer
// as FTP does.
func (d dialogue) login(block *Block, inside bool) error {
	if block.Rejected {
		return nil
	}
	reply, err := d.Ask("USER anonymous")
	if err != nil {
		return fmt.Errorf("log in as anonymous: %w", err)
	}
	block.Login = reply.Raw
	block.CleartextAuth = !inside && slices.Contains([]int{needPassword, loggedIn}, reply.Code)
	switch reply.Code {
	case needPassword:
		reply = d.password(block)
	case loggedIn:
	case notLoggedIn:
		if !isNamed(block.Banner) && len(block.Features) == 0 {
			return fmt.Errorf("%w: a mail server might answer the same", errNotFTP)
		}
	default:
		return fmt.Errorf("%w: answers USER with %d", errNotFTP, reply.Code)
	}
	block.Anonymous = reply.Code == loggedIn
	return nil
}

// loginWait is how long a login may take that succeeds: a round trip round the world
// (300 ms) and a retransmission (RFC 6298: 1 s). Servers delay the answer to one that fails by some seconds.
const loginWait = 1500 * time.Millisecond

// password gives what RFC 1635 asks for, an address. No answer in time is a failure.
func (d dialogue) password(block *Block) probe.Reply {
	if err := d.Within(loginWait); err != nil {
		return probe.Reply{}
	}
	reply, err := d.Ask("PASS portolan@portolan.invalid")
	if err == nil {
		block.Login = reply.Raw
	}
	return reply
}
