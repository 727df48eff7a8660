package client

import (
	"context"
	"iter"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// scansPart is how many scans are asked for at a time: each may have many targets.
const scansPart = 100

// EachScan yields the scans the key's owner may see, newest first, and asks for them part
// by part: whoever looks for a few recent ones pays for no more. Each comes once, however
// many are created meanwhile. The sequence ends at its first error.
func (c *Client) EachScan(ctx context.Context) iter.Seq2[engine.Scan, error] {
	return func(yield func(engine.Scan, error) bool) {
		var last engine.ScanID
		for start := 0; ; start += scansPart {
			var scans []engine.Scan
			if err := c.call(ctx, get(scansPath, part(start, scansPart)), &scans); err != nil {
				yield(engine.Scan{}, err)
				return
			}
			for _, scan := range scans {
				if last != 0 && scan.ID >= last {
					continue // pushed to this part by newer ones
				}
				last = scan.ID
				if !yield(scan, nil) {
					return
				}
			}
			if len(scans) < scansPart {
				return
			}
		}
	}
}
