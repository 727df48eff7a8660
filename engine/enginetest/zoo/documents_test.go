package zoo_test

import (
	"encoding/json"
	"net/netip"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/contract"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/zoo"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/all"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanner"
)

// checkDocuments holds what a scan has found against the contract.
func checkDocuments(t *testing.T, responses []engine.Response) {
	t.Helper()
	documents := make([][]byte, 0, len(responses))
	for _, r := range responses {
		document, err := json.Marshal(r)
		if err != nil {
			t.Fatalf("%s: %v", r.URI, err)
		}
		if err := contract.Check(document); err != nil {
			t.Errorf("%s breaks the contract:\n%v", r.URI, err)
		}
		documents = append(documents, document)
	}
	if err := contract.Consistency(documents); err != nil {
		t.Errorf("documents of one scan disagree:\n%v", err)
	}
}

// TestDocumentsOfNames holds documents of hosts that have names against the contract:
// web servers are asked by name, all others by address.
func TestDocumentsOfNames(t *testing.T) {
	z := open(t, zoo.Config{Species: []zoo.Species{zoo.Find(t, "web-redirects"), zoo.Find(t, "web-icon"), zoo.Find(t, "tls-chain"), zoo.Find(t, "redis")}})
	var found basket
	in := scanner.Endpoints{All: named("zoo.example", endpoints(z)), Scope: engine.Scope{Allow: engine.LoopbackPrefixes()}}
	if err := scanner.New(scanner.Config{Probes: all.Probes()}).Identify(t.Context(), in, &found); err != nil {
		t.Fatal(err)
	}
	checkDocuments(t, found.responses)
	for _, r := range found.responses {
		isByName := r.Base == "http" && r.HostType == "domain" && r.Host == "zoo.example"
		isByAddress := r.Base != "http" && r.HostType == "ip" && netip.MustParseAddr(r.Host).IsLoopback()
		if !isByName && !isByAddress || r.Target.Domain != "zoo.example" {
			t.Errorf("%s: host %s %s, target %+v", r.URI, r.HostType, r.Host, r.Target)
		}
	}
}

// named gives endpoints of a target that is a name.
func named(name string, all func(yield func(engine.Endpoint) bool)) func(yield func(engine.Endpoint) bool) {
	return func(yield func(engine.Endpoint) bool) {
		for e := range all {
			e.Name, e.Target = name, engine.Target(name)
			if !yield(e) {
				return
			}
		}
	}
}

// checkWhole wants documents with everything that a page and a certificate can have, so
// that no member is only right because nobody has it.
func checkWhole(t *testing.T, z *zoo.Zoo, responses []engine.Response) {
	t.Helper()
	for species, members := range map[string][]string{
		"web-icon":  {"title", "description", "meta", "body_sha256", "unknown_headers", "contacts", "favicon"},
		"tls-chain": {"chain", "names", "unknown_extensions"},
	} {
		s := z.Services[slices.IndexFunc(z.Services, func(s *zoo.Service) bool { return s.Name == species })]
		at := slices.IndexFunc(responses, func(r engine.Response) bool { return r.Port == int(s.Place.Port()) })
		block := map[string]string{"web-icon": "http", "tls-chain": "certificate"}[species]
		data, err := json.Marshal(responses[at].Blocks[block])
		if err != nil {
			t.Fatal(err)
		}
		var has map[string]any
		if err := json.Unmarshal(data, &has); err != nil {
			t.Fatal(err)
		}
		for _, member := range members {
			if has[member] == nil {
				t.Errorf("%s: %s has no %s", species, block, member)
			}
		}
	}
}
