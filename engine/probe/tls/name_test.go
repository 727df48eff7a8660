package tls_test

import (
	"crypto/x509"
	"fmt"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe/tls"
)

// TestNamesAreUniqueAndInOrder, however many: a hostile handshake carries tens of
// thousands, which took seconds of CPU for each page when every name was looked for
// among all others. See BenchmarkManyNames.
func TestNamesAreUniqueAndInOrder(t *testing.T) {
	template := leaf(func(c *x509.Certificate) {
		c.DNSNames = []string{"b.example.com", "www.example.com", "b.example.com", "a"}
	})
	key := ecKey(t)
	got := tls.NewCertificate([]*x509.Certificate{sign(t, template, nil, key, nil)}).Names
	if want := "[www.example.com b.example.com a 192.0.2.10]"; fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
}

func BenchmarkManyNames(b *testing.B) {
	template := leaf(func(c *x509.Certificate) {
		for i := range 38_000 {
			c.DNSNames = append(c.DNSNames, fmt.Sprintf("%x", 0x1000+i))
		}
	})
	key := ecKey(b)
	chain := []*x509.Certificate{sign(b, template, nil, key, nil)}
	for b.Loop() {
		tls.NewCertificate(chain)
	}
}
