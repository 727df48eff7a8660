package engine_test

import (
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

func TestCheckSelection(t *testing.T) {
	ids := []string{"tls.old", "tls.cert-expired", "redis.no-auth", "tlsx.other"}
	for _, test := range []struct {
		selection engine.CheckSelection
		want      []string
	}{
		{engine.CheckSelection{}, ids},
		{engine.CheckSelection{Only: []string{"tls"}}, []string{"tls.old", "tls.cert-expired"}},
		{engine.CheckSelection{Skip: []string{"tls", "redis.no-auth"}}, []string{"tlsx.other"}},
		{engine.CheckSelection{Only: []string{"tls", "redis.no-auth"}, Skip: []string{"tls.old"}}, []string{"tls.cert-expired", "redis.no-auth"}},
	} {
		if got := test.selection.Of(ids); !slices.Equal(got, test.want) {
			t.Errorf("%+v is %v, want %v", test.selection, got, test.want)
		}
		if err := test.selection.ValidateAmong(ids); err != nil {
			t.Errorf("%+v is refused: %v", test.selection, err)
		}
		findings := []engine.Finding{{Rule: "redis.no-auth"}, {Rule: "tls.old"}}
		for _, f := range test.selection.Findings(findings) {
			if !slices.Contains(test.want, f.Rule) {
				t.Errorf("%+v lets %s through", test.selection, f.Rule)
			}
		}
	}
	wantField(t, engine.CheckSelection{Only: []string{"tls", "rediss"}}.ValidateAmong(ids), "checks.only[1]")
	wantField(t, engine.CheckSelection{Skip: []string{"tls.new"}}.ValidateAmong(ids), "checks.skip[0]")
}
