package smtp

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// The replies that matter (RFC 5321 section 4.2.3).
const (
	ready       = 220
	completed   = 250
	willForward = 251
)

var errNotSMTP = errors.New("not SMTP")

var isWelcome = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^220([ -]|\r?\n)`) })

// isFTP finds the greetings of file servers.
var isFTP = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)\bftp\b|ftpd|filezilla|serv-u`) })

// isRejection finds "554 no" and "421 later" (RFC 5321 section 3.1) with a word or an
// enhanced status code (RFC 3463) that only mail servers use.
var isRejection = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(?:554|421|450|550)[ -](?:[45]\.\d{1,3}\.\d{1,3}\b|[^\r\n]*\be?smtp\b)`)
})

// meet reads the greeting and asks for the abilities, which prove the protocol:
// base is "smtp", or "lmtp" for servers of local delivery (RFC 2033).
func meet(d *probe.Dialogue) (base string, block *Block, err error) {
	greeting, err := d.Reply()
	if err != nil && !isNamed(greeting.Raw) {
		return "", nil, fmt.Errorf("read greeting: %w", err)
	}
	block = &Block{Banner: greeting.Raw, Capabilities: []string{}, CapabilitiesTLS: []string{}, Auth: []string{}}
	switch {
	case isRejection().MatchString(greeting.Raw):
		block.Rejected = true
		return "smtp", block, nil
	case greeting.Code != ready:
		return "", nil, fmt.Errorf("%w: greets with %d", errNotSMTP, greeting.Code)
	}
	base, err = block.greet(d)
	return base, block, err
}

// hello names us by a name that cannot be anybody else's (RFC 2606).
func hello(base string) string {
	if base == "lmtp" {
		return "LHLO portolan.invalid"
	}
	return "EHLO portolan.invalid"
}

// greet says hello: as SMTP, as LMTP, and as SMTP did before extensions (RFC 1869). A server
// that knows only the last has no abilities to tell; it must have said what it is.
func (b *Block) greet(d *probe.Dialogue) (base string, err error) {
	for _, base := range []string{"smtp", "lmtp"} {
		reply, err := d.Ask(hello(base))
		switch {
		case err != nil:
			return b.unanswered(err)
		case reply.Code == completed && slices.ContainsFunc(reply.Lines[1:], isKnown):
			b.EHLO, b.Capabilities = reply.Raw, reply.Lines[1:]
			return base, nil
		case reply.Code == completed && isNamed(b.Banner), isRejection().MatchString(reply.Raw):
			b.EHLO = reply.Raw
			return "smtp", nil
		}
	}
	reply, _ := d.Ask("HELO portolan.invalid") // without an answer it is empty
	if b.EHLO = reply.Raw; isNamed(b.Banner) || reply.Code == completed && isMail().MatchString(b.Banner) {
		return "smtp", nil
	}
	return "", fmt.Errorf("%w: does not say what it is able to do", errNotSMTP)
}

// unanswered judges a server by its greeting alone, since hello came to err.
func (b *Block) unanswered(err error) (base string, _ error) {
	if isNamed(b.Banner) {
		return "smtp", nil
	}
	return "", fmt.Errorf("say hello: %w", err)
}

// isMail finds greetings of mail servers that do not name the protocol.
var isMail = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)\b(mail|postfix|exim|sendmail)\b`) })

// isNamed finds the protocol's name in a greeting of success. It is enough to know a server by
// that makes strangers wait before it says more (postscreen's greet pause).
func isNamed(greeting string) bool {
	return isWelcome().MatchString(greeting) && namesSMTP().MatchString(greeting)
}

var namesSMTP = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\b(?i:E?SMTP)\b`) })

// isKnown holds the commonest service extensions of IANA's list.
func isKnown(capability string) bool {
	word, _, _ := strings.Cut(strings.ToUpper(capability), " ")
	word, _, _ = strings.Cut(word, "=") // "AUTH=LOGIN", from before RFC 2554
	return slices.Contains([]string{
		"SIZE", "8BITMIME", "PIPELINING", "STARTTLS", "AUTH", "ENHANCEDSTATUSCODES", "DSN", "SMTPUTF8", "CHUNKING",
		"BINARYMIME", "HELP", "VRFY", "EXPN", "ETRN", "DELIVERBY", "XCLIENT", "REQUIRETLS", "LIMITS", "TURN",
	}, word)
}

// judge says what the abilities mean. PLAIN and LOGIN are the mechanisms that send a
// password as it is (RFC 4954 section 4).
func (b *Block) judge(inside bool) {
	for _, c := range b.Capabilities {
		words := strings.Fields(strings.Replace(strings.ToUpper(c), "AUTH=", "AUTH ", 1))
		switch {
		case len(words) == 0:
		case words[0] == "STARTTLS":
			b.StartTLS = !inside
		case words[0] == "AUTH":
			b.Auth = append(b.Auth, words[1:]...)
		}
	}
	slices.Sort(b.Auth)
	b.Auth = slices.Compact(b.Auth)
	b.CleartextAuth = !inside && (slices.Contains(b.Auth, "PLAIN") || slices.Contains(b.Auth, "LOGIN"))
}
