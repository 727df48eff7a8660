package policy

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// baselineVersion is the version of the file's form.
const baselineVersion = 1

// Baseline is what was known before a scan: findings in it are not new. The zero
// Baseline knows nothing.
type Baseline struct {
	Name  string // where it comes from, for people: "scan 349", a file's name
	known map[string]Known
}

// Known is one finding of a baseline, with enough to tell people what was fixed.
type Known struct {
	Fingerprint string          `json:"id"`
	Rule        string          `json:"rule"`
	Severity    engine.Severity `json:"severity"`
	Title       string          `json:"title"`
	Target      engine.Target   `json:"target"`
	Host        string          `json:"host"` // host, ip and transport are missing in old files
	IP          string          `json:"ip"`
	Port        int             `json:"port"`
	Transport   string          `json:"transport"`
	Path        string          `json:"path"`
	FirstSeen   time.Time       `json:"first_seen"`
}

// place is where the finding was. Without an address on record it is that of the target.
func (k Known) place() engine.Endpoint {
	place := engine.Finding{Target: k.Target, Host: k.Host, IP: k.IP, Port: k.Port, Transport: k.Transport}
	if prefix, ok := k.Target.Prefix(); ok && k.IP == "" {
		place.IP = prefix.Addr().String()
	}
	return place.Place()
}

// BaselineOf makes a baseline of what a scan found. What older or the engine knew keeps
// the time it was first seen, and what older knew stays known where the scan cannot tell that it is gone: it would
// be new again otherwise.
func BaselineOf(name string, r engine.Results, older Baseline) Baseline {
	b := Baseline{Name: name, known: make(map[string]Known, len(r.Findings))}
	for i := range r.Findings {
		f := &r.Findings[i]
		first := r.Scan.CreatedAt.UTC()
		if f.FirstSeen != nil && f.FirstSeen.Before(first) {
			first = f.FirstSeen.UTC()
		}
		if before, ok := older.known[f.Fingerprint]; ok && before.FirstSeen.Before(first) {
			first = before.FirstSeen
		}
		b.known[f.Fingerprint] = Known{
			Fingerprint: f.Fingerprint, Rule: f.Rule, Severity: f.Severity, Title: f.Title,
			Target: f.Target, Host: f.Host, IP: f.IP, Port: f.Port, Transport: f.Transport, Path: f.Path, FirstSeen: first,
		}
	}
	seen := engine.NewSight(r)
	for id, known := range older.known {
		if _, again := b.known[id]; !again && !seen.Finding(known.Rule, known.place()) {
			b.known[id] = known
		}
	}
	return b
}

// baselineFile is the JSON form: findings by fingerprint, so that a diff of two
// files shows what changed.
type baselineFile struct {
	Version  int     `json:"version"`
	Findings []Known `json:"findings"`
}

// WriteBaseline writes b as JSON, the same bytes for the same baseline.
func WriteBaseline(w io.Writer, b Baseline) error {
	file := baselineFile{Version: baselineVersion, Findings: b.without(nil)}
	if file.Findings == nil {
		file.Findings = []Known{}
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(file); err != nil {
		return fmt.Errorf("write baseline: %w", err)
	}
	return nil
}

// ReadBaseline reads what [WriteBaseline] wrote. Anything else is an
// [engine.Invalid] [engine.Error] with Field "baseline": a broken baseline must
// not make everything new, nor nothing.
func ReadBaseline(r io.Reader, name string) (Baseline, error) {
	var file baselineFile
	decoder := json.NewDecoder(r)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil {
		return Baseline{}, invalidBaseline(name, err.Error())
	}
	if decoder.More() {
		return Baseline{}, invalidBaseline(name, "something follows its end")
	}
	if file.Version != baselineVersion {
		return Baseline{}, invalidBaseline(name, fmt.Sprintf("its version is %d, this program reads %d", file.Version, baselineVersion))
	}
	b := Baseline{Name: name, known: make(map[string]Known, len(file.Findings))}
	for i, k := range file.Findings {
		if k.Fingerprint == "" {
			return Baseline{}, invalidBaseline(name, fmt.Sprintf("findings[%d] has no id", i))
		}
		b.known[k.Fingerprint] = k
	}
	return b, nil
}

func invalidBaseline(name, detail string) error {
	return &engine.Error{
		Kind: engine.Invalid, Title: "Baseline is not valid", Field: "baseline",
		Detail: fmt.Sprintf("%s: %s", name, detail), Hint: "write it again from a scan you trust",
	}
}

// assess says what is known of a finding. The engine may have followed it for longer
// than the baseline has, and knows its age although it is new to the baseline.
func (b Baseline) assess(f *engine.Finding, at time.Time) Assessed {
	known, ok := b.known[f.Fingerprint]
	one := Assessed{Finding: f, New: !ok}
	if ok {
		one.Age = max(0, at.Sub(known.FirstSeen))
	}
	if f.FirstSeen != nil {
		one.Age = max(one.Age, at.Sub(*f.FirstSeen))
	}
	return one
}

// without gives what the baseline knows and is not among found, by fingerprint.
func (b Baseline) without(found map[string]bool) []Known {
	var missing []Known
	for id, known := range b.known {
		if !found[id] {
			missing = append(missing, known)
		}
	}
	slices.SortFunc(missing, func(x, y Known) int { return strings.Compare(x.Fingerprint, y.Fingerprint) })
	return missing
}
