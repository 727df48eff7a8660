// Package feed is what public lists say of vulnerabilities: NVD's (which versions of
// which products), CISA's catalogue of those that are exploited (KEV) and FIRST's
// likelihood that one will be (EPSS). Begin with [ReadFile] for a file of any of them,
// and [Judge] for what it means for a response.
//
// It fetches nothing and keeps nothing: feed/sqlite keeps what was read. It does not
// look at hosts either: it knows a version only by what a probe was told.
package feed

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// ID is the number of a CVE as one integer, in the order of year and number:
// CVE-2021-41773 is 2021_000000041773.
type ID int64

// idShift leaves twelve digits for the number within a year; the largest so far has seven.
const idShift = 1_000_000_000_000

// ParseID reads "CVE-2021-41773".
func ParseID(text string) (ID, error) {
	rest, ok := strings.CutPrefix(text, "CVE-")
	year, number, _ := strings.Cut(rest, "-")
	y, err1 := strconv.ParseUint(year, 10, 16)
	n, err2 := strconv.ParseUint(number, 10, 63)
	id := ID(y)*idShift + ID(n)
	if !ok || err1 != nil || err2 != nil || n >= idShift || id.String() != text {
		return 0, fmt.Errorf("%.40q is no CVE id such as CVE-2021-41773", text)
	}
	return id, nil
}

// String gives the id as people write it.
func (id ID) String() string { return fmt.Sprintf("CVE-%d-%04d", id/idShift, id%idShift) }

// Flaw is what NVD says of one CVE.
type Flaw struct {
	ID           ID
	Modified     time.Time
	Rejected     bool            // it is none after all; nothing else is set
	Score        float64         // CVSS base score of the latest version there is; 0 if there is none
	Severity     engine.Severity // critical to low
	Description  string          // English, at most maxDescription characters
	ExploitLinks []string        // pages that NVD says have an exploit
	Conditions   []Condition     // one of which must hold for a product to be affected
}

// Exploited is one entry of CISA's catalogue.
type Exploited struct {
	ID    ID
	Added string // YYYY-MM-DD
}

// Catalogue is CISA's list of what is known to be exploited. It is always whole.
type Catalogue struct {
	Released time.Time
	Entries  []Exploited
}

// Likelihood is one line of FIRST's list.
type Likelihood struct {
	ID          ID
	Probability float64 // of being exploited within 30 days, 0 to 1
}

// Scores is FIRST's list of one day. It is always whole.
type Scores struct {
	Day     time.Time
	Entries []Likelihood
}

// Sink takes what a file says, in its order. A file has one sort of content only.
type Sink interface {
	Flaw(Flaw) error
	Catalogue(Catalogue) error
	Scores(Scores) error
}
