package sqlite_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
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

		`host:*mail*`: false, `host:/a.*/`: false, `host:a~1`: false, `uri:*x`: false, `http.title:*age`: false, `http.title:"a b"~2`: false,
		`host:[a TO b]`: false, `http.title.keyword:x`: false, `NOT host:*mail*`: false, `port:443 AND host:*mail*`: false,
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

// TestPrefixes covers every interval of two digits, and counts prefixes where
// there should be few.
func TestPrefixes(t *testing.T) {
	for low := range 256 {
		for high := range 256 {
			checkCover(t, low, high)
		}
	}
	if got := sqlite.Prefixes("4079000000000000", "407f2fffffffffff"); len(got) > 20 {
		t.Errorf("%d prefixes: %v", len(got), got)
	}
	if got := sqlite.Prefixes(strings.Repeat("0", 16), strings.Repeat("f", 16)); !slices.Equal(got, []string{""}) {
		t.Errorf("everything is %q, want one empty prefix", got)
	}
}

func checkCover(t *testing.T, low, high int) {
	t.Helper()
	var covered [256]int
	prefixes := sqlite.Prefixes(fmt.Sprintf("%02x", low), fmt.Sprintf("%02x", high))
	for _, prefix := range prefixes {
		first, err := strconv.ParseUint((prefix + "00")[:2], 16, 8)
		must(t, err)
		for n := range 1 << (4 * (2 - len(prefix))) {
			covered[int(first)+n]++
		}
	}
	for n, times := range covered {
		if (times == 1) != (low <= n && n <= high) || times > 1 {
			t.Fatalf("[%02x TO %02x] covers %02x %d times: %v", low, high, n, times, prefixes)
		}
	}
}
