package stage

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/discovery"
)

// Cursor is where a discovery was left. Its JSON form is the resume file of the
// command line.
type Cursor struct {
	Plan  string                  `json:"plan"`            // digest of the targets, ports and exclusions it belongs to
	Seed  uint64                  `json:"seed"`            // of the order
	Names map[string][]netip.Addr `json:"names,omitempty"` // what names resolved to: they may have moved since
	Phase int                     `json:"phase"`           // 0 is the first transport
	State discovery.State         `json:"state"`
}

// restore goes on where the earlier run was left, or begins with an order of its own.
// What names resolved to then counts, not what they resolve to now.
func (d *discovering) restore() error {
	if d.From == nil {
		d.cursor = Cursor{Plan: d.plan(), Seed: rand.Uint64(), Names: map[string][]netip.Addr{}}
		return nil
	}
	if d.From.Plan != d.plan() {
		return &engine.Error{
			Kind: engine.Invalid, Title: "Cannot resume", Field: "resume",
			Detail: "the earlier run was of other targets, ports or exclusions", Hint: "give the same as then, or remove the file to begin anew",
		}
	}
	d.cursor = *d.From
	d.cursor.Phase = max(0, d.cursor.Phase) // files can be edited
	return nil
}

// plan names what is looked for, however it was written.
func (d *discovering) plan() string {
	targets := make([]engine.Target, 0, len(d.Targets))
	for _, t := range d.Targets {
		targets = append(targets, t.Canonical())
	}
	slices.Sort(targets)
	ports, _ := d.Ports.Canonical() // what is wrong with them is said when the space is made
	h := sha256.New()
	_, _ = fmt.Fprintln(h, slices.Compact(targets), ports, slices.SortedFunc(slices.Values(d.Exclude), netip.Prefix.Compare), d.Profile.Addresses) // a hash takes anything
	return hex.EncodeToString(h.Sum(nil)[:16])
}
