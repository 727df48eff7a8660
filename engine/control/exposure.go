package control

import (
	"context"
	"net/netip"
	"slices"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// judgeWhole adds to a scan whose tasks have all ended what only all of it tells: where
// what it saw differs from what it was told to expect, and what its documents tell
// together. It may come again after a crash: the findings are the same, and each is kept
// once.
func (c *Control) judgeWhole(ctx context.Context, scan engine.Scan, ix index.Index) error {
	findings, err := compare(ctx, ix)
	if err != nil {
		return err
	}
	nameOwners(engine.NewDeclaration(scan.Expect), findings)
	if scan.Expect != nil {
		seen, err := exposure(ctx, ix)
		if err != nil {
			return err
		}
		findings = append(findings, policy.Deviations(scan.Expect, seen)...)
	}
	if findings = scan.Profile.Checks.Findings(findings); len(findings) == 0 {
		return nil
	}
	for batch := range slices.Chunk(findings, findingsBatch) {
		if err := ix.Append(ctx, engine.Report{ScanID: scan.ID, Findings: batch, At: now()}); err != nil {
			return err
		}
	}
	progress, err := ix.Progress(ctx)
	if err != nil {
		return err
	}
	return c.update(ctx, scan.ID, func(_ store.Tx, scan *engine.Scan) error {
		count(scan, progress)
		return nil
	})
}

// findingsBatch is how many findings are committed at once.
const findingsBatch = 1000

// exposure reads what a scan has seen.
func exposure(ctx context.Context, ix index.Index) (seen policy.Exposure, err error) {
	progress, err := ix.Progress(ctx)
	if err != nil {
		return seen, err
	}
	seen.Complete = progress.Failed == 0
	if seen.Hosts, err = ix.Hosts(ctx); err != nil {
		return seen, err
	}
	if seen.Ports, err = ix.OpenPorts(ctx); err != nil {
		return seen, err
	}
	seen.Speaking = make(map[policy.Place]policy.Speaker, len(seen.Ports))
	for _, e := range seen.Ports {
		seen.Speaking[policy.PlaceOf(e)] = policy.Speaker{}
	}
	for said, err := range ix.Sayings(ctx) {
		if err != nil {
			return seen, err
		}
		listen(seen.Speaking, &said)
	}
	return seen, nil
}

// unknownService is what documents call a service that nothing names.
const unknownService = "unknown"

// listen adds what a document says to what is known of its place, if it is an open one.
func listen(speaking map[policy.Place]policy.Speaker, said *engine.Saying) {
	place := policy.PlaceOf(said.Endpoint)
	known, open := speaking[place]
	if !open {
		return
	}
	known.Names = addNew(known.Names, engine.Target(said.Host()), said.Target)
	if said.Base != unknownService {
		known.Services = addNew(known.Services, said.Protocol, said.Base)
	}
	known.TLS = addNew(known.TLS, said.TLS...)
	speaking[place] = known
}

// addNew appends those of items that are not empty and not in list.
func addNew[T ~string](list []T, items ...T) []T {
	for _, item := range items {
		if item != "" && !slices.Contains(list, item) {
			list = append(list, item)
		}
	}
	return list
}

// nameOwners writes into findings who is answerable for their places.
func nameOwners(declaration engine.Declaration, findings []engine.Finding) {
	for i := range findings {
		f := &findings[i]
		addr, _ := netip.ParseAddr(f.IP) // none: it is known by its name
		f.Owner = declaration.Owner(uint16(f.Port), addr, f.Target, engine.Target(f.Host))
	}
}
