package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode"
	"unicode/utf8"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// page is the JSON report. Lists are never null.
type page struct {
	Version  string           `json:"version"`
	Scan     engine.Scan      `json:"scan"`
	Summary  engine.Summary   `json:"summary"` // of the findings below
	Verdict  *policy.Verdict  `json:"verdict"` // null when nothing was judged
	Status   policy.Status    `json:"status,omitempty"`
	Ports    []Port           `json:"ports"`
	Findings []engine.Finding `json:"findings"` // worst first
}

func writeJSON(w io.Writer, r Report) error {
	p := page{Version: r.Version, Scan: r.Scan, Summary: r.summary(), Status: r.status(), Ports: r.Ports, Findings: make([]engine.Finding, len(r.Findings))}
	if r.Verdict.Policy != "" {
		p.Verdict = &r.Verdict
	}
	if p.Ports == nil {
		p.Ports = []Port{}
	}
	for i, f := range r.Findings {
		p.Findings[i] = withoutNull(f)
	}
	return encode(w, p)
}

func withoutNull(f engine.Finding) engine.Finding {
	for _, list := range []*[]string{&f.References, &f.CWE, &f.Tags} {
		if *list == nil {
			*list = []string{}
		}
	}
	return f
}

// encode writes v as indented JSON in which nothing is hidden or active: the same
// values, with characters escaped that a terminal or a build log would act on.
func encode(w io.Writer, v any) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	_, err = w.Write(append(escapeInvisible(data), '\n'))
	return err
}

// escapeInvisible relies on JSON having characters beyond ASCII, and "##[", within
// strings only.
func escapeInvisible(data []byte) []byte {
	out := make([]byte, 0, len(data))
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if size == 1 && r != 0x7F {
			out = append(out, data[i])
			i++
			continue
		}
		if !unicode.IsGraphic(r) {
			out = appendEscape(out, r)
		} else {
			out = append(out, data[i:i+size]...)
		}
		i += size
	}
	return bytes.ReplaceAll(out, []byte("##["), []byte(`#\u0023[`))
}

// appendEscape writes r as RFC 8259 section 7 has it: beyond the basic plane as a
// surrogate pair.
func appendEscape(out []byte, r rune) []byte {
	if r > 0xFFFF {
		r -= 0x10000
		return fmt.Appendf(out, `\u%04x\u%04x`, 0xD800+r>>10, 0xDC00+r&0x3FF)
	}
	return fmt.Appendf(out, `\u%04x`, r)
}
