// Package rsync asks an rsync daemon for the modules it shares and whether they
// want a password. Begin with [Probe].
//
// It lists modules, not files: it hangs up when a module is opened to it.
package rsync

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"regexp"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	// hello is a version every daemon since 3.0 (2008) speaks.
	hello = "@RSYNCD: 31.0\n"
	// maxOpened is how many modules are asked whether they want a password.
	maxOpened = 4
)

// Block is the member "rsync" of a response.
type Block struct {
	Banner  string   `json:"banner"`   // "@RSYNCD: 31.0"
	Version string   `json:"version"`  // of the protocol: "31.0"
	Digests []string `json:"digests"`  // that a password is hashed with, since protocol 32
	MOTD    string   `json:"motd"`     // message of the day
	Modules []Module `json:"modules"`  // that the daemon lists
	NoAuth  bool     `json:"no_auth"`  // a module opens without a password
	Refused string   `json:"refusal"`  // why it lists nothing
	Listed  bool     `json:"listable"` // it lists modules, be they none
}

// Module is a folder the daemon shares.
type Module struct {
	Name         string `json:"name"`
	Comment      string `json:"comment"`
	AuthRequired bool   `json:"auth_required"` // it wants a password
	Open         bool   `json:"open"`          // it wants none; neither is set if it was not asked or refuses us
}

// Probe speaks to rsync daemons.
type Probe struct{}

var (
	_ probe.Probe   = Probe{}
	_ probe.Greeter = Probe{}
)

// Name is "rsync".
func (Probe) Name() string { return "rsync" }

// Ports is IANA's.
func (Probe) Ports() []uint16 { return []uint16{873} }

var greetingPattern = regexp.MustCompile(`^@RSYNCD: (\d+(?:\.\d+)?)((?: [\w-]+)*)\n`)

// Greets knows the daemon's greeting.
func (Probe) Greets(greeting []byte) bool { return greetingPattern.Match(greeting) }

// Run lists the modules, then opens some, each on its own connection.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	block := &Block{Digests: []string{}, Modules: []Module{}}
	err := probe.ConverseTCP(ctx, d, to, block.list)
	if block.Banner == "" {
		return probe.Failed(err)
	}
	for i := range block.Modules[:min(maxOpened, len(block.Modules))] {
		module := &block.Modules[i]
		if probe.ConverseTCP(ctx, d, to, module.open) == nil && module.Open {
			block.NoAuth = true
		}
	}
	r := probe.NewResponse(nil, to, "rsync")
	r.Blocks["rsync"] = block
	r.Tags = []engine.Tag{probe.Product{Name: "rsync", FullName: "rsync", Category: "File servers", Vendor: "samba", CPE: "rsync"}.Tag("")}
	result := probe.Found(r)
	result.Err = err
	return result
}

func (b *Block) list(conn net.Conn) error {
	r := bufio.NewReader(io.LimitReader(conn, MaxList))
	if err := b.greet(r); err != nil {
		return err
	}
	if _, err := io.WriteString(conn, hello+"#list\n"); err != nil {
		return fmt.Errorf("ask for the modules: %w", err)
	}
	if err := b.ReadList(r); err != nil {
		return fmt.Errorf("read the modules: %w", err)
	}
	return nil
}
