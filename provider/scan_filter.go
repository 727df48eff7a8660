package provider

import (
	"context"
	"iter"
	"regexp"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

// scanFilter selects scans; what is zero selects nothing away.
type scanFilter struct {
	status       engine.Status
	label        *regexp.Regexp
	createdAfter time.Time
	owner        string // e-mail address
}

// scanFilterModel is the part of a configuration that selects scans.
type scanFilterModel struct {
	Status       types.String      `tfsdk:"status"`
	Label        types.String      `tfsdk:"label"`
	CreatedAfter timetypes.RFC3339 `tfsdk:"created_after"`
	Owner        types.String      `tfsdk:"owner"`
}

// statuses are those a scan may have.
func statuses() []string {
	all := []engine.Status{engine.StatusPending, engine.StatusInProgress, engine.StatusDone, engine.StatusFailed, engine.StatusCancelled}
	words := make([]string, len(all))
	for i, s := range all {
		words[i] = string(s)
	}
	return words
}

// filter reads the model, which was validated attribute by attribute.
func (m scanFilterModel) filter() (scanFilter, error) {
	f := scanFilter{status: engine.Status(m.Status.ValueString()), owner: m.Owner.ValueString()}
	if pattern := m.Label.ValueString(); pattern != "" {
		label, err := regexp.Compile(pattern)
		if err != nil {
			return f, badPattern(err)
		}
		f.label = label
	}
	if text := m.CreatedAfter.ValueString(); text != "" {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return f, &engine.Error{Kind: engine.Invalid, Title: "Time is not valid", Field: "created_after", Detail: err.Error(), Hint: `write it as in "2026-01-31T08:00:00Z"`}
		}
		f.createdAfter = at
	}
	return f, nil
}

func badPattern(err error) error {
	return &engine.Error{
		Kind: engine.Invalid, Title: "Pattern is not valid", Field: "label", Detail: err.Error(),
		Hint: `write a regular expression, as in "^nightly" for labels that begin so`,
	}
}

func (f scanFilter) passes(s *engine.Scan) bool {
	return (f.label == nil || f.label.MatchString(s.Label)) && (f.owner == "" || strings.EqualFold(f.owner, s.Owner.Email))
}

// scans yields the scans that pass, newest first, and asks for no more of them than are
// taken.
func (f scanFilter) scans(ctx context.Context, c *client.Client) iter.Seq2[engine.Scan, error] {
	return func(yield func(engine.Scan, error) bool) {
		var query client.ScanQuery
		if f.status != "" {
			query.Statuses = []engine.Status{f.status}
		}
		for scan, err := range c.EachScan(ctx, query) {
			if err == nil && !f.createdAfter.IsZero() && !scan.CreatedAt.After(f.createdAfter) {
				return // all that follow are older
			}
			if (err != nil || f.passes(&scan)) && !yield(scan, err) {
				return
			}
		}
	}
}
