package postgres

import (
	"bytes"
	"fmt"
	"io"
	"regexp"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Fault is an ErrorResponse (manual, "Error and Notice Message Fields").
type Fault struct {
	Severity string `json:"severity"` // "FATAL", in the server's language
	Code     string `json:"code"`     // SQLSTATE: "28000"
	Message  string `json:"message"`
	File     string `json:"file,omitempty"` // of the server's source
	Line     string `json:"line,omitempty"`
	Routine  string `json:"routine,omitempty"`
}

func readFault(r io.Reader) (*Fault, error) {
	m, err := readMessage(r)
	if err != nil {
		return nil, err
	}
	if m.kind != 'E' {
		return nil, fmt.Errorf("%w: message %q", errNotPostgres, m.kind)
	}
	return ReadFault(m.body)
}

var codePattern = regexp.MustCompile(`^[0-9A-Z]{5}$`)

// ReadFault reads the body of an ErrorResponse: fields of a letter and text that ends in
// a zero, and one more zero. Severity, code and message are always there.
func ReadFault(body []byte) (*Fault, error) {
	fault := &Fault{}
	fields := map[byte]*string{
		'S': &fault.Severity, 'C': &fault.Code, 'M': &fault.Message, 'F': &fault.File, 'L': &fault.Line, 'R': &fault.Routine,
	}
	for field := range bytes.SplitSeq(body, []byte{0}) {
		if len(field) == 0 {
			break
		}
		if text, ok := fields[field[0]]; ok {
			*text = probe.Text(field[1:])
		}
	}
	if fault.Severity == "" || fault.Message == "" || !codePattern.MatchString(fault.Code) {
		return nil, fmt.Errorf("%w: error %.40q", errNotPostgres, body)
	}
	return fault, nil
}

// "unsupported frontend protocol 255.0: server supports 3.0 to 3.2", in any language.
var protocolsPattern = regexp.MustCompile(`255\.0.*?(\d+\.\d+)\D+(\d+\.\d+)$`)

// protocols are the versions of the protocol that the server speaks, as "3.0 to 3.2".
func (f *Fault) protocols() string {
	if f == nil {
		return ""
	}
	match := protocolsPattern.FindStringSubmatch(f.Message)
	if match == nil {
		return ""
	}
	return match[1] + " to " + match[2]
}
