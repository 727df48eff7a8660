// Package irc speaks IRC to chat servers up to where a client would give its name:
// what they are called and what they are able to do. Begin with [New].
//
// It never registers, so nobody sees it and nothing is asked that a registered
// client could ask, as the server's version.
package irc

import (
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// maxLines is how many lines are read: a server tells of its look-ups (four at most)
// and lists its abilities in a few.
const maxLines = 16

// Block is the member "irc" of a response.
type Block struct {
	Banner       string   `json:"banner"`                // first line
	Server       string   `json:"server_name,omitempty"` // what the server calls itself
	Capabilities []string `json:"capabilities"`          // of IRCv3: "sasl=PLAIN"
	TLSPort      string   `json:"tls_port,omitempty"`    // where the server wants clients to be (capability "sts")
	StartTLS     bool     `json:"starttls"`              // capability "tls"
	Closed       bool     `json:"closed"`                // turns us away
}

// Probe speaks to IRC servers.
type Probe struct {
	secure probe.Handshake
}

var (
	_ probe.Inner   = Probe{}
	_ probe.Greeter = Probe{}
)

// New makes the probe with a way to speak TLS.
func New(secure probe.Handshake) Probe { return Probe{secure: secure} }

// Name is "irc".
func (Probe) Name() string { return "irc" }

// Ports are the usual ones; 6697 has IRC inside TLS (RFC 7194).
func (Probe) Ports() []uint16 { return []uint16{6667, 6697, 6665, 6666, 6668, 6669, 7000, 194} }

// Greets finds a notice to who is not known yet, or a farewell.
func (Probe) Greets(greeting []byte) bool { return isGreeting().Match(greeting) }

var isGreeting = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?::\S+ )?NOTICE (?:AUTH|\*) :?\*\*\* |^ERROR :(?:Closing Link|Trying to reconnect|Your host)`)
})

// Run speaks IRC in the clear.
func (p Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	return probe.Visit(ctx, d, to, nil, func(conn net.Conn) probe.Result { return talk(conn, to) })
}

// RunTLS speaks IRC inside TLS.
func (p Probe) RunTLS(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return probe.Visit(ctx, d, to, p.secure, func(conn net.Conn) probe.Result { return talk(conn, to) })
}

var errNotIRC = errors.New("not IRC")

func talk(conn net.Conn, to engine.Endpoint) probe.Result {
	d := probe.NewDialogue(conn)
	if err := d.Say("CAP LS 302"); err != nil {
		return probe.Failed(fmt.Errorf("ask for the abilities: %w", err))
	}
	block := &Block{Capabilities: []string{}}
	isIRC, err := block.listen(d)
	if !isIRC {
		return probe.Failed(errors.Join(errNotIRC, err))
	}
	r := probe.NewResponse(conn, to, "irc")
	r.Blocks["irc"] = block
	return probe.Found(r)
}

// listen reads up to the end of the list of abilities. Of a server that has none to tell
// a notice, a farewell or an error in the protocol's form is enough.
func (b *Block) listen(d *probe.Dialogue) (isIRC bool, err error) {
	for range maxLines {
		line, err := d.Line()
		if err != nil {
			return isIRC, err
		}
		if b.Banner == "" {
			b.Banner = line
		}
		server, rest := splitSource(line)
		if b.Server == "" {
			b.Server = server
		}
		switch {
		case isList().MatchString(rest):
			if b.learn(rest) {
				return true, nil
			}
			isIRC = true
		case isError().MatchString(rest) && server != "":
			return true, nil
		case strings.HasPrefix(rest, "ERROR :") && isGreeting().MatchString(rest):
			b.Closed = true
			return true, nil
		default:
			isIRC = isIRC || isGreeting().MatchString(line)
		}
	}
	return isIRC, nil
}

// splitSource takes the source off a message: ":irc.example.org NOTICE …" (RFC 2812 section 2.3).
func splitSource(line string) (server, rest string) {
	if source, after, ok := strings.Cut(line, " "); ok && strings.HasPrefix(source, ":") {
		return source[1:], after
	}
	return "", line
}

// isList finds an answer to CAP LS (IRCv3 Client Capability Negotiation), isError the answers
// of servers that do not know it: not registered, or an unknown command.
var isList = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^CAP \S+ LS (?:\* )?:?`) })
var isError = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?:451|421) \S+ .*:`) })

// learn reads one line of the list and reports whether it is the last.
func (b *Block) learn(list string) (isLast bool) {
	words := strings.Fields(list)[3:] // CAP, nick, LS
	isLast = !slices.Contains(words, "*")
	for _, word := range words {
		word = strings.TrimPrefix(word, ":")
		name, value, _ := strings.Cut(word, "=")
		switch {
		case word == "*" || word == "":
			continue
		case name == "tls":
			b.StartTLS = true
		case name == "sts":
			b.TLSPort = portOf(value)
		}
		b.Capabilities = append(b.Capabilities, word)
	}
	return isLast
}

// portOf reads "duration=2592000,port=6697".
func portOf(policy string) string {
	for _, part := range strings.Split(policy, ",") {
		if port, ok := strings.CutPrefix(part, "port="); ok {
			return port
		}
	}
	return ""
}
