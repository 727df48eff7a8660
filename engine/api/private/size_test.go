package private_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// manyTargets is a body with n targets.
func manyTargets(n int) string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf(`"host-%06d.example.com"`, i)
	}
	return `{"targets":[` + strings.Join(names, ",") + `]}`
}

func TestManyTargets(t *testing.T) {
	r := open(t)
	// More entries than a request may have, whoever asks.
	r.own("POST /api/scanner/", manyTargets(engine.MaxTargets+1)).fails(400, engine.Invalid, "targets")
	// As many as a request may have, and more than the plan allows.
	r.add(engine.User{Email: "paying@example.com", Plan: "Enterprise"}, payingKey)
	got := r.send("POST /api/scanner/", manyTargets(engine.MaxTargets), "X-API-Key: "+payingKey).fails(400, engine.Limit, "targets[0]")
	if got["title"] != "Max number of targets per scan exceeded" || got["limit"] != 65536.0 || got["current"] != 100000.0 {
		t.Errorf("title %v, limit %v, current %v", got["title"], got["limit"], got["current"])
	}
	r.own("POST /api/scanner/", manyTargets(1000)).is(201)
}

func TestHugeBodies(t *testing.T) {
	r := open(t)
	huge := r.own("POST /api/scanner/", `{"targets":["`+strings.Repeat("x", 9<<20)+`"]}`)
	huge.asked = "POST of a huge target"
	huge.fails(400, engine.Invalid, "targets[0]")
	if len(huge.body) > 5000 {
		t.Errorf("the error has %d bytes: it repeats the request", len(huge.body))
	}
	r.own("POST /api/scanner/", `{"targets":`+strings.Repeat("[", 20000)+strings.Repeat("]", 20000)+`}`).fails(400, engine.Invalid, "")
}
