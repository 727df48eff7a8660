package sqlite_test

import (
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/index/sqlite"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// TestExact says which forms of a query the index answers alone. That it answers
// them rightly is in the contract.
func TestExact(t *testing.T) {
	shelf := openShelf(t, t.TempDir())
	closeLater(t, shelf)
	ix, err := shelf.Create(t.Context(), 1)
	must(t, err)
	must(t, ix.Append(t.Context(), childReport("x", 1)))
	for text, want := range map[string]bool{
		`*`: true, `host:a`: true, `host:"a"`: true, `host:a*`: true, `host:*.com`: true, `uri:http*`: true, `NOT host:a`: true, `nosuch:x`: true,
		`port:443`: true, `port:[1 TO 1024]`: true, `http.status_code:>=400`: true, `ip:10.0.0.0/8`: true, `ip:[10.0.0.1 TO 10.0.0.9]`: true,
		`last_updated:2025-03-21`: true, `last_updated:[now-1y TO now]`: true, `http:*`: true, `\*.title:page`: true,
		`http.title:page`: true, `http.title:"page 1"`: true, `http.title:pa*`: true, `http.body:(a AND b NOT c)`: true, `x.com`: true,
		`host:*.com AND http.status_code:[400 TO 499] AND ip:10.0.0.0/8 AND NOT http.title:x`: true,

		`host:*mail*`: true, `host:/a.*/`: true, `host:a~1`: true, `uri:*x`: true, `http.title:*age`: true, `host:[a TO b]`: true,
		`NOT host:*mail*`: true, `port:443 AND host:*mail*`: true, `http.title:/p.*/`: true,

		`http.title:"a b"~2`: true, `http.title.keyword:x`: true, `NOT http.title:"a b"~2`: true, `http.title.keyword:*x*`: true,

		`http.title:"a b"~2000`: false, `host.keyword:x`: false, `_exists_:http.title.keyword`: false,
	} {
		q, err := query.Parse(text)
		must(t, err)
		got, err := sqlite.IsExact(t.Context(), ix, q)
		must(t, err)
		if got != want {
			t.Errorf("%s: exact is %t, want %t", text, got, want)
		}
	}
}
