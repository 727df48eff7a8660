package report

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"iter"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// jsonSummary counts the findings that are active, and what became of the others.
type jsonSummary struct {
	engine.Summary
	policy.Counts
}

// jsonFinding is a finding with what is known about it beyond its scan.
type jsonFinding struct {
	findingFields

	State       state            `json:"state"`
	AgeDays     int              `json:"age_days"` // since it was first seen; 0 if new
	Suppression *jsonSuppression `json:"suppression"`
}

// findingFields is engine.Finding without its method, which would hide what stands beside it.
type findingFields engine.Finding

// jsonSuppression is why a finding was set aside.
type jsonSuppression struct {
	Reason  string                   `json:"reason"`
	Expires string                   `json:"expires"` // the last day; "" for good
	Status  policy.SuppressionStatus `json:"status"`
	Owner   string                   `json:"owner"`
	Ticket  string                   `json:"ticket"`
	File    string                   `json:"file"`
	Line    int                      `json:"line"`
}

// jsonKnown is a finding of the baseline that was not seen again.
type jsonKnown struct {
	policy.Known

	State state `json:"state"`
}

// writeJSON writes one object; lists are never null, and findings come worst first,
// the suppressed ones last.
func writeJSON(w io.Writer, r Report) error {
	j := newJSONWriter(w)
	j.open("", '{')
	j.value("version", r.Version)
	j.value("scan", r.Scan)
	j.value("summary", jsonSummary{r.summary(), r.Assessment.Counts()})
	j.verdict(&r)
	j.value("baseline", baselineName(&r))
	j.open("ports", '[')
	for i := range r.Ports {
		j.element(r.Ports[i])
	}
	j.close(']')
	j.open("findings", '[')
	for a := range r.findings() {
		j.element(jsonFindingOf(a))
	}
	j.close(']')
	j.open("fixed", '[')
	for _, known := range r.Assessment.Fixed {
		j.element(jsonKnown{known, stateFixed})
	}
	j.close(']')
	j.open("unknown", '[')
	for _, known := range r.Assessment.Unknown {
		j.element(jsonKnown{known, stateUnknown})
	}
	j.close(']')
	j.close('}')
	return j.end()
}

func (j *jsonWriter) verdict(r *Report) {
	if r.Verdict.Policy == "" {
		j.value("verdict", nil)
		return
	}
	j.value("verdict", r.Verdict)
	j.value("status", r.status())
}

// baselineName is null without a baseline.
func baselineName(r *Report) *string {
	if !r.compared() {
		return nil
	}
	return &r.Assessment.Baseline
}

func jsonFindingOf(a *policy.Assessed) jsonFinding {
	f := jsonFinding{findingFields: findingFields(*a.Finding), State: stateOf(a), AgeDays: days(a.Age)}
	for _, list := range []*[]string{&f.References, &f.CWE, &f.Tags} {
		if *list == nil {
			*list = []string{}
		}
	}
	if s := a.Suppression; s != nil {
		f.Suppression = &jsonSuppression{s.Reason, s.LastDay(), s.Status, s.Owner, s.Ticket, s.File, s.Line}
	}
	return f
}

// gone yields what was not seen again.
func (r *Report) gone() iter.Seq[jsonKnown] {
	return func(yield func(jsonKnown) bool) {
		for _, known := range r.Assessment.Fixed {
			if !yield(jsonKnown{known, stateFixed}) {
				return
			}
		}
		for _, known := range r.Assessment.Unknown {
			if !yield(jsonKnown{known, stateUnknown}) {
				return
			}
		}
	}
}

// writeJSONLines writes one finding a line, also those that are suppressed, fixed or
// unknown.
func writeJSONLines(w io.Writer, r Report) error {
	out := bufio.NewWriter(w)
	line := func(v any) error {
		data, err := json.Marshal(v)
		if err != nil {
			return fmt.Errorf("encode: %w", err)
		}
		_, err = out.Write(append(escapeInvisible(data), '\n'))
		return err
	}
	for a := range r.findings() {
		if err := line(jsonFindingOf(a)); err != nil {
			return err
		}
	}
	for known := range r.gone() {
		if err := line(known); err != nil {
			return err
		}
	}
	return out.Flush()
}
