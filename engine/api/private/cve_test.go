package private_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// TestScoresAreTextsAndComparedAsNumbers: scripts add the score of a CVE to a text, and
// queries compare it (contract parts 4 and 7.10). 10.0 is more than 9.8 only as a number.
func TestScoresAreTextsAndComparedAsNumbers(t *testing.T) {
	r := open(t)
	var documents []engine.Response
	for i, score := range []string{"10.0", "9.8", "7", "4.3"} {
		document := web("192.0.2.1", 8000+i, "x", 0)
		document.Blocks["cve"] = []map[string]any{{
			"name": fmt.Sprintf("CVE-2026-%d", i), "base_score": score, "severity": "high", "description": "", "has_exploit": i == 0, "exploit_links": []string{},
		}}
		documents = append(documents, document)
	}
	r.done("x", documents, nil)
	for q, want := range map[string]string{
		"cve.base_score:>7": "10.0 9.8", "cve.base_score:>=7.0": "10.0 9.8 7", "cve.base_score:>9.8": "10.0", "cve.base_score:<9.80": "7 4.3", "cve.base_score:10": "10.0",
		"cve.base_score:[7 TO 9.8}": "7", "cve.base_score:*": "10.0 9.8 7 4.3", "cve.name:CVE-2026-1": "9.8", "cve.has_exploit:true": "10.0", "NOT cve:*": "",
	} {
		if got := scores(t, r.own("GET /api/responses/?q="+url.QueryEscape(q), "").items()); got != want {
			t.Errorf("%s: %s, want %s", q, got, want)
		}
	}
	if got := r.own("POST /api/responses/download/", `{"q":"cve.base_score:10","fields":"cve.base_score","raw":true}`).is(200).body; got != `{"data":{"cve":[{"base_score":"10.0"}]}}`+"\n" {
		t.Errorf("downloaded %s", got)
	}
	if got := r.own("POST /api/responses/download/", `{"q":"cve.base_score:10","fields":"cve.base_score","type":"csv"}`).is(200).body; got != "cve.base_score\n10.0\n" {
		t.Errorf("downloaded %q", got)
	}
}

func scores(t *testing.T, documents []json.RawMessage) string {
	t.Helper()
	var found []string
	for _, document := range documents {
		var d struct {
			CVE []struct {
				Score string `json:"base_score"`
			} `json:"cve"`
		}
		if err := json.Unmarshal(document, &d); err != nil || len(d.CVE) != 1 {
			t.Fatalf("%v in %s", err, document)
		}
		found = append(found, d.CVE[0].Score)
	}
	return strings.Join(found, " ")
}
