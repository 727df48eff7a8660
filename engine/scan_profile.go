package engine

import (
	"fmt"
	"unicode/utf8"
)

// ScanProfileKind is the kind of the records of scan profiles.
const ScanProfileKind RecordKind = "scan-profile"

// ScanProfile is how scans go about their work, declared once under a name. What a scan's
// own request says wins over it, and the scan records what it used: changing a profile
// changes no scan there is.
type ScanProfile struct {
	Stamp

	Name        string `json:"name"`
	Description string `json:"description"`
	Ports       Ports  `json:"ports"` // "" leaves them to the scan
	Profile
}

var _ Noun = (*ScanProfile)(nil)

// RecordKind implements [Noun].
func (*ScanProfile) RecordKind() RecordKind { return ScanProfileKind }

// RecordName implements [Noun].
func (p *ScanProfile) RecordName() string { return p.Name }

// Validate implements [Noun].
func (p *ScanProfile) Validate() error {
	if err := ValidateRecordName(p.Name); err != nil {
		return err
	}
	if err := validateDescription(p.Description); err != nil {
		return err
	}
	if err := p.Ports.Validate(); err != nil {
		return err
	}
	return p.Profile.Validate()
}

// Apply gives the request with what it leaves open taken from the profile.
func (p *ScanProfile) Apply(r ScanRequest) ScanRequest {
	if r.Ports == "" {
		r.Ports = p.Ports
	}
	r.Profile = r.Profile.Or(p.Profile)
	return r
}

// validateDescription reports a description that is too long or not text.
func validateDescription(text string) error {
	switch n := utf8.RuneCountInString(text); {
	case n > MaxNoteRunes:
		return badName("description", fmt.Sprintf("the description has %d characters, at most %d are allowed", n, MaxNoteRunes), "shorten it")
	case !isPlainText(text):
		return badName("description", "the description holds characters that cannot be printed", "write it as plain text")
	}
	return nil
}
