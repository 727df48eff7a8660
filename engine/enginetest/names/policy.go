package names

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// hostPolicy is where the policies for mail of all zones are (RFC 8461), at 127.0.6.80.
const hostPolicy = "127.0.6.80"

// authority signs the certificates of the lab's web server.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newAuthority() (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := certificateOf("Names Root")
	template.IsCA, template.KeyUsage = true, x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	return &authority{certificate, key}, err
}

func certificateOf(name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), BasicConstraintsValid: true,
	}
}

// issue makes a certificate for whatever name is asked for, but those that are to have none.
func (a *authority) issue(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	name := hello.ServerName
	if strings.HasPrefix(name, "mta-sts.stranger.") {
		name = "elsewhere.example"
	}
	der, err := x509.CreateCertificate(rand.Reader, certificateOf(name), a.certificate, a.key.Public(), a.key)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: a.key}, err
}

func (a *authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.certificate)
	return pool
}

// servePolicies runs the web server of all zones and gives its port.
func servePolicies(tb testing.TB, zones []Zone, by *authority) uint16 {
	tb.Helper()
	listener, err := net.Listen("tcp", hostPolicy+":0")
	if err != nil {
		tb.Skipf("no web server at %s: %v", hostPolicy, err)
	}
	server := &http.Server{
		Handler:           http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { answerPolicy(w, r, zones) }),
		ReadHeaderTimeout: time.Minute,
		ErrorLog:          log.New(io.Discard, "", 0),
		TLSConfig:         &tls.Config{GetCertificate: by.issue},
	}
	go func() { _ = server.ServeTLS(listener, "", "") }() // returns when the server is closed
	tb.Cleanup(func() { _ = server.Close() })
	return netip.MustParseAddrPort(listener.Addr().String()).Port()
}

// answerPolicy gives the policy of a zone, and to the others one that allows their mail hosts.
func answerPolicy(w http.ResponseWriter, r *http.Request, zones []Zone) {
	host, _, _ := strings.Cut(r.Host, ":")
	name := strings.TrimPrefix(host, "mta-sts.")
	if r.URL.Path != "/.well-known/mta-sts.txt" || name == host {
		http.NotFound(w, r)
		return
	}
	_, above, _ := strings.Cut(name, ".")
	policy := fmt.Sprintf("version: STSv1\nmode: enforce\nmx: *.%s\nmx: *.%s\nmax_age: 604800\n", name, above)
	for _, z := range zones {
		if z.Target == name && z.Policy != "" {
			policy = z.Policy
		}
	}
	if policy == elsewhere {
		http.Redirect(w, r, "https://mta-sts.clean.lab/.well-known/mta-sts.txt", http.StatusFound)
		return
	}
	w.Header().Set("Content-Type", "text/plain")
	_, _ = io.WriteString(w, policy) // a client that has left needs none
}

// elsewhere stands for a policy that is at another place, where nobody may be sent.
const elsewhere = "elsewhere"

// policyFlaws are zones whose policy for mail has something wrong, and some that only seem to.
func policyFlaws() []Zone {
	with := func(name, policy string, flaws ...string) Zone {
		return Zone{Name: name + ".lab.", Target: name + ".lab", Flaws: flaws, Records: healthy(), Policy: policy}
	}
	moved := func(name, host string, flaws ...string) Zone {
		return Zone{Name: name + ".lab.", Target: name + ".lab", Flaws: flaws, Records: append(healthy("mta-sts"), host)}
	}
	return []Zone{
		with("strict", "version: STSv1\nmode: strict\nmx: *.strict.lab\nmax_age: 86400\n", "dns.mta-sts-invalid"),
		with("elsewhere", elsewhere, "dns.mta-sts-invalid"),
		with("stranger", "", "dns.mta-sts-invalid"), // its certificate is of another name
		moved("nopolicy", "unused A 127.0.0.1", "dns.mta-sts-invalid"),
		with("othermail", "version: STSv1\nmode: enforce\nmx: mail.elsewhere.lab\nmax_age: 86400\n", "dns.mta-sts-mismatch"),
		with("trying", "version: STSv1\nmode: testing\nmx: mail.elsewhere.lab\nmax_age: 86400\n", "dns.mta-sts-testing"),
		moved("far", "mta-sts A 10.9.9.9"),     // out of scope
		moved("quiet", "mta-sts A 127.0.6.81"), // nobody listens
		with("dotted", "version: STSv1\r\nmode: enforce\r\nmx: MAIL.dotted.lab.\r\nmax_age: 86400\r\nfuture: yes"),
	}
}
