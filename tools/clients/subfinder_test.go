package clients_test

import (
	"context"
	"testing"

	"github.com/projectdiscovery/ratelimit"
	"github.com/projectdiscovery/subfinder/v2/pkg/subscraping"
	"github.com/projectdiscovery/subfinder/v2/pkg/subscraping/sources/netlas"
)

// TestSubfinder runs the source of subfinder for the public service: it counts and then
// downloads domains, of which an engine has none, and must find that to be no error.
func TestSubfinder(t *testing.T) {
	p := open(t)
	limiter, err := ratelimit.NewMultiLimiter(t.Context(), &ratelimit.Options{IsUnlimited: true, Key: "netlas"})
	if err != nil {
		t.Fatal(err)
	}
	session, err := subscraping.NewSession("example.com", publicService(t, p), limiter, 30)
	if err != nil {
		t.Fatal(err)
	}
	source := &netlas.Source{}
	source.AddApiKeys([]string{p.key})
	ctx := context.WithValue(t.Context(), subscraping.CtxSourceArg, "netlas")
	for result := range source.Run(ctx, "example.com", session) {
		t.Errorf("found %q, %v", result.Value, result.Error)
	}
	if stats := source.Statistics(); stats.Errors != 0 || stats.Skipped {
		t.Errorf("statistics %+v", stats)
	}
}
