package provider_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

func manyTargets(n int) []string {
	targets := make([]string, n)
	for i := range targets {
		targets[i] = fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255)
	}
	return targets
}

// Bad input is one clear error, at the guilty value, with what to do about it.
func TestScanConfigErrors(t *testing.T) {
	good := []string{"192.0.2.1"}
	tests := map[string]struct {
		config object
		path   string
		parts  []string
	}{
		"misspelt target":          {object{"targets": []string{"192.0.2.1", "192.0.2.300"}}, "targets[1]", []string{"Target is not valid", `192.0.2.300`, "0 to 255"}},
		"URL":                      {object{"targets": []string{"https://example.com/x"}}, "targets[0]", []string{"it is a URL", `"example.com"`}},
		"wildcard":                 {object{"targets": []string{"a.example.com", "*.example.com"}}, "targets[1]", []string{"wildcards"}},
		"hostile target":           {object{"targets": []string{"a\x1b]0;x\x07"}}, "targets[0]", []string{`\x1b`}},
		"empty list":               {object{"targets": []string{}}, "targets", []string{"No targets", "at least one"}},
		"no targets":               {object{}, "targets", []string{"targets_file"}},
		"null target":              {object{"targets": []any{nil}}, "targets[0]", []string{"null", "compact()"}},
		"CIDR above the limit":     {object{"targets": []string{"192.0.2.1", "2001:db8::/64"}}, "targets[1]", []string{"Max number of targets", "4294967296", "smaller ranges"}},
		"too many targets":         {object{"targets": manyTargets(1001)}, "targets", []string{"1001", "at most 1000", "CIDR"}},
		"misspelt exclusion":       {object{"targets": good, "exclude": []string{"10.0.0.0/33"}}, "exclude[0]", []string{"prefix length"}},
		"excluded name":            {object{"targets": good, "exclude": []string{"10.0.0.1", "example.com"}}, "exclude[1]", []string{"is a name", "CIDR"}},
		"port 70000":               {object{"targets": good, "ports": "22,70000"}, "ports", []string{"70000", "1 to 65535"}},
		"misspelt set of ports":    {object{"targets": good, "ports": "comon"}, "ports", []string{"comon", "common, default, all"}},
		"range backwards":          {object{"targets": good, "ports": "90-80"}, "ports", []string{"80-90"}},
		"empty label":              {object{"targets": good, "label": ""}, "label", []string{"between 1 and 255"}},
		"long label":               {object{"targets": good, "label": strings.Repeat("ä", 256)}, "label", []string{"255"}},
		"misspelt port":            {object{"targets": good, "expect": []any{object{"port": "22"}, object{"port": "htps"}}}, "expect[1].port", []string{"htps"}},
		"misspelt protocol":        {object{"targets": good, "expect": []any{object{"port": "443", "protocol": "https"}}}, "expect[0].protocol", []string{"tcp or udp"}},
		"misspelt TLS":             {object{"targets": good, "expect": []any{object{"port": "443", "tls_min": "TLSv1.2"}}}, "expect[0].tls_min", []string{"1.0, 1.1, 1.2, 1.3"}},
		"expected elsewhere":       {object{"targets": good, "expect": []any{object{"host": "192.0.2.2", "port": "443"}}}, "expect[0].host", []string{"does not look at 192.0.2.2"}},
		"expected port":            {object{"targets": good, "ports": "22", "expect": []any{object{"host": "192.0.2.1", "port": "443"}}}, "expect[0].port", []string{"Add it to the ports"}},
		"both kinds of targets":    {object{"targets": good, "targets_file": "x"}, "targets", []string{"targets_file"}},
		"misspelt severity":        {object{"targets": good, "fail_on": "hihg"}, "fail_on", []string{"hihg", "high"}},
		"empty policy":             {object{"targets": good, "warn_on": ""}, "warn_on", []string{"never"}},
		"misspelt expression":      {object{"targets": good, "fail_on": "expr: prt == 80"}, "fail_on", []string{"port"}},
		"gate nobody waits for":    {object{"targets": good, "wait": false, "fail_on": "high"}, "fail_on", []string{"never close", "wait = false"}},
		"warning nobody waits for": {object{"targets": good, "wait": false, "warn_on": "high"}, "warn_on", []string{"never close"}},
		"misspelt baseline":        {object{"targets": good, "baseline_scan_id": "scan 7"}, "baseline_scan_id", []string{"number of a scan"}},
		"misspelt on_destroy":      {object{"targets": good, "on_destroy": "forget"}, "on_destroy", []string{`"keep"`}},
		"misspelt on_interrupt":    {object{"targets": good, "on_interrupt": "go on"}, "on_interrupt", []string{`"detach"`}},
		"misspelt age":             {object{"targets": good, "max_age": "1 day"}, "max_age", []string{"1 day"}},
		"age below nothing":        {object{"targets": good, "max_age": "-1h"}, "max_age", []string{"too short"}},
		"suppression of nothing":   {object{"targets": good, "suppressions": []any{object{"reason": "x", "expires": soon()}}}, "suppressions[0]", []string{"Nothing is named"}},
		"suppression for ever":     {object{"targets": good, "suppressions": []any{object{"rule": "redis.*", "reason": "x", "expires": "2099-01-01"}}}, "suppressions[0].expires", []string{"366 days"}},
		"suppression without why":  {object{"targets": good, "suppressions": []any{object{"rule": "redis.*", "reason": "…", "expires": soon()}}}, "suppressions[0].reason", []string{"reason is missing"}},
		"suppression of an id":     {object{"targets": good, "suppressions": []any{object{"id": "7f9c", "reason": "x", "expires": soon()}}}, "suppressions[0].id", []string{"16 digits"}},
		"suppression of a port":    {object{"targets": good, "suppressions": []any{object{"port": 0, "reason": "x", "expires": soon()}}}, "suppressions[0].port", []string{"between 1"}},
		"misspelt timeout":         {object{"targets": good, "timeouts": object{"create": "1 hour"}}, "timeouts.create", []string{"1 hour"}},
		"several at once, first":   {object{"targets": []string{"a b", "c d"}, "ports": "x"}, "targets[0]", nil},
		"several at once, second":  {object{"targets": []string{"a b", "c d"}, "ports": "x"}, "targets[1]", nil},
		"several at once, ports":   {object{"targets": []string{"a b", "c d"}, "ports": "x"}, "ports", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			wantError(t, newWire(t).validate(test.config), test.path, test.parts...)
		})
	}
}

// One mistake is one error.
func TestScanConfigErrorsOnce(t *testing.T) {
	for name, config := range map[string]object{
		"target": {"targets": []string{"192.0.2.300"}},
		"ports":  {"targets": []string{"192.0.2.1"}, "ports": "70000"},
		"CIDR":   {"targets": []string{"2001:db8::/64"}},
		"empty":  {"targets": []string{}},
	} {
		if got := newWire(t).validate(config).Diagnostics; len(got) != 1 {
			t.Errorf("%s: %d errors, want 1: %v", name, len(got), got)
		}
	}
}

func TestScanConfigAccepted(t *testing.T) {
	for name, config := range map[string]object{
		"every kind of target": {"targets": []string{"192.0.2.1", "2001:db8::1", "192.0.2.0/24", "EXAMPLE.com.", "xn--bcher-kva.example"}},
		"a thousand targets":   {"targets": manyTargets(1000)},
		"nothing open":         {"targets": []string{"192.0.2.1"}, "expect": []any{}},
		"unknown port":         {"targets": []string{"192.0.2.1"}, "expect": []any{object{"host": "192.0.2.2", "port": unknown{}}}},
		"not known yet":        {"targets": unknown{}, "expect": unknown{}, "exclude": unknown{}, "ports": unknown{}, "wait": unknown{}, "fail_on": unknown{}},
		"an unknown target":    {"targets": []any{"192.0.2.1", unknown{}}},
		"everything": {
			"targets": []string{"192.0.2.0/28"}, "exclude": []string{"192.0.2.1"}, "ports": "common, 9200,8000-8100", "label": "näme",
			"triggers": object{"a": "b"}, "wait": true, "fail_on": "critical, new:medium, rule:redis.*, expr: count(severity >= medium && port in [22, 3389]) > 3",
			"warn_on": "medium>=10", "baseline_scan_id": "7", "max_age": "24h", "priority": -3, "on_destroy": "keep", "on_interrupt": "detach",
			"suppressions":      []any{object{"rule": "tls.*", "severity": "<=medium", "reason": "internal CA", "expires": soon(), "status": "mitigated", "owner": "@net", "ticket": "N-1"}, object{"id": "7f9c2a10b3d4e5f6", "port": 443, "target": "192.0.2.0/24", "reason": "x", "expires": unknown{}}},
			"suppressions_file": ".portolan-ignore.yml",
			"timeouts":          object{"create": "90s", "read": "1m", "update": "1h30m", "delete": "5m"},
		},
	} {
		for _, d := range newWire(t).validate(config).Diagnostics {
			t.Errorf("%s: %s: %s %s", name, pathOf(d), d.Summary, d.Detail)
		}
	}
}

func TestDataSourceConfigErrors(t *testing.T) {
	tests := map[string]struct {
		source string
		config object
		path   string
		parts  []string
	}{
		"no scan":           {"portolan_findings", object{}, "", []string{"scan_id", "index_ids"}},
		"two ways":          {"portolan_findings", object{"scan_id": "1", "index_ids": []any{1}}, "scan_id", []string{"index_ids"}},
		"misspelt severity": {"portolan_findings", object{"scan_id": "1", "min_severity": "bad"}, "min_severity", []string{"critical, high"}},
		"port":              {"portolan_findings", object{"scan_id": "1", "ports": []any{80, 70000}}, "ports[1]", []string{"65535"}},
		"limit":             {"portolan_findings", object{"scan_id": "1", "limit": 0}, "limit", []string{"at least 1"}},
		"size":              {"portolan_responses", object{"size": 0}, "size", []string{"between 1"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			wantError(t, newWire(t).validateData(test.source, test.config), test.path, test.parts...)
		})
	}
}

// A misspelt id is found before anything is asked.
func TestDataSourceScanID(t *testing.T) {
	withoutEnvironment(t)
	for _, source := range []string{"portolan_findings", "portolan_responses"} {
		w := configured(t, object{"embedded": object{"data_dir": t.TempDir()}})
		wantError(t, w.readData(source, object{"scan_id": "scan-7"}), "scan_id", "Scan id is not valid", `"349"`)
	}
}

// soon is a day on which a suppression may end.
func soon() string { return time.Now().AddDate(0, 1, 0).Format(time.DateOnly) }

func TestUpgradeState(t *testing.T) {
	w := newWire(t)
	resp, err := w.server.UpgradeResourceState(t.Context(), &tfprotov6.UpgradeResourceStateRequest{
		TypeName: scanType, Version: 0, RawState: &tfprotov6.RawState{JSON: []byte(`{"id":"7","targets":["127.0.0.1"],"wait":true}`)},
	})
	w.must(err)
	w.clean(resp)
	if got := text(t, w.state(w.resourceType(), resp.UpgradedState), "id"); got != "7" {
		t.Errorf("id is %q after the upgrade, want 7", got)
	}
}
