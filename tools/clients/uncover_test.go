package clients_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/projectdiscovery/uncover/sources"
	"github.com/projectdiscovery/uncover/sources/agent/netlas"
)

// TestUncover runs the agent of uncover for the public service. It reads documents
// strictly: one wrong type anywhere loses the whole page.
func TestUncover(t *testing.T) {
	p := open(t)
	session, err := sources.NewSession(&sources.Keys{NetlasToken: p.key}, 0, 30, 100, nil, time.Second, publicService(t, p))
	if err != nil {
		t.Fatal(err)
	}
	if err := session.RateLimits.Add(sources.DefaultRateLimits["netlas"]); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]int{"*": 2, "protocol:https": 1, "certificate.subject.organization:*": 1, "port:1": 0} {
		results, err := (&netlas.Agent{}).Query(session, &sources.Query{Query: query, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for result := range results {
			if result.Error != nil {
				t.Errorf("%s: %v", query, result.Error)
				continue
			}
			found++
			if result.IP != "127.0.0.1" || result.Port == 0 || !json.Valid(result.Raw) {
				t.Errorf("%s: %+v", query, result)
			}
		}
		if found < want || want == 0 && found != 0 {
			t.Errorf("%s: %d results, want %d", query, found, want)
		}
	}
}
