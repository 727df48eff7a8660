// Package ssh learns what a Secure Shell server offers before anybody logs in: its
// identification, the algorithms of its key exchange, its host key and how one may log in.
// Begin with [Probe].
//
// It proves nothing to the server: it asks once, by the method "none", how one may log in,
// and leaves at once should that let it in.
package ssh

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// identification is ours; RFC 4253 section 4.2 wants one of both sides.
const identification = "SSH-2.0-Portolan"

// Block is the member "ssh" of a response.
type Block struct {
	Banner      string       `json:"banner"`
	ServerID    ServerID     `json:"server_id"`
	KeyExchange *KeyInit     `json:"server_key_exchange,omitempty"` // nil when the server sent none
	Selection   *Selection   `json:"algorithm_selection,omitempty"`
	Exchanged   *KeyExchange `json:"key_exchange,omitempty"`
	UserAuth    []string     `json:"userauth,omitempty"` // ways to log in: "password", "publickey"; "none" alone if it asks for nothing

	StrictKeyExchange bool `json:"strict_key_exchange"` // the server's half of the cure of CVE-2023-48795
	Terrapin          bool `json:"terrapin"`            // offers what CVE-2023-48795 attacks, without the cure
}

// KeyExchange is what an exchange of keys that was begun told.
type KeyExchange struct {
	HostKey HostKey `json:"server_host_key"`
}

// HostKey is the key a server proves itself with.
type HostKey struct {
	Algorithm   string `json:"algorithm"`
	Bits        int    `json:"key_bits,omitempty"` // 0 if unknown
	Fingerprint string `json:"fingerprint_sha256"` // hex
}

// Probe speaks to Secure Shell servers.
type Probe struct{}

var (
	_ probe.Probe   = Probe{}
	_ probe.Greeter = Probe{}
)

// Name is "ssh".
func (Probe) Name() string { return "ssh" }

// Ports are the usual ones.
func (Probe) Ports() []uint16 { return []uint16{22, 2222, 22222, 830, 8022} }

// Greets finds an identification, which may come after other lines, or what stands in
// its place.
func (Probe) Greets(greeting []byte) bool {
	line, isLine := bytes.CutSuffix(greeting, []byte("\r\n"))
	return isLine && isBusy(string(line)) || bytes.HasPrefix(greeting, []byte("SSH-")) || bytes.Contains(greeting, []byte("\nSSH-"))
}

// Run reads what the server offers, then its host key, and how one may log in, on a second
// connection.
func (p Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	block, err := insist(ctx, d, to)
	if err != nil {
		return probe.Failed(err)
	}
	if block.KeyExchange != nil {
		block.Exchanged, block.UserAuth = exchange(ctx, d, to)
	}
	return probe.Found(response(to, block))
}

func response(to engine.Endpoint, block *Block) engine.Response {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	r := engine.NewResponse(to, "ssh", "ssh", "", time.Now())
	r.Blocks["ssh"] = block
	software := strings.TrimSpace(block.ServerID.Software + " " + block.ServerID.Comment)
	if isBusy(block.Banner) {
		software = "OpenSSH"
	}
	r.Tags = probe.Find(products(), software)
	return r
}

// observe reads the identification and the offer of algorithms. Of a server that
// ends after the identification, that is kept.
func observe(ctx context.Context, d probe.Dialer, to engine.Endpoint) (*Block, error) {
	conn, err := d.Dial(ctx, to)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	defer func() { _ = conn.Close() }()
	r := bufio.NewReader(conn)
	id, err := ReadServerID(r)
	if err != nil {
		return nil, fmt.Errorf("read identification: %w", err)
	}
	block := &Block{Banner: id.Raw, ServerID: id}
	if _, err := fmt.Fprintf(conn, "%s\r\n", identification); err != nil {
		return block, nil // it has hung up; what it is, it has said
	}
	offer, err := ReadKeyInit(r)
	switch {
	case err == nil:
		block.learn(offer)
	case errors.Is(err, errNotSSH) && (id.Version == "2.0" || id.Version == "1.99"):
		return nil, fmt.Errorf("read offer: %w", err) // something that greets like many protocols
	}
	return block, nil
}

func (b *Block) learn(offer KeyInit) {
	selection := selectFrom(offer)
	b.KeyExchange, b.Selection = &offer, &selection
	b.StrictKeyExchange, b.Terrapin = offer.isStrict(), offer.isTerrapin()
}

func describeKey(key ssh.PublicKey) HostKey {
	sum := sha256.Sum256(key.Marshal())
	return HostKey{Algorithm: probe.Text([]byte(key.Type())), Bits: bitsOf(key), Fingerprint: hex.EncodeToString(sum[:])}
}

// bitsOf is the length of a public key.
func bitsOf(key ssh.PublicKey) int {
	public, ok := key.(ssh.CryptoPublicKey)
	if !ok {
		return 0
	}
	switch k := public.CryptoPublicKey().(type) {
	case *rsa.PublicKey:
		return k.N.BitLen()
	case *ecdsa.PublicKey:
		return k.Curve.Params().BitSize
	case ed25519.PublicKey:
		return 8 * len(k)
	}
	return 0
}

// clientConfig offers everything the library knows, the broken as well, because
// we want to see the key and not to keep a secret.
func clientConfig() *ssh.ClientConfig {
	good, bad := ssh.SupportedAlgorithms(), ssh.InsecureAlgorithms()
	return &ssh.ClientConfig{
		Config: ssh.Config{
			KeyExchanges: slices.Concat(good.KeyExchanges, bad.KeyExchanges),
			Ciphers:      slices.Concat(good.Ciphers, bad.Ciphers),
			MACs:         slices.Concat(good.MACs, bad.MACs),
		},
		HostKeyAlgorithms: slices.Concat(good.HostKeys, bad.HostKeys),
		ClientVersion:     identification,
	}
}
