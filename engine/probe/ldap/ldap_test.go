package ldap_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/ber"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/ldap"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

// fakeTLS stands for a handshake: what is inside goes over the connection as it is.
type fakeTLS struct{ net.Conn }

func (fakeTLS) Describe(r *engine.Response) { r.Blocks["tls"] = map[string]any{} }

func upgrade(_ context.Context, conn net.Conn, _ engine.Endpoint) (probe.Session, error) {
	return fakeTLS{conn}, nil
}

func secure(ctx context.Context, d probe.Dialer, to engine.Endpoint) (probe.Session, error) {
	conn, err := d.Dial(ctx, to)
	if err != nil {
		return nil, err
	}
	return fakeTLS{conn}, nil
}

func noTLS(context.Context, net.Conn, engine.Endpoint) (probe.Session, error) {
	return nil, errors.New("no handshake")
}

// done is a message 1 that ends a search with a result.
func done(code byte, diagnostic string) []byte {
	result := ber.Encode(0x65, ber.Encode(ber.Enumerated, []byte{code}), ber.EncodeText(""), ber.EncodeText(diagnostic))
	return ber.Encode(ber.Sequence, ber.Encode(ber.Integer, []byte{1}), result)
}

// activeDirectory is what a domain controller tells, in few words.
func activeDirectory() []byte {
	var attributes [][]byte
	for _, a := range [][2]string{{"domainFunctionality", "7"}, {"dnsHostName", "dc1.example.org"}, {"defaultNamingContext", "DC=example,DC=org"}, {"supportedLDAPVersion", "3"}} {
		attributes = append(attributes, ber.Encode(ber.Sequence, ber.EncodeText(a[0]), ber.Encode(ber.Set, ber.EncodeText(a[1]))))
	}
	entry := ber.Encode(0x64, ber.EncodeText(""), ber.Encode(ber.Sequence, attributes...))
	return slices.Concat(ber.Encode(ber.Sequence, ber.Encode(ber.Integer, []byte{1}), entry), done(0, ""))
}

func TestProbe(t *testing.T) {
	read := func(name string) []byte { return probetest.Recorded(t, name) }
	tests := map[string]struct {
		answers [][]byte
		check   func(*ldap.Block) bool
	}{
		"OpenLDAP": {[][]byte{read("root.bin"), read("context.bin"), read("starttls.bin")}, func(b *ldap.Block) bool {
			return b.Vendor == "OpenLDAP" && b.RootDSE && b.Anonymous && b.AnonymousContext == "dc=example,dc=org" && b.StartTLS && len(b.SASL) == 8
		}},
		"closed": {[][]byte{read("root-closed.bin"), read("context-closed.bin")}, func(b *ldap.Block) bool {
			return b.RootDSE && !b.Anonymous && !b.StartTLS
		}},
		"Active Directory": {[][]byte{activeDirectory()}, func(b *ldap.Block) bool {
			return b.Vendor == "Microsoft Active Directory" && b.DNSHostName == "dc1.example.org" && !b.Anonymous
		}},
		"refuses": {[][]byte{done(13, "TLS required")}, func(b *ldap.Block) bool { return b.ResultCode == 13 && !b.RootDSE && !b.Anonymous }},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, ldap.New(secure, upgrade), probetest.Recording{Peer: probetest.Answers(tt.answers...), Base: "ldap", Protocol: "ldap", Check: func(t *testing.T, rs []engine.Response) {
				if b := probetest.Block[*ldap.Block](t, rs[0], "ldap"); !tt.check(b) {
					t.Errorf("%+v", b)
				}
				if name == "OpenLDAP" && rs[0].Blocks["tls"] == nil {
					t.Error("no certificate")
				}
			}})
		})
	}
}

func TestInsideTLS(t *testing.T) {
	d := probetest.NewDialer(probetest.Answers(probetest.Recorded(t, "root.bin"), probetest.Recorded(t, "context.bin")))
	result := ldap.New(secure, noTLS).RunTLS(t.Context(), d, probetest.Endpoint())
	if result.Outcome != engine.Answered || result.Responses[0].Protocol != "ldaps" || result.Responses[0].Base != "ldap" {
		t.Errorf("%+v", result)
	}
}

func TestOthers(t *testing.T) {
	for name, answer := range map[string][]byte{
		"another message": slices.Concat([]byte{0x30, 0x0c, 2, 1, 9}, done(0, "")[5:]), "an empty sequence": {0x30, 0}, "SNMP": {0x30, 6, 2, 1, 1, 4, 1, 'p'},
		"bind response": {0x30, 12, 2, 1, 1, 0x61, 7, 10, 1, 0, 4, 0, 4, 0},
	} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, ldap.New(secure, upgrade), probetest.Recording{Peer: probetest.Answers(answer)})
		})
	}
}

func FuzzReadEntry(f *testing.F) {
	for _, name := range []string{"root.bin", "context.bin", "context-closed.bin"} {
		f.Add(probetest.Recorded(f, name))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if e, err := ldap.ReadEntry(bytes.NewReader(data), 1); err == nil && (e.Code < 0 || e.Code > 255) {
			t.Errorf("result %d", e.Code)
		}
	})
}
