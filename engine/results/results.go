// Package results reads all that a scan found through the client, ready for policy and
// report. Begin with [Of].
//
// It judges nothing, writes nothing and asks for nothing to be scanned.
package results

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	pages "github.com/portolan-io/terraform-provider-portolan/engine/report"
)

// Of reads all that a scan found.
func Of(ctx context.Context, c *client.Client, s engine.Scan) (r engine.Results, err error) {
	r.Scan = s
	if r.Rules = s.Rules; r.Rules == nil {
		if r.Rules, err = Rules(ctx, c); err != nil {
			return r, err
		}
	}
	found, err := c.Findings(ctx, client.FindingRequest{ScanID: s.ID})
	if err != nil {
		return r, err
	}
	r.Findings = found.Findings
	if r.Ports, err = c.OpenPorts(ctx, s.ID); err != nil {
		return r, err
	}
	if r.Hosts, err = c.AnsweredHosts(ctx, s.ID); err != nil {
		return r, err
	}
	r.Names, err = examined(ctx, c, s.ID)
	return r, err
}

// examined gives the names of which the DNS said something, and what it did not say.
func examined(ctx context.Context, c *client.Client, id engine.ScanID) (engine.Examined, error) {
	names := engine.Examined{}
	request := client.DownloadRequest{Query: "protocol:" + engine.DomainProtocol, Indices: []engine.ScanID{id}, Fields: []string{"host", "dns.unanswered"}}
	for document, err := range c.Download(ctx, request) {
		if err == nil {
			err = names.Learn(document)
		}
		if err != nil {
			return nil, err
		}
	}
	return names, nil
}

// Rules gives the ids of everything that the engine finds; nil for an older engine, which
// does not say.
func Rules(ctx context.Context, c *client.Client) ([]string, error) {
	rules, err := c.Checks(ctx)
	if engine.KindOf(err) == engine.NotFound {
		return nil, nil
	}
	return engine.RuleIDs(rules), err
}

// NoteQuiet notes the open ports about which nothing was learnt: of what was found
// there before, the scan tells nothing.
func NoteQuiet(r *engine.Results, ports []pages.Port) {
	type place struct {
		ip, transport string
		port          int
	}
	speaking := map[place]bool{}
	for _, p := range ports {
		speaking[place{p.IP, p.Transport, p.Port}] = speaking[place{p.IP, p.Transport, p.Port}] || p.URI != ""
	}
	for _, e := range r.Ports {
		if !speaking[place{e.Addr.String(), e.Transport, int(e.Port)}] {
			r.Quiet = append(r.Quiet, e)
		}
	}
}

// Ports says what was learnt about each open port.
func Ports(ctx context.Context, c *client.Client, r engine.Results) ([]pages.Port, error) {
	if len(r.Ports) == 0 {
		return nil, nil
	}
	var responses []engine.Response
	request := client.DownloadRequest{Query: "*", Indices: []engine.ScanID{r.Scan.ID}, Fields: portFields()}
	for document, err := range c.Download(ctx, request) {
		if err != nil {
			return nil, err
		}
		var response engine.Response
		if err := json.Unmarshal(document, &response); err != nil {
			return nil, fmt.Errorf("read response: %w", err)
		}
		responses = append(responses, response)
	}
	return pages.Ports(r.Ports, responses), nil
}

// portFields are the parts of a document a row of the port table needs.
func portFields() []string {
	return []string{"uri", "host", "host_type", "ip", "port", "prot4", "prot7", "protocol", "path", "target", "tag", "redis.version", "ssh.server_id", "http.headers.server", "http.title", "last_updated"}
}

// Earlier gives the complete scans of the same targets and ports before one, for the
// trend of a page.
func Earlier(ctx context.Context, c *client.Client, of engine.Scan) ([]engine.Scan, error) {
	scans, err := c.FindScans(ctx, client.ScanQuery{TargetsDigest: engine.TargetsDigest(of.Targets), Complete: true, Before: of.ID})
	return slices.DeleteFunc(scans, func(s engine.Scan) bool { return s.Ports != of.Ports }), err
}
