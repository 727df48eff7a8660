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
func (d *discovering) restore(prefixes []netip.Prefix) error {
	plan := planOf(prefixes, d.Ports, d.Exclude)
	if d.From == nil {
		d.cursor.Plan, d.cursor.Seed = plan, rand.Uint64()
		return nil
	}
	if d.From.Plan != plan {
		return &engine.Error{
			Kind: engine.Invalid, Title: "Cannot resume", Field: "resume",
			Detail: "the earlier run was of other targets, ports or exclusions", Hint: "give the same as then, or remove the file to begin anew",
		}
	}
	d.cursor = *d.From
	return nil
}

// planOf names what is looked for, however it was written.
func planOf(prefixes []netip.Prefix, ports engine.Ports, exclude []netip.Prefix) string {
	h := sha256.New()
	sorted := slices.SortedFunc(slices.Values(prefixes), netip.Prefix.Compare)
	canonical, _ := ports.Canonical() // what is wrong with them is said when the space is made
	fmt.Fprintln(h, slices.Compact(sorted), canonical, slices.SortedFunc(slices.Values(exclude), netip.Prefix.Compare))
	return hex.EncodeToString(h.Sum(nil)[:16])
}
