package client

import (
	"context"
	"iter"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// scansPart is how many scans are asked for at a time: each may have many targets.
const scansPart = 100

// EachScan yields what [Client.FindScans] gives, but asks for it part by part: whoever
// looks for a few recent scans pays for no more. Each comes once, however many are created
// meanwhile. The limit of the query is not looked at. The sequence ends at its first error.
func (c *Client) EachScan(ctx context.Context, q ScanQuery) iter.Seq2[engine.Scan, error] {
	return func(yield func(engine.Scan, error) bool) {
		for q.Limit = scansPart; ; {
			scans, err := c.FindScans(ctx, q)
			if err != nil {
				yield(engine.Scan{}, err)
				return
			}
			for _, scan := range scans {
				if q.Before = scan.ID; !yield(scan, nil) {
					return
				}
			}
			if len(scans) < scansPart {
				return
			}
		}
	}
}
