package zoo_test

import (
	"slices"
	"testing"
	"testing/synctest"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/zoo"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/all"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/banner"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

// meet lets one probe run on one service, in memory and in no time.
func meet(t *testing.T, p probe.Probe, s zoo.Species) (result probe.Result) {
	t.Helper()
	run := p.Run
	if inner, ok := p.(probe.Inner); ok && s.Base != "" && s.Protocol == s.Base+"s" && p.Name() == s.Base {
		run = inner.RunTLS
	}
	synctest.Test(t, func(t *testing.T) {
		d := probetest.NewDialer(s.Serve)
		result = run(t.Context(), d, probetest.Endpoint())
		d.Wait()
	})
	return result
}

// TestEveryProbeMeetsEverySpecies takes the scanner's order away: no probe may be sure
// of a service that is another's, whichever is tried first.
func TestEveryProbeMeetsEverySpecies(t *testing.T) {
	for _, s := range pick(false) {
		if s.Serve == nil {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			for _, p := range all.Probes() {
				if p.Name() == banner.Unknown {
					continue
				}
				result := meet(t, p, s)
				if result.Outcome == engine.Answered && !result.Weak && result.Responses[0].Base != s.Base && result.Responses[0].Base != "tls" {
					t.Errorf("%s takes it for %s", p.Name(), result.Responses[0].Protocol)
				}
				if _, isRefiner := p.(probe.Refiner); p.Name() == s.Base && !isRefiner && s.Base != "http" {
					checkRight(t, s, result) // what speaks HTTP takes two probes, which the scan of the zoo shows
				}
			}
		})
	}
}

// checkRight holds the answer to the probe that is right against the truth.
func checkRight(t *testing.T, s zoo.Species, result probe.Result) {
	t.Helper()
	if len(result.Responses) == 0 { // a handshake that is refused tells something as well
		t.Errorf("%s does not know it: %s %v", s.Base, result.Outcome, result.Err)
		return
	}
	r := result.Responses[0]
	if r.Protocol != s.Protocol {
		t.Errorf("protocol %s, want %s", r.Protocol, s.Protocol)
	}
	isRight := func(tag engine.Tag) bool { return tag.Name == s.Product && tag.Version == s.Version }
	if s.Product != "" && !slices.ContainsFunc(r.Tags, isRight) {
		t.Errorf("tags %+v, want %s %s", r.Tags, s.Product, s.Version)
	}
	if s.Product == "" && len(r.Tags) > 0 {
		t.Errorf("tags %+v of a service that does not tell what it is", r.Tags)
	}
}

// TestUpgrades wants a certificate from services that begin in the clear.
func TestUpgrades(t *testing.T) {
	for _, name := range []string{"mysql", "mariadb", "postgres-tls", "postgres-not-allowed", "mssql-2019", "mssql-2022", "nats-tls"} {
		s := zoo.Find(t, name)
		i := slices.IndexFunc(all.Probes(), func(p probe.Probe) bool { return p.Name() == s.Base })
		if i < 0 {
			t.Fatalf("no probe %s", s.Base)
		}
		if result := meet(t, all.Probes()[i], s); result.Outcome != engine.Answered || result.Responses[0].Blocks["certificate"] == nil {
			t.Errorf("%s: no certificate in %+v", name, result)
		}
	}
}
