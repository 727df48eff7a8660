package server

import (
	"fmt"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// unlimited is how a limit that there is none of is written.
const unlimited = "unlimited"

// planMember is one member of a plan in a file of plans, and in what portolan plan
// shows.
type planMember struct {
	name string
	of   func(*engine.Plan) any // *string, *bool or *int64: where the plan keeps it
}

// planMembers lists what a plan is made of, but for its number.
func planMembers() []planMember {
	return []planMember{
		{"name", func(p *engine.Plan) any { return &p.Name }},
		{"free", func(p *engine.Plan) any { return &p.Free }},
		{"scanner", func(p *engine.Plan) any { return &p.Scanner }},
		{"stored_scans", func(p *engine.Plan) any { return &p.StoredScans }},
		{"targets_per_scan", func(p *engine.Plan) any { return &p.TargetsPerScan }},
		{"scans_at_once", func(p *engine.Plan) any { return &p.ScansAtOnce }},
		{"scan_coins_per_month", func(p *engine.Plan) any { return &p.ScanCoins }},
		{"requests_per_day", func(p *engine.Plan) any { return &p.RequestsPerDay }},
		{"requests_per_minute", func(p *engine.Plan) any { return &p.RequestsPerMinute }},
		{"certificate_requests_per_minute", func(p *engine.Plan) any { return &p.CertificateRequestsPerMinute }},
		{"documents_per_download", func(p *engine.Plan) any { return &p.Download }},
		{"results_per_search", func(p *engine.Plan) any { return &p.Results }},
		{"cve_and_tag_filters", func(p *engine.Plan) any { return &p.PaidFilters }},
	}
}

// memberNamed finds a member of a plan.
func memberNamed(name string) (planMember, bool) {
	for _, m := range planMembers() {
		if m.name == name {
			return m, true
		}
	}
	return planMember{}, false
}

// read puts what a file says in its place.
func (m planMember) read(plan *engine.Plan, value *yaml.Node) error {
	if value.Kind != yaml.ScalarNode {
		return planError(value, m.name+" is not a single value", "")
	}
	switch place := m.of(plan).(type) {
	case *string:
		*place = value.Value
	case *bool:
		if value.Tag != "!!bool" || value.Decode(place) != nil {
			return planError(value, fmt.Sprintf("%s is %q, neither true nor false", m.name, value.Value), "")
		}
	case *int64:
		n, err := strconv.ParseInt(value.Value, 10, 32)
		switch {
		case value.Value == unlimited:
			n = engine.Unlimited
		case err != nil || n < engine.Unlimited:
			return planError(value, fmt.Sprintf("%s is %q, no limit", m.name, value.Value), "write a number from 0, or "+unlimited)
		}
		*place = n
	}
	return nil
}

// show gives a member as it is written in a file.
func (m planMember) show(plan engine.Plan) string {
	switch place := m.of(&plan).(type) {
	case *string:
		return *place
	case *bool:
		return strconv.FormatBool(*place)
	case *int64:
		if *place != engine.Unlimited {
			return strconv.FormatInt(*place, 10)
		}
	}
	return unlimited
}

// planError is about a line of a file of plans.
func planError(at *yaml.Node, detail, hint string) error {
	return &engine.Error{
		Kind: engine.Invalid, Title: "Plans are not valid", Field: "--plans",
		Detail: fmt.Sprintf("line %d: %s", at.Line, detail), Hint: hint,
	}
}
