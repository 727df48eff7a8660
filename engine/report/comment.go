package report

import (
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// maxComment is how long a comment on GitHub may be, in characters; bytes are never fewer.
const maxComment = 65_536

// WriteComment writes r as a comment on a pull request: how the run ended, the counts,
// and what is new. It begins with marker, an HTML comment by which it is found again.
func WriteComment(w io.Writer, r Report, marker string) error {
	r.Assessment.Active = worstFirst(r.Assessment.Active)
	m := &markdown{left: maxComment - markdownReserve}
	m.add(marker + "\n### " + markdownTitle(&r) + "\n\n")
	m.head(&r)
	fresh := slices.DeleteFunc(slices.Clone(r.Assessment.Active), func(a policy.Assessed) bool { return !a.New })
	switch {
	case len(fresh) > 0:
		m.table(findingsHead(&r), findingRows(&r, fresh))
	case len(r.Assessment.Active) == 0:
		m.add("Nothing is open: what was reported here is resolved.\n")
	default:
		m.add(fmt.Sprintf("Nothing is new; %s from before.\n", plural(len(r.Assessment.Active), "finding")))
	}
	_, err := io.WriteString(w, m.out.String())
	return err
}

// isLink reports whether text can stand as the target of a link.
func isLink(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && !strings.ContainsAny(text, "<> \n\r")
}
