package provider_test

import (
	"encoding/json"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

type sarifDocument struct {
	Version string `json:"version"`
	Runs    []struct {
		Tool struct {
			Driver struct {
				Version string `json:"version"`
			} `json:"driver"`
		} `json:"tool"`
		Results []struct {
			RuleID              string            `json:"ruleId"`
			PartialFingerprints map[string]string `json:"partialFingerprints"`
		} `json:"results"`
	} `json:"runs"`
}

func TestFindingsToSARIF(t *testing.T) {
	w := newWire(t)
	redis := map[string]string{"severity": "high", "rule": "redis.no-auth", "title": "Redis\x1b[2J takes commands", "target": "192.0.2.7", "host": "192.0.2.7", "ip": "192.0.2.7", "protocol": "redis"}
	page := sarif(t, w.result("findings_to_sarif", tupleValue(findingValue(redis))))
	if len(page.Runs) != 1 || len(page.Runs[0].Results) != 1 || page.Version != "2.1.0" || page.Runs[0].Tool.Driver.Version != "test" {
		t.Fatalf("the document is %+v", page)
	}
	if r := page.Runs[0].Results[0]; r.RuleID != "redis.no-auth" || len(r.PartialFingerprints) == 0 {
		t.Errorf("the result is %+v", r)
	}
	if page := sarif(t, w.result("findings_to_sarif", tupleValue())); len(page.Runs[0].Results) != 0 {
		t.Errorf("no findings are %+v", page)
	}
	wantArgumentError(t, w.ask("findings_to_sarif", tupleValue(textValue("x"))), 0, "Element 0")
}

func sarif(t *testing.T, value tftypes.Value) (page sarifDocument) {
	t.Helper()
	var text string
	if err := value.As(&text); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(text), &page); err != nil {
		t.Fatal(err)
	}
	return page
}

func TestAccFindingsToSARIF(t *testing.T) { testExample(t, "functions/findings_to_sarif") }
