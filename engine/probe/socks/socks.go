// Package socks speaks the SOCKS protocol of proxies, versions 5 (RFC 1928) and 4, to
// learn whether they want a login and whether they carry strangers. Begin with [Probe].
//
// The only connection it asks a proxy for is one to the proxy itself, at the port it
// was found on, which is in the scope like the proxy. A proxy is open when the proxy
// is heard through the proxy. It tries no passwords.
package socks

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "socks" of a response.
type Block struct {
	Banner       string `json:"banner"`  // in words, for the protocol has none
	Version      int    `json:"version"` // 5 or 4
	AuthRequired bool   `json:"auth_required"`
	Method       string `json:"method"`          // that the server chose: "none", "gssapi", "password", "refused"
	Open         bool   `json:"open"`            // it connected a stranger, and was heard through itself
	Reply        string `json:"reply,omitempty"` // to the request for a connection
}

// Methods of RFC 1928 section 3.
const (
	none     = 0x00
	gssapi   = 0x01
	password = 0x02
	refused  = 0xff
)

var errNotSOCKS = errors.New("not an answer of SOCKS")

// Probe speaks to SOCKS proxies.
type Probe struct{}

var _ probe.Probe = Probe{}

// Name is "socks".
func (Probe) Name() string { return "socks" }

// Ports are those of the protocol (RFC 1928), of Tor and of what tunnels use.
func (Probe) Ports() []uint16 { return []uint16{1080, 1081, 9050, 9150, 10808, 4145} }

// Run tries version 5, then 4.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	block, err := askFive(ctx, d, to)
	if err != nil && isWorthFour(err) {
		block, err = askFour(ctx, d, to)
	}
	if err != nil {
		return probe.Failed(err)
	}
	return probe.Found(response(to, block))
}

// isWorthFour: what does not know version 5 hangs up or refuses it in its own words;
// who is silent, closed or out of scope stays so.
func isWorthFour(err error) bool {
	outcome := probe.OutcomeOf(err)
	return outcome == engine.Closed || outcome == engine.Protocol
}

func askFive(ctx context.Context, d probe.Dialer, to engine.Endpoint) (*Block, error) {
	var block *Block
	err := probe.ConverseTCP(ctx, d, to, func(conn net.Conn) (err error) {
		chosen, err := negotiate(conn, none, gssapi, password)
		if err != nil {
			return err
		}
		block = newFive(chosen)
		if chosen == none {
			block.Reply, block.Open, err = connectFive(conn, to)
		}
		return err
	})
	if err != nil || block.Method == "none" {
		return block, err
	}
	// Two bytes are little: somebody who chose to ask for a login must refuse who has none.
	err = probe.ConverseTCP(ctx, d, to, func(conn net.Conn) error {
		chosen, err := negotiate(conn, none)
		if err == nil && chosen != refused {
			err = errNotSOCKS
		}
		return err
	})
	return block, err
}

// negotiate offers methods and gives the one the server chose of them.
func negotiate(conn net.Conn, methods ...byte) (chosen byte, err error) {
	answer, err := probe.Tell(conn, append([]byte{5, byte(len(methods))}, methods...), 2)
	if err != nil {
		return 0, err
	}
	if answer[0] != 5 {
		return 0, errNotSOCKS
	}
	for _, method := range append(methods, refused) {
		if answer[1] == method {
			return method, nil
		}
	}
	return 0, errNotSOCKS
}

func newFive(chosen byte) *Block {
	method := map[byte]string{none: "none", gssapi: "gssapi", password: "password", refused: "refused"}[chosen]
	return &Block{Version: 5, Method: method, AuthRequired: chosen != none, Banner: "SOCKS5, method " + method}
}

// askFour asks for a connection at once, for version 4 has no greeting. Eight bytes are
// little: they have to carry the address that was asked for, or to come from the other
// end of the tunnel, or a command that does not exist has to be refused as well.
func askFour(ctx context.Context, d probe.Dialer, to engine.Endpoint) (*Block, error) {
	if !to.Addr.Unmap().Is4() {
		return nil, fmt.Errorf("%w: version 4 knows IPv4 only", errNotSOCKS)
	}
	answer, err := requestFour(ctx, d, to, connectCommand)
	if err != nil {
		return nil, err
	}
	if !answer.isOpen && !answer.isOurs {
		nonsense, err := requestFour(ctx, d, to, 0x7f)
		if err != nil || nonsense.code == granted {
			return nil, errNotSOCKS
		}
	}
	reply := fourReplies()[answer.code]
	wantsUser := answer.code == identFailed || answer.code == identMismatch
	return &Block{Version: 4, Method: "none", AuthRequired: wantsUser, Open: answer.isOpen, Reply: reply, Banner: "SOCKS4, " + reply}, nil
}

func response(to engine.Endpoint, block *Block) engine.Response {
	r := engine.NewResponse(to, "socks", fmt.Sprintf("socks%d", block.Version), "", time.Now())
	r.Blocks["socks"] = block
	return r
}
