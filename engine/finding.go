package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// Finding is the verdict of a check on one response in one scan. It never
// changes. Text in Evidence comes from the scanned host and is hostile.
type Finding struct {
	Fingerprint string   `json:"id"`   // see [Fingerprint]
	Rule        string   `json:"rule"` // id of the check: "redis.no-auth"
	Title       string   `json:"title"`
	Severity    Severity `json:"severity"`
	CVSS        float64  `json:"cvss"` // base score 0 to 10; 0 where none applies
	EPSS        float64  `json:"epss"` // probability of exploitation within 30 days, 0 to 1; 0 if unknown
	KEV         bool     `json:"kev"`  // known to be exploited
	Target      Target   `json:"target"`
	Host        string   `json:"host"`
	IP          string   `json:"ip"`
	Port        int      `json:"port"`
	Transport   string   `json:"transport"` // [TCP] or [UDP]; empty in findings of older versions
	Protocol    string   `json:"protocol"`
	Path        string   `json:"path"`
	URI         string   `json:"uri"` // of the response judged
	Evidence    string   `json:"evidence"`
	Description string   `json:"description"`
	Remedy      string   `json:"remedy"`
	References  []string `json:"references"`
	CWE         []string `json:"cwe"`
	Tags        []string `json:"tags"`

	// What is known of its [Issue]; filled by control for who asks, never stored.
	IssueState IssueState `json:"issue_state,omitempty"`
	FirstSeen  *time.Time `json:"first_seen,omitempty"` // by any scan
	Decision   *Decision  `json:"decision,omitempty"`   // why somebody set it aside
	Owner      string     `json:"owner"`                // who is answerable for the place, by an expectation of the scan; "" if nobody is declared
}

// findingFields is Finding without its methods.
type findingFields Finding

// MarshalJSON gives the finding with lists that are empty rather than null.
func (f Finding) MarshalJSON() ([]byte, error) {
	f.References, f.CWE, f.Tags = emptyNotNull(f.References), emptyNotNull(f.CWE), emptyNotNull(f.Tags)
	return json.Marshal(findingFields(f))
}

// Place is where the finding is.
func (f Finding) Place() Endpoint {
	addr, _ := netip.ParseAddr(f.IP)
	place := Endpoint{Addr: addr.Unmap(), Port: uint16(f.Port), Transport: f.Transport, Target: f.Target}
	if f.Host != f.IP {
		place.Name = f.Host
	}
	return place
}

// Fingerprint names the same finding across scans as 16 hex digits: a hash of the
// rule, the canonical target, the port, the protocol and the path. Never of
// evidence, address order or time, so that a re-scan finds the same one.
func Fingerprint(rule string, target Target, port int, protocol, path string) string {
	key := strings.Join([]string{rule, string(target.Canonical()), fmt.Sprint(port), protocol, path}, "\x00")
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:8])
}
