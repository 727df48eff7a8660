package names

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/miekg/dns"
)

// Zone is a zone, and what is wrong with the name that is scanned in it.
type Zone struct {
	Name    string   // with the last dot
	Target  string   // name that is scanned; empty for a zone that only holds others up
	Flaws   []string // ids of the checks that must find something, and no others
	Records []string // lines of a zone file, relative to Name; the SOA is ours

	Unsigned  bool
	Island    bool  // signed, and its parent does not say so
	Algorithm uint8 // of its key; 0 is ECDSA with P-256
	Expired   bool  // signatures ended two days ago
	WrongDS   bool
	Broken    bool // resolvers fail
	Denial    denial

	Policy string // for mail to Target (RFC 8461); "" is one that allows its mail hosts
}

// denial is how a zone proves that a name has no records of a kind (RFC 4034 section 4).
type denial int

// The denials.
const (
	noDenial      denial = iota // most zones of the lab prove nothing
	soundDenial                 // what it should be
	expiredDenial               // by a signature that ended two days ago
	lyingDenial                 // it says that they are there
)

// Zones are those of the lab that have a target, and what they lean on.
func Zones() []Zone {
	return slices.Concat(cleanZones(), mailFlaws(), policyFlaws(), serverFlaws(), signatureFlaws())
}

// healthy are the records of a zone with which nothing is wrong; less leaves out those
// that begin with a word.
func healthy(less ...string) []string {
	records := []string{
		"@ NS one.servers.lab.", "@ NS two.servers.lab.", "@ A 127.0.0.1", "mail A 127.0.0.1", "mta-sts A " + hostPolicy,
		"@ MX 10 mail", `@ TXT "v=spf1 mx -all"`, `_dmarc TXT "v=DMARC1; p=reject; rua=mailto:reports@clean.lab"`,
		`@ CAA 0 issue "ca.example"`, `_mta-sts TXT "v=STSv1; id=20260101"`, `_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@clean.lab"`,
		`selector1._domainkey TXT ` + dkim(2048, ""),
	}
	return slices.DeleteFunc(records, func(record string) bool {
		return slices.ContainsFunc(less, func(start string) bool { return strings.HasPrefix(record, start) })
	})
}

// with gives records and more of them.
func with(records []string, more ...string) []string { return append(records, more...) }

// dkim is a key record as a zone file has it, in strings of at most 255 bytes.
func dkim(bits int, flags string) string {
	text := "v=DKIM1; k=rsa; " + flags + "p=" + keys()[bits]
	return fmt.Sprintf("%q %q", text[:200], text[200:])
}

// keys are RSA keys by their size, as DKIM has them. Making one takes a while.
var keys = sync.OnceValue(func() map[int]string {
	made := map[int]string{}
	for _, bits := range []int{1024, 2048} {
		key, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			panic(err) // a size that is not allowed: a mistake of this file
		}
		public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
		if err != nil {
			panic(err)
		}
		made[bits] = base64.StdEncoding.EncodeToString(public)
	}
	return made
})

// quietMail is a domain without mail that says so.
func quietMail() []string {
	return with(healthy("@ MX", "@ TXT", "_mta", "_smtp", "selector1", "mail"), "@ MX 0 .", `@ TXT "v=spf1 -all"`)
}

// cleanZones have traps, and nothing wrong.
func cleanZones() []Zone {
	hash := strings.Repeat("ab", 32)
	crowd := healthy("@ TXT")
	for i := range 100 {
		crowd = append(crowd, fmt.Sprintf(`@ TXT "verification=%d"`, i))
	}
	crowd = append(crowd, `@ TXT "v=spf1 mx -all"`)
	return []Zone{
		{Name: "clean.lab.", Target: "clean.lab", Records: with(healthy(), "_25._tcp.mail TLSA 3 1 1 "+hash)},
		{Name: "nomail.lab.", Target: "nomail.lab", Records: quietMail()},
		// An alias to a name that nobody has made, in a zone where every name exists.
		{Name: "wild.lab.", Target: "alias.wild.lab", Records: with(quietMail(), "* A 127.0.0.1", "alias CNAME anything.at.wild.lab.", "*.at A 127.0.0.1")},
		// A name of which mail, policy and authorities are those of the name above.
		{Name: "inherit.lab.", Target: "shop.inherit.lab", Records: with(healthy(), "shop A 127.0.0.1", "shop MX 10 mail", `shop TXT "v=spf1 a mx ~all"`, `_mta-sts.shop TXT "v=STSv1; id=1"`, "mta-sts.shop A "+hostPolicy, `_smtp._tls.shop TXT "v=TLSRPTv1; rua=mailto:a@inherit.lab"`)},
		// One record of several strings, of which no part is one, among others.
		{Name: "strings.lab.", Target: "strings.lab", Records: with(healthy("@ TXT"), `@ TXT "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32" " a:mail.strings.lab/24//64 ?exists:%{i}.strings.lab " "~all"`, `@ TXT "verification=v=spf1"`)},
		// The authorities of an alias are those of its target.
		{Name: "alias.lab.", Target: "www.alias.lab", Records: with(healthy("@ CAA"), "www CNAME www.clean-host.lab.")},
		{Name: "clean-host.lab.", Records: with(quietMail(), "www A 127.0.0.1", `www CAA 0 issue ";"`)},
		// The target of an alias is there, and has no address.
		{Name: "empty.lab.", Target: "www.empty.lab", Records: with(healthy(), "www CNAME there.empty.lab.", `there TXT "no address"`)},
		// A redirect to a record that has everything.
		{Name: "redirect.lab.", Target: "redirect.lab", Records: with(healthy("@ TXT"), `@ TXT "v=spf1 redirect=_spf.redirect.lab"`, `_spf TXT "v=spf1 mx -all"`)},
		// More records than anybody has, all of which are signed.
		{Name: "crowd.lab.", Target: "crowd.lab", Records: crowd},
		// A mail host's record in another zone, and DMARC by a policy for names below.
		{Name: "below.lab.", Target: "www.below.lab", Records: with(healthy("_dmarc"), `_dmarc TXT "v=DMARC1; p=none; sp=reject"`, "www A 127.0.0.1", "www MX 10 mail", `www TXT "v=spf1 -all"`, `_mta-sts.www TXT "v=STSv1; id=1"`, "mta-sts.www A "+hostPolicy, `_smtp._tls.www TXT "v=TLSRPTv1; rua=https://reports.example/"`)},
	}
}

func mailFlaws() []Zone {
	flawed := func(name, text string, flaws ...string) Zone {
		return Zone{Name: name + ".lab.", Target: name + ".lab", Flaws: flaws, Records: with(healthy("@ TXT"), fmt.Sprintf("@ TXT %q", text))}
	}
	includes := strings.Builder{}
	for i := range 11 {
		fmt.Fprintf(&includes, " include:i%d.many.lab", i)
	}
	many := flawed("many", "v=spf1"+includes.String()+" -all", "dns.spf-too-many-lookups")
	for i := range 11 {
		many.Records = append(many.Records, fmt.Sprintf(`i%d TXT "v=spf1 ip4:192.0.2.%d"`, i, i))
	}
	twice := flawed("twice", "v=spf1 mx -all", "dns.spf-multiple")
	twice.Records = append(twice.Records, `@ TXT "v=spf1 a -all"`)
	return []Zone{
		many, twice,
		flawed("void", "v=spf1 a:n1.void.lab a:n2.void.lab mx:n3.void.lab -all", "dns.spf-too-many-lookups"),
		flawed("typo", "v=spf1 ip4:192.0.2.300 -all", "dns.spf-syntax"),
		flawed("lost", "v=spf1 include:nowhere.lost.lab -all", "dns.spf-syntax"),
		flawed("anybody", "v=spf1 mx +all", "dns.spf-permissive"),
		flawed("nospf", "some text", "dns.spf-missing"),
		{Name: "parked.lab.", Target: "parked.lab", Flaws: []string{"dns.spf-missing-parked"}, Records: healthy("@ MX", "@ TXT", "_mta", "_smtp", "selector1")},
		{Name: "nodmarc.lab.", Target: "nodmarc.lab", Flaws: []string{"dns.dmarc-missing"}, Records: healthy("_dmarc")},
		{Name: "watch.lab.", Target: "watch.lab", Flaws: []string{"dns.dmarc-policy-none"}, Records: with(healthy("_dmarc"), `_dmarc TXT "v=DMARC1; p=none; rua=mailto:a@watch.lab"`)},
		{Name: "monitor.lab.", Target: "monitor.lab", Flaws: []string{"dns.dmarc-syntax"}, Records: with(healthy("_dmarc"), `_dmarc TXT "v=DMARC1; p=monitor"`)},
		{Name: "reports.lab.", Target: "reports.lab", Flaws: []string{"dns.dmarc-syntax"}, Records: with(healthy("_dmarc"), `_dmarc TXT "v=DMARC1; p=reject"`, `_dmarc TXT "v=DMARC1; p=none"`)},
		{Name: "smallkey.lab.", Target: "smallkey.lab", Flaws: []string{"dns.dkim-weak-key"}, Records: with(healthy("selector1"), "google._domainkey TXT "+dkim(1024, ""))},
		{Name: "testkey.lab.", Target: "testkey.lab", Flaws: []string{"dns.dkim-weak-key"}, Records: with(healthy("selector1"), "s1._domainkey TXT "+dkim(2048, "t=y; "))},
		{Name: "plain.lab.", Target: "plain.lab", Flaws: []string{"dns.mta-sts-missing", "dns.tlsrpt-missing"}, Records: healthy("_mta", "_smtp")},
		{Name: "dane.lab.", Target: "dane.lab", Flaws: []string{"dns.dane-invalid"}, Records: with(healthy(), "_25._tcp.mail TLSA 3 1 1 abcdef")},
		{Name: "anyca.lab.", Target: "anyca.lab", Flaws: []string{"dns.caa-missing"}, Records: healthy("@ CAA")},
	}
}

func serverFlaws() []Zone {
	served := func(name, flaw string, servers ...string) Zone {
		z := Zone{Name: name + ".lab.", Target: name + ".lab", Flaws: []string{flaw}, Records: healthy("@ NS")}
		for _, server := range servers {
			z.Records = append(z.Records, "@ NS "+server)
		}
		return z
	}
	return []Zone{
		served("axfr", "dns.axfr-open", "one.servers.lab.", "open.servers.lab."),
		served("single", "dns.single-ns", "one.servers.lab."),
		served("near", "dns.ns-same-network", "one.servers.lab.", "near.servers.lab."),
		served("lame", "dns.ns-lame", "one.servers.lab.", "two.servers.lab.", "lame.servers.lab."),
		served("nshost", "dns.ns-lame", "one.servers.lab.", "two.servers.lab.", "gone.servers.lab."),
		served("nsfree", "dns.ns-dangling", "one.servers.lab.", "two.servers.lab.", "ns1.anybody-may-register-it.lab."),
		{Name: "dangling.lab.", Target: "www.dangling.lab", Flaws: []string{"dns.cname-dangling"}, Records: with(healthy(), "www CNAME gone.clean-host.lab.")},
		{Name: "takeover.lab.", Target: "www.takeover.lab", Flaws: []string{"dns.cname-takeover"}, Records: with(healthy(), "www CNAME shop.anybody-may-register-it.lab.")},
		{Name: "azure.lab.", Target: "www.azure.lab", Flaws: []string{"dns.cname-takeover"}, Records: with(healthy(), "www CNAME shop.azurewebsites.net.")},
		{Name: "azurewebsites.net.", Unsigned: true, Records: []string{"@ NS one.servers.lab."}},
		// A server that is silent may be behind a wall.
		{Name: "mute.lab.", Target: "mute.lab", Records: with(healthy("@ NS"), "@ NS one.servers.lab.", "@ NS mute.servers.lab.")},
		// What points to a zone that nobody can ask is not known to dangle.
		{Name: "failing.lab.", Broken: true, Records: healthy()},
		{Name: "unknown.lab.", Target: "unknown.lab", Records: with(healthy("@ TXT"), `@ TXT "v=spf1 include:failing.lab -all"`)},
		{Name: "private.lab.", Target: "private.lab", Flaws: []string{"dns.private-address"}, Records: with(healthy("@ A "), "@ A 10.1.2.3")},
	}
}

func signatureFlaws() []Zone {
	return []Zone{
		{Name: "unsigned.lab.", Target: "unsigned.lab", Flaws: []string{"dns.dnssec-missing"}, Records: healthy(), Unsigned: true},
		{Name: "island.lab.", Target: "island.lab", Flaws: []string{"dns.dnssec-missing"}, Records: healthy(), Island: true},
		{Name: "expired.lab.", Target: "expired.lab", Flaws: []string{"dns.dnssec-bogus"}, Records: healthy(), Expired: true},
		{Name: "wrongds.lab.", Target: "wrongds.lab", Flaws: []string{"dns.dnssec-bogus"}, Records: healthy(), WrongDS: true},
		{Name: "proven.lab.", Target: "proven.lab", Records: healthy(), Denial: soundDenial},
		{Name: "oldproof.lab.", Target: "oldproof.lab", Flaws: []string{"dns.dnssec-bogus"}, Records: healthy(), Denial: expiredDenial},
		{Name: "lie.lab.", Target: "lie.lab", Flaws: []string{"dns.dnssec-bogus"}, Records: healthy(), Denial: lyingDenial},
		{Name: "weak.lab.", Target: "weak.lab", Flaws: []string{"dns.dnssec-weak"}, Records: healthy(), Algorithm: dns.RSASHA1},
		{Name: "hashed.lab.", Target: "hashed.lab", Flaws: []string{"dns.dnssec-weak"}, Records: with(healthy(), "@ NSEC3PARAM 1 0 10 ab12")},
	}
}
