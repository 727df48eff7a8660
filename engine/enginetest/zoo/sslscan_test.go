package zoo_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"net/netip"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/check"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/zoo"
)

// shared are the checks about which sslscan has a word.
var shared = []string{
	"tls.ssl2", "tls.ssl3", "tls.protocol-old", "tls.no-tls12", "tls.no-tls13", "tls.cipher-null", "tls.cipher-export", "tls.cipher-anonymous",
	"tls.cipher-weak", "tls.cipher-cbc", "tls.no-forward-secrecy", "tls.weak-dh", "tls.cert-self-signed", "tls.cert-expired", "tls.cert-weak-key", "tls.cert-weak-signature",
}

// opensslServers are servers of OpenSSL by their arguments. Key and certificate are RSA.
var opensslServers = map[string][]string{
	"modern":     {},
	"tls10":      {"-tls1", "-cipher", "ECDHE:AES:@SECLEVEL=0"},
	"tls11":      {"-tls1_1", "-cipher", "ECDHE:AES:@SECLEVEL=0"},
	"tls12":      {"-tls1_2"},
	"tls13":      {"-tls1_3"},
	"all old":    {"-no_tls1_3", "-cipher", "ALL:@SECLEVEL=0"},
	"null":       {"-tls1_2", "-cipher", "NULL-SHA256:@SECLEVEL=0"},
	"anonymous":  {"-tls1_2", "-cipher", "ADH-AES128-SHA256:ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0"},
	"static rsa": {"-tls1_2", "-cipher", "AES128-GCM-SHA256"},
	"cbc":        {"-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA"},
	"short dh":   {"-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0", "-dhparam", "dh1024.pem"},
	"long dh":    {"-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256", "-dhparam", "dh2048.pem"},
}

// peerIsWrong are checks of servers about which sslscan says what is not so, and why.
var peerIsWrong = map[string]map[string]string{
	"tls-ssl3": {"tls.cipher-weak": "its library speaks no SSL 3, so that it sees no suites of it", "tls.cipher-cbc": "the same", "tls.no-forward-secrecy": "the same", "tls.cert-self-signed": "nor the certificate"},
	"tls-ssl2": {"tls.cert-self-signed": "its library cannot end the handshake of an export suite, and so sees no certificate"},
}

// TestAgreesWithSSLScan compares our verdicts on servers of OpenSSL and on some of the zoo
// with those that follow from what sslscan says.
func TestAgreesWithSSLScan(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"sslscan", "openssl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("there is no %s to compare with", program)
		}
	}
	servers := startOpenSSL(t)
	z := open(t, zoo.Config{Species: []zoo.Species{
		zoo.Find(t, "tls-tls10"), zoo.Find(t, "tls-tls11"), zoo.Find(t, "tls-tls12"), zoo.Find(t, "tls-tls13"), zoo.Find(t, "tls-weak-key"),
		zoo.Find(t, "tls-sha1"), zoo.Find(t, "tls-expired"), zoo.Find(t, "tls-ssl2"), zoo.Find(t, "tls-ssl3"),
	}})
	for _, s := range z.Services {
		servers[s.Name] = s.Place
	}
	ours := verdicts(t, servers)
	var lock sync.Mutex
	var asking sync.WaitGroup
	places := make(chan struct{}, 4)
	for name, at := range servers {
		asking.Go(func() {
			places <- struct{}{}
			theirs, err := askSSLScan(t.Context(), at)
			<-places
			lock.Lock()
			defer lock.Unlock()
			if err != nil {
				t.Errorf("%s: %v", name, err)
				return
			}
			compareVerdicts(t, name, ours[name], theirs.verdict())
		})
	}
	asking.Wait()
}

func compareVerdicts(t *testing.T, name string, ours, theirs map[string]bool) {
	t.Helper()
	for _, id := range shared {
		reason, isKnown := peerIsWrong[name][id]
		switch differs := ours[id] != theirs[id]; {
		case differs && !isKnown:
			t.Errorf("%s: %s is %v, sslscan says %v", name, id, ours[id], theirs[id])
		case !differs && isKnown:
			t.Errorf("%s: %s is the same now; take it from the list of where sslscan is wrong (%s)", name, id, reason)
		case differs:
			t.Logf("%s: %s is %v, and sslscan is wrong: %s", name, id, ours[id], reason)
		}
	}
}

// verdicts gives the checks that find something, by server.
func verdicts(t *testing.T, servers map[string]netip.AddrPort) map[string]map[string]bool {
	t.Helper()
	library, err := check.Load()
	if err != nil {
		t.Fatal(err)
	}
	names, found := map[int]string{}, map[string]map[string]bool{}
	for name, at := range servers {
		names[int(at.Port())], found[name] = name, map[string]bool{}
	}
	all := func(yield func(engine.Endpoint) bool) {
		for _, at := range servers {
			if !yield(engine.Endpoint{Addr: at.Addr(), Port: at.Port(), Transport: engine.TCP, Target: engine.Target(at.Addr().String())}) {
				return
			}
		}
	}
	for _, r := range scanEndpoints(t, all) {
		findings, err := library.Judge(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range findings {
			found[names[r.Port]][f.Rule] = true
		}
	}
	return found
}

// startOpenSSL starts the servers and waits until each says where it listens.
func startOpenSSL(t *testing.T) map[string]netip.AddrPort {
	t.Helper()
	dir := t.TempDir()
	for _, args := range [][]string{
		{"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "90", "-subj", "/CN=zoo.example"},
		{"dhparam", "-dsaparam", "-out", "dh1024.pem", "1024"}, {"dhparam", "-dsaparam", "-out", "dh2048.pem", "2048"},
	} {
		command := exec.CommandContext(t.Context(), "openssl", args...)
		command.Dir = dir
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("openssl %s: %v\n%s", args[0], err, out)
		}
	}
	servers := map[string]netip.AddrPort{}
	for name, args := range opensslServers {
		servers[name] = startServer(t, dir, args)
	}
	return servers
}

func startServer(t *testing.T, dir string, args []string) netip.AddrPort {
	t.Helper()
	command := exec.CommandContext(t.Context(), "openssl", slices.Concat([]string{"s_server", "-accept", "127.0.0.1:0", "-www", "-key", filepath.Join(dir, "key.pem"), "-cert", filepath.Join(dir, "cert.pem")}, args)...)
	command.Dir = dir
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait() // it was killed
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if at, ok := strings.CutPrefix(lines.Text(), "ACCEPT "); ok {
			go func() { // what else it says would fill the pipe
				for lines.Scan() {
					continue
				}
			}()
			return netip.MustParseAddrPort(at)
		}
	}
	t.Fatalf("openssl s_server %v ended", args)
	return netip.AddrPort{}
}

// sslScan is what sslscan writes.
type sslScan struct {
	Protocols []struct {
		Kind    string `xml:"type,attr"`
		Version string `xml:"version,attr"`
		Enabled bool   `xml:"enabled,attr"`
	} `xml:"ssltest>protocol"`
	Ciphers []struct {
		Version string `xml:"sslversion,attr"`
		Name    string `xml:"cipher,attr"`
		DHBits  int    `xml:"dhebits,attr"`
	} `xml:"ssltest>cipher"`
	Certificates []struct {
		Kind      string `xml:"type,attr"`
		Signature string `xml:"signature-algorithm"`
		Key       struct {
			Kind string `xml:"type,attr"`
			Bits int    `xml:"bits,attr"`
		} `xml:"pk"`
		SelfSigned bool `xml:"self-signed"`
		Expired    bool `xml:"expired"`
	} `xml:"ssltest>certificates>certificate"`
}

func askSSLScan(ctx context.Context, at netip.AddrPort) (s sslScan, err error) {
	out, err := exec.CommandContext(ctx, "sslscan", "--no-colour", "--no-heartbleed", "--no-groups", "--timeout=1", "--connect-timeout=1", "--xml=-", at.String()).Output()
	if err != nil {
		return s, fmt.Errorf("run sslscan: %w", err)
	}
	return s, xml.NewDecoder(bytes.NewReader(out)).Decode(&s)
}

// verdict is what our checks would say of that.
func (s sslScan) verdict() map[string]bool {
	v := map[string]bool{}
	s.judgeVersions(v)
	s.judgeCiphers(v)
	for _, c := range s.Certificates {
		if c.Kind == "short" {
			v["tls.cert-self-signed"] = c.SelfSigned
			v["tls.cert-expired"] = c.Expired
			v["tls.cert-weak-key"] = c.Key.Kind == "RSA" && c.Key.Bits < 2048
			v["tls.cert-weak-signature"] = strings.HasPrefix(c.Signature, "sha1") || strings.HasPrefix(c.Signature, "md5")
		}
	}
	return v
}

func (s sslScan) judgeVersions(v map[string]bool) {
	has := map[string]bool{}
	for _, p := range s.Protocols {
		has[p.Kind+p.Version] = p.Enabled
	}
	v["tls.ssl2"], v["tls.ssl3"] = has["ssl2"], has["ssl3"]
	v["tls.protocol-old"] = has["tls1.0"] || has["tls1.1"]
	v["tls.no-tls12"] = !has["tls1.2"] && !has["tls1.3"]
	v["tls.no-tls13"] = has["tls1.2"] && !has["tls1.3"]
}

func (s sslScan) judgeCiphers(v map[string]bool) {
	hasAEAD, hasSecrecy, isAny := false, false, false
	for _, c := range s.Ciphers {
		holds := func(parts ...string) bool {
			return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(c.Name, part) })
		}
		is13 := c.Version == "TLSv1.3"
		isAny = true
		hasAEAD = hasAEAD || is13 || holds("GCM", "CCM", "CHACHA20")
		hasSecrecy = hasSecrecy || is13 || holds("DHE-", "DHE_", "ADH", "AECDH", "_anon_")
		v["tls.cipher-null"] = v["tls.cipher-null"] || holds("NULL")
		v["tls.cipher-export"] = v["tls.cipher-export"] || holds("EXP")
		v["tls.cipher-anonymous"] = v["tls.cipher-anonymous"] || holds("ADH", "AECDH", "_anon_")
		v["tls.cipher-weak"] = v["tls.cipher-weak"] || holds("RC4", "DES", "RC2", "IDEA")
		isFinite := holds("DHE-RSA", "DHE-DSS") && !holds("ECDHE")
		v["tls.weak-dh"] = v["tls.weak-dh"] || isFinite && c.DHBits < 2048
	}
	v["tls.cipher-cbc"], v["tls.no-forward-secrecy"] = isAny && !hasAEAD, isAny && !hasSecrecy
}
