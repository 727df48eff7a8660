package report

import (
	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// painter adds ANSI colours (ECMA-48 SGR) to text of ours when true.
type painter bool

func (p painter) bold(s string) string { return p.wrap("1", s) }

func (p painter) severity(severity engine.Severity, s string) string {
	codes := map[engine.Severity]string{engine.Critical: "1;31", engine.High: "31", engine.Medium: "33", engine.Low: "36", engine.Info: "2"}
	return p.wrap(codes[severity], s)
}

func (p painter) status(status policy.Status, s string) string {
	switch status {
	case policy.StatusPassed:
		return p.wrap("1;32", s)
	case policy.StatusFailed:
		return p.wrap("1;31", s)
	}
	return p.wrap("1;33", s)
}

func (p painter) wrap(code, s string) string {
	if !p || code == "" || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}
