// Package nntp speaks NNTP to news servers before anybody logs in: what they are
// able to do, whether strangers may post, whether passwords may cross the network
// in the clear, and what is inside TLS. Begin with [New].
//
// It never logs in, reads no article and posts none.
package nntp

import (
	"bytes"
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

// The replies that matter (RFC 3977 sections 5.1 and 5.2, RFC 4642).
const (
	mayPost      = 200
	mayNotPost   = 201
	capabilities = 101
	continueTLS  = 382
)

// Block is the member "nntp" of a response.
type Block struct {
	Banner          string   `json:"banner"`           // greeting
	Capabilities    []string `json:"capabilities"`     // before STARTTLS
	CapabilitiesTLS []string `json:"capabilities_tls"` // after it; empty without it
	Posting         bool     `json:"posting"`          // strangers may post
	StartTLS        bool     `json:"starttls"`         // offered in the clear
	CleartextAuth   bool     `json:"cleartext_auth"`   // a password may cross the network in the clear
	Implementation  string   `json:"implementation,omitempty"`
}

// Probe speaks to news servers.
type Probe struct{ probe.Upgrading }

var (
	_ probe.Inner   = Probe{}
	_ probe.Greeter = Probe{}
)

// New makes the probe with the ways to speak TLS, and one to look closer at it, which may be nil.
func New(secure probe.Handshake, upgrade probe.Upgrade, survey probe.Survey) Probe {
	p := Probe{probe.Upgrading{Secure: secure, Upgrade: upgrade, Survey: survey, Ask: begin}}
	p.Talk = p.talk
	return p
}

// Name is "nntp".
func (Probe) Name() string { return "nntp" }

// Ports are those of NNTP, inside TLS, and of servers among themselves.
func (Probe) Ports() []uint16 { return []uint16{119, 563, 433} }

// Greets finds a welcome; others say such numbers as well, which the answer to
// CAPABILITIES will tell.
func (Probe) Greets(greeting []byte) bool {
	return bytes.HasPrefix(greeting, []byte("200 ")) || bytes.HasPrefix(greeting, []byte("201 "))
}

// talk learns all it can over one connection.
func (p Probe) talk(ctx context.Context, conn net.Conn, to engine.Endpoint) probe.Result {
	d := probe.NewDialogue(conn)
	block, err := meet(d)
	if err != nil {
		return probe.Failed(fmt.Errorf("read greeting: %w", err))
	}
	_, inside := conn.(probe.Session)
	block.judge(inside)
	return probe.Conversation{
		Base: "nntp", Offers: block.StartTLS,
		Agrees: func() bool { return startTLS(d) == nil },
		Inside: func(session probe.Session) {
			block.CapabilitiesTLS, _ = ask(probe.NewDialogue(session)) // what is not told stays unknown
		},
		Describe: func(r engine.Response) engine.Response { return described(r, block) },
	}.Converse(ctx, p.Upgrade, conn, to)
}

// startTLS asks for TLS.
func startTLS(d *probe.Dialogue) error {
	if reply, err := d.Ask("STARTTLS"); err != nil || reply.Code != continueTLS {
		return errors.Join(errNotNNTP, err)
	}
	return nil
}

// begin speaks up to where the handshake may begin.
func begin(conn net.Conn) error {
	d := probe.NewDialogue(conn)
	if _, err := d.Reply(); err != nil {
		return err
	}
	return startTLS(d)
}

func described(r engine.Response, block *Block) engine.Response {
	r.Blocks["nntp"] = block
	r.Tags = probe.Find(products(), block.Banner+"\n"+block.Implementation)
	return r
}

var errNotNNTP = errors.New("not NNTP")

// meet reads the greeting and asks for the abilities. A server from before RFC 3977
// has none to tell; it must have said what it is.
func meet(d *probe.Dialogue) (*Block, error) {
	greeting, err := d.Reply()
	if err != nil {
		return nil, err
	}
	if greeting.Code != mayPost && greeting.Code != mayNotPost {
		return nil, fmt.Errorf("%w: greets with %d", errNotNNTP, greeting.Code)
	}
	block := &Block{Banner: greeting.Raw, CapabilitiesTLS: []string{}, Posting: greeting.Code == mayPost}
	block.Capabilities, err = ask(d)
	if len(block.Capabilities) == 0 && !namesNews().MatchString(greeting.Text()) {
		return nil, errors.Join(fmt.Errorf("%w: does not say what it is able to do", errNotNNTP), err)
	}
	return block, nil
}

// namesNews finds what servers of news call themselves.
var namesNews = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)\b(nntp|news|nnrp|innd?)\b`) })

// ask gives the abilities; a list must begin with the protocol's version (RFC 3977
// section 5.2.2).
func ask(d *probe.Dialogue) ([]string, error) {
	reply, err := d.Ask("CAPABILITIES")
	if err != nil || reply.Code != capabilities {
		return []string{}, err
	}
	list, err := d.Block()
	if err != nil || len(list) == 0 || !strings.HasPrefix(strings.ToUpper(list[0]), "VERSION ") {
		return []string{}, err
	}
	return list, nil
}

func (b *Block) judge(inside bool) {
	for _, c := range b.Capabilities {
		words := strings.Fields(strings.ToUpper(c))
		switch {
		case len(words) == 0:
		case words[0] == "STARTTLS":
			b.StartTLS = !inside
		case words[0] == "AUTHINFO":
			b.CleartextAuth = !inside && slices.Contains(words, "USER")
		case words[0] == "IMPLEMENTATION":
			b.Implementation = strings.TrimSpace(c[len("IMPLEMENTATION"):])
		}
	}
}

// products are compiled when the first server is met, not when the program starts.
var products = sync.OnceValue(func() []probe.Product {
	return []probe.Product{
		{Name: "inn", FullName: "InterNetNews", Category: "News servers", Vendor: "isc", CPE: "inn", Pattern: regexp.MustCompile(`\bINN (\d+(?:\.\d+)+)`)},
		{Name: "leafnode", FullName: "Leafnode", Category: "News servers", Vendor: "leafnode", CPE: "leafnode", Pattern: regexp.MustCompile(`(?i)\bleafnode(?: NNTP Daemon, version|[ -]) ?(\d+(?:\.\d+)+)`)},
		{Name: "cyrus", FullName: "Cyrus IMAP", Category: "Mail servers", Vendor: "cyrus", CPE: "imap", Pattern: regexp.MustCompile(`\bCyrus NNTP v?(\d+(?:\.\d+)+)`)},
	}
})
