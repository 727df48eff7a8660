package pop3

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

var errNotPOP3 = errors.New("not POP3")

// meet reads the greeting and asks for the abilities. A server from before RFC 2449
// has none to tell; it must have said what it is.
func meet(d *probe.Dialogue) (*Block, error) {
	greeting, err := d.Line()
	if err != nil {
		return nil, err
	}
	if !isOK(greeting) {
		return nil, fmt.Errorf("%w: %.40q", errNotPOP3, greeting)
	}
	block := &Block{Banner: greeting, CapabilitiesTLS: []string{}, Auth: []string{}, APOP: timestamp().MatchString(greeting)}
	block.Capabilities, err = capabilities(d)
	if len(block.Capabilities) == 0 && !block.APOP && !named().MatchString(greeting) {
		return nil, errors.Join(fmt.Errorf("%w: does not say what it is able to do", errNotPOP3), err)
	}
	return block, nil
}

// timestamp is what APOP needs: "<1896.697170952@dbc.mtview.ca.us>" (RFC 1939 section 7).
var timestamp = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`<[^<>\s@]+@[^<>\s@]+>`) })

// named finds the protocol's name, or a server's that speaks it.
var named = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)\b(pop-?3|q?popper|dovecot)\b`) })

func isOK(line string) bool { return line == "+OK" || strings.HasPrefix(line, "+OK ") }

func ask(d *probe.Dialogue, command string) (string, error) {
	if err := d.Say(command); err != nil {
		return "", err
	}
	return d.Line()
}

// capabilities asks CAPA (RFC 2449 section 5). A list without one known word is
// not an answer to it.
func capabilities(d *probe.Dialogue) ([]string, error) {
	status, err := ask(d, "CAPA")
	if err != nil || !isOK(status) {
		return []string{}, err
	}
	list, err := d.Block()
	if err != nil || !slices.ContainsFunc(list, isKnown) {
		return []string{}, err
	}
	return list, nil
}

// isKnown holds the words of RFC 2449 section 6, RFC 2595 and RFC 6856.
func isKnown(capability string) bool {
	word, _, _ := strings.Cut(strings.ToUpper(capability), " ")
	return slices.Contains([]string{"TOP", "USER", "SASL", "RESP-CODES", "LOGIN-DELAY", "PIPELINING", "EXPIRE", "UIDL", "IMPLEMENTATION", "STLS", "AUTH-RESP-CODE", "UTF8", "LANG"}, word)
}

// judge says what the abilities mean. A server without a list takes USER and PASS;
// PLAIN and LOGIN are the mechanisms that send a password as it is.
func (b *Block) judge(inside bool) {
	asIs := len(b.Capabilities) == 0
	for _, c := range b.Capabilities {
		words := strings.Fields(strings.ToUpper(c))
		switch {
		case len(words) == 0:
		case words[0] == "STLS":
			b.StartTLS = !inside
		case words[0] == "USER":
			asIs = true
		case words[0] == "SASL":
			b.Auth = words[1:]
		case words[0] == "IMPLEMENTATION":
			b.Implementation = strings.TrimSpace(c[len("IMPLEMENTATION"):])
		}
	}
	b.CleartextAuth = !inside && (asIs || slices.Contains(b.Auth, "PLAIN") || slices.Contains(b.Auth, "LOGIN"))
}
