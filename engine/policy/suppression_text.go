package policy

import (
	"errors"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// SuppressionText is a suppression as people write it, outside of a file.
type SuppressionText struct {
	ID, Rule, Target, Path, Severity       string // see [Suppression]
	Reason, Expires, Status, Owner, Ticket string
	Port                                   int // 0: any
}

// Parse reads it. What is wrong is an [engine.Invalid] [engine.Error] with the Field of
// the member, "" for one about several.
func (t SuppressionText) Parse(at time.Time) (Suppression, error) {
	s := Suppression{
		ID: t.ID, Rule: t.Rule, Target: t.Target, Port: t.Port, Path: t.Path, Severity: t.Severity,
		Reason: t.Reason, Status: SuppressionAccepted, Owner: t.Owner, Ticket: t.Ticket,
	}
	if err := t.words(&s, at); err != nil {
		return s, err
	}
	if s.namesNothing() {
		return s, wrongWord(nothingNamed, "")
	}
	for _, complaint := range s.badPlaces() {
		return s, wrongWord(complaint, "* and ? stand for any characters and any one")
	}
	return s, nil
}

// words reads the members that have a language of their own.
func (t SuppressionText) words(s *Suppression, at time.Time) (err error) {
	if t.ID != "" {
		err = in("id", ValidateFingerprint(t.ID))
	}
	if t.Severity != "" && err == nil {
		s.ceiling, err = parseCeiling(t.Severity)
		err = in("severity", err)
	}
	if t.Status != "" && err == nil {
		s.Status, err = ParseSuppressionStatus(t.Status)
		err = in("status", err)
	}
	if err != nil {
		return err
	}
	s.Expires, err = ParseExpiry(t.Expires, at)
	return errors.Join(in("reason", ValidateReason(t.Reason)), in("expires", err))
}

func in(field string, err error) error {
	if err == nil {
		return nil
	}
	return engine.In(field, err)
}
