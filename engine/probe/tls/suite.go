package tls

import (
	"cmp"
	"crypto/tls"
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// suiteLines are numbers (hexadecimal) and names, as the libraries at hand know them;
// TestSuiteNames writes them.
//
//go:embed suites.txt
var suiteLines string

// suite is a cipher suite of the versions below TLS 1.3.
type suite struct {
	id    uint16
	name  string   // "TLS_RSA_WITH_RC4_128_SHA"
	kinds []string // of weakness, see kindsOf; none for most
}

// suites are all that begin with a certificate or with nobody's, the strongest first. Left out are
// those that need a secret both sides know (PSK, SRP, Kerberos), which no stranger can try.
var suites = sync.OnceValue(func() []suite {
	var list []suite
	for _, block := range [][2]uint16{{0x0001, 0x001b}, {0x002f, 0x003f}, {0x0040, 0x0046}, {0x0060, 0x006d}, {0x0084, 0x00c5}, {0xc001, 0xc019}, {0xc023, 0xc0af}, {0xcc13, 0xcc15}, {0xcca8, 0xccaa}} {
		for id := block[0]; id <= block[1]; id++ {
			if name := suiteName(id); strings.Contains(name, "_WITH_") && !isShared(name) {
				list = append(list, suite{id, name, kindsOf(name)})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b suite) int { return cmp.Compare(strength(b), strength(a)) })
	return list
})

func isShared(name string) bool {
	return strings.Contains(name, "PSK") || strings.Contains(name, "SRP") || strings.Contains(name, "KRB5")
}

// suiteNames are the lines of suites.txt by number.
var suiteNames = sync.OnceValue(func() map[uint16]string {
	names := make(map[uint16]string, strings.Count(suiteLines, "\n"))
	for line := range strings.Lines(suiteLines) {
		number, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		if id, err := strconv.ParseUint(number, 16, 16); err == nil {
			names[uint16(id)] = name
		}
	}
	return names
})

// suiteName is IANA's name; "0x1234" for a number without one.
func suiteName(id uint16) string {
	if name, ok := suiteNames()[id]; ok {
		return name
	}
	return tls.CipherSuiteName(id)
}

// kindsOf says what is weak about a suite: no encryption, keys of 40 to 56 bits that
// US export rules wanted (FREAK, Logjam), nobody's certificate, RC4 (RFC 7465),
// and ciphers with blocks of 64 bits (Sweet32) or keys of 56.
func kindsOf(name string) (kinds []string) {
	for _, k := range []struct{ part, kind string }{
		{"_WITH_NULL_", "null"}, {"_EXPORT", "export"}, {"_anon_", "anonymous"}, {"_RC4_", "rc4"},
		{"_WITH_DES", "des"}, {"_3DES_", "3des"}, {"_RC2_", "rc2"}, {"_IDEA_", "idea"},
	} {
		if strings.Contains(name, k.part) {
			kinds = append(kinds, k.kind)
		}
	}
	return kinds
}

// hasForwardSecrecy says that keys are made for the session (RFC 7525 section 6.3), as
// they are where there is no certificate.
func hasForwardSecrecy(name string) bool {
	return strings.HasPrefix(name, "TLS_ECDHE_") || strings.HasPrefix(name, "TLS_DHE_") || strings.Contains(name, "_anon_") || !strings.Contains(name, "_WITH_")
}

// isAEAD says that encryption and authentication are one (RFC 5116); what is not is
// CBC, RC4 or nothing.
func isAEAD(name string) bool {
	return strings.Contains(name, "_GCM_") || strings.Contains(name, "_CCM") || strings.Contains(name, "CHACHA20") || !strings.Contains(name, "_WITH_")
}

// strength orders suites for an offer as a careful client would.
func strength(s suite) (points int) {
	for i, ok := range []bool{strings.Contains(s.name, "ECDHE"), hasForwardSecrecy(s.name), isAEAD(s.name), len(s.kinds) == 0} {
		if ok {
			points += 1 << i
		}
	}
	return points
}

// chosen gives the ids of the suites that meet a condition.
func chosen(condition func(suite) bool) (ids []uint16) {
	for _, s := range suites() {
		if condition(s) {
			ids = append(ids, s.id)
		}
	}
	return ids
}

func isAny(suite) bool { return true }
