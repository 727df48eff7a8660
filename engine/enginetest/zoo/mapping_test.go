package zoo_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/netip"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// checkMapping wants every value of the documents to be of the type by which the
// query language searches its field.
func checkMapping(t *testing.T, responses []engine.Response) {
	t.Helper()
	for _, r := range responses {
		document, err := json.Marshal(r)
		if err != nil {
			t.Fatalf("%s: %v", r.URI, err)
		}
		var members map[string]any
		if err := json.Unmarshal(document, &members); err != nil {
			t.Fatalf("%s: %v", r.URI, err)
		}
		for path, value := range query.Leaves(members) {
			if kind := query.TypeOf(path, value); !isOfType(kind, value) {
				t.Errorf("%s: %s is %.60v, which is no %s: mend engine/query/mapping.txt", r.URI, path, value, kind)
			}
		}
	}
}

// isOfType tells whether a value can be found by what its type can be asked.
func isOfType(kind query.Type, value any) bool {
	number, isNumber := value.(float64)
	text, isText := value.(string)
	switch kind {
	case query.TypeInteger:
		return isNumber && number == math.Trunc(number)
	case query.TypeFloat:
		_, reads := query.Number(text)
		return isNumber || reads
	case query.TypeBoolean:
		_, isBool := value.(bool)
		return isBool
	case query.TypeIP:
		_, err := netip.ParseAddr(text)
		return err == nil
	case query.TypeDate:
		_, _, err := query.Dates(text, time.Now())
		return err == nil
	case query.TypeObject:
		return false
	}
	return isText
}

// A document whose fields hold other things than the mapping says is told.
func TestMappingIsNoticed(t *testing.T) {
	for path, value := range map[string]any{
		"port": "80", "http.status_code": 200.5, "cve.base_score": "high", "smb.smbv1_support": "yes", "ip": "localhost",
		"scan_date": "yesterday", "http": "x", "http.title": 7.0, "host": true, "redis.version": 7.0,
	} {
		if kind := query.TypeOf(path, value); isOfType(kind, value) {
			t.Errorf("%s may be %v", path, fmt.Sprint(value))
		}
	}
}
