package private

import (
	"fmt"
	"strconv"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
)

// Sizes of a page of findings.
const (
	findingsPage    = 100
	maxFindingsPage = 1000
)

// findingsObject is a page of findings. Total and Counts are of all findings that
// pass the filter; what Counts says of hosts, ports and tasks is of the whole scan.
type findingsObject struct {
	Findings []engine.Finding `json:"findings"`
	Total    int              `json:"total"`
	Counts   engine.Summary   `json:"counts"`
}

func (d *dialect) listFindings(call *api.Call) error {
	id, err := scanID(call)
	if err != nil {
		return err
	}
	parameters := call.Parameters()
	filter, err := findingFilter(parameters)
	if err != nil {
		return err
	}
	page, err := pageOf(parameters)
	if err != nil {
		return err
	}
	answer, err := d.findings(call, id, filter, page)
	if err != nil {
		return err
	}
	return call.Answer(answer)
}

// findings reads a page and counts the rest.
func (d *dialect) findings(call *api.Call, id engine.ScanID, filter index.FindingFilter, page page) (answer findingsObject, err error) {
	if answer.Counts, err = d.control.CountFindings(call.Context(), call.Caller, id, filter); err != nil {
		return answer, err
	}
	answer.Total = answer.Counts.Total
	answer.Findings = []engine.Finding{}
	for finding, err := range d.control.Findings(call.Context(), call.Caller, id, filter, page.offset) {
		if err != nil {
			return answer, err
		}
		answer.Findings = append(answer.Findings, finding)
		if len(answer.Findings) == page.limit {
			break
		}
	}
	return answer, d.control.Follow(call.Context(), call.Caller, answer.Findings)
}

func findingFilter(parameters api.Arguments) (filter index.FindingFilter, err error) {
	severity, err := parameters.Text("min_severity")
	if err != nil {
		return filter, err
	}
	filter.MinSeverity = engine.Severity(severity)
	if severity != "" {
		if err := filter.MinSeverity.Validate(); err != nil {
			return filter, engine.In("min_severity", err)
		}
	}
	if filter.Rules, err = parameters.List("rules"); err != nil {
		return filter, err
	}
	if filter.Hosts, err = parameters.List("hosts"); err != nil {
		return filter, err
	}
	filter.Ports, err = ports(parameters, "ports")
	return filter, err
}

func ports(parameters api.Arguments, name string) ([]int, error) {
	list, err := parameters.List(name)
	if err != nil {
		return nil, err
	}
	var ports []int
	for i, item := range list {
		port, err := strconv.ParseUint(item, 10, 16)
		if err != nil || port == 0 {
			return nil, invalid(fmt.Sprintf("%s[%d]", name, i), fmt.Sprintf("%q is not a port", item), "a port is a number from 1 to 65535")
		}
		ports = append(ports, int(port))
	}
	return ports, nil
}

// page is a part of a list.
type page struct {
	offset, limit int
}

func pageOf(parameters api.Arguments) (page, error) {
	limit, given, err := parameters.Int("limit")
	if err != nil {
		return page{}, err
	}
	if !given {
		limit = findingsPage
	}
	if limit < 1 || limit > maxFindingsPage {
		return page{}, invalid("limit", fmt.Sprintf("limit is %d", limit), fmt.Sprintf("write a number from 1 to %d, and offset for the next page", maxFindingsPage))
	}
	offset, _, err := parameters.Int("offset")
	if err != nil {
		return page{}, err
	}
	if offset < 0 {
		return page{}, invalid("offset", fmt.Sprintf("offset is %d", offset), "the first page begins at 0")
	}
	return page{offset: int(offset), limit: int(limit)}, nil
}
