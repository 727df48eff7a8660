// Package rdp negotiates the security of a remote desktop ([MS-RDPBCGR] section
// 2.2.1), to learn whether it shows its login screen to anybody or asks who is there
// first (Network Level Authentication), its certificate and its names. Begin with [New].
//
// It ends before anybody would be logged in: it never sends a name or a password.
package rdp

import (
	"context"
	"net"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/ntlm"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "rdp" of a response.
type Block struct {
	Banner           string          `json:"banner"`            // "RDP hybrid_ex": the protocol has no text of its own
	SelectedProtocol string          `json:"selected_protocol"` // of all offered: "rdp", "tls", "hybrid", "hybrid_ex"
	Failure          string          `json:"failure,omitempty"` // why none was selected
	Flags            []string        `json:"flags"`
	Standard         bool            `json:"standard_security"` // the protocol's own encryption is accepted
	TLS              bool            `json:"tls_without_nla"`   // TLS is accepted without asking who is there
	NLA              bool            `json:"nla"`               // Network Level Authentication is offered
	NLARequired      bool            `json:"nla_required"`      // and everything else refused
	NTLM             *ntlm.Challenge `json:"ntlm,omitempty"`
}

// Probe speaks to remote desktops.
type Probe struct{ upgrade probe.Upgrade }

var _ probe.Probe = (*Probe)(nil)

// New makes the probe. upgrade shakes hands where TLS is selected.
func New(upgrade probe.Upgrade) *Probe { return &Probe{upgrade: upgrade} }

// Name is "rdp".
func (*Probe) Name() string { return "rdp" }

// Ports are Microsoft's and what people choose instead.
func (*Probe) Ports() []uint16 { return []uint16{3389, 3390, 3388, 33389, 13389} }

// Run offers everything, and where that is answered each protocol alone on a
// connection of its own, because a server answers the best it has.
func (p *Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	r := probe.NewResponse(nil, to, "rdp")
	best, challenge, err := p.best(ctx, d, to, &r)
	if err != nil {
		return probe.Failed(err)
	}
	block := newBlock(best)
	block.NTLM = challenge
	if !best.Bare {
		block.compare(ask(ctx, d, to, protocolRDP), ask(ctx, d, to, protocolTLS))
	}
	r.Blocks["rdp"] = block
	if challenge != nil && challenge.Version != "" {
		windows := probe.Product{Name: "windows", FullName: "Microsoft Windows", Category: "Operating systems"}
		r.Tags = append(r.Tags, windows.Tag(challenge.Version))
	}
	result := probe.Found(r)
	result.Weak = best.Bare // any service over ISO transport confirms like that
	return result
}

// best offers every protocol, and looks at the certificate when TLS is selected.
func (p *Probe) best(ctx context.Context, d probe.Dialer, to engine.Endpoint, r *engine.Response) (best Confirm, challenge *ntlm.Challenge, err error) {
	err = probe.ConverseTCP(ctx, d, to, func(conn net.Conn) error {
		best, err = tell(conn, protocolTLS|protocolHybrid|protocolHybridEx)
		if err != nil || best.Failed || best.Bare || best.Selected == protocolRDP {
			return err
		}
		if session, err := p.upgrade(ctx, conn, to); err == nil { // without TLS the confirm is proof enough
			session.Describe(r)
			challenge = challengeOf(session, best.Selected)
		}
		return nil
	})
	return best, challenge, err
}

// ask offers one protocol; nil when that is not answered.
func ask(ctx context.Context, d probe.Dialer, to engine.Endpoint, protocol uint32) (answer *Confirm) {
	err := probe.ConverseTCP(ctx, d, to, func(conn net.Conn) error {
		confirm, err := tell(conn, protocol)
		answer = &confirm
		return err
	})
	if err != nil {
		return nil
	}
	return answer
}

func tell(conn net.Conn, protocols uint32) (Confirm, error) {
	if _, err := conn.Write(request(protocols)); err != nil {
		return Confirm{}, err
	}
	return ReadConfirm(conn)
}

func newBlock(best Confirm) *Block {
	if best.Failed {
		failure := failureName(best.Code)
		return &Block{Banner: "RDP " + failure, Failure: failure, Flags: []string{}}
	}
	selected := protocolName(best.Selected)
	return &Block{
		Banner: "RDP " + selected, SelectedProtocol: selected, Flags: flagNames(best.Flags),
		Standard: best.Bare || best.Selected == protocolRDP,
		NLA:      best.Selected == protocolHybrid || best.Selected == protocolHybridEx,
	}
}

// compare tells what the answers to the weaker offers say; nil is no answer, and proves nothing.
func (b *Block) compare(standard, tls *Confirm) {
	accepts := func(c *Confirm, protocol uint32) bool { return c != nil && !c.Failed && c.Selected == protocol }
	demands := func(c *Confirm) bool { return c != nil && c.Failed && c.Code == hybridRequired }
	b.Standard = b.Standard || accepts(standard, protocolRDP)
	b.TLS = accepts(tls, protocolTLS)
	b.NLARequired = b.NLA && !b.Standard && !b.TLS && (demands(standard) || demands(tls))
}
