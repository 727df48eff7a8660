package zoo

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// nameless is the protocol of documents that name nothing.
const nameless = "unknown"

// Census is what a scanner has said of the services of a zoo, held against the truth.
type Census struct {
	Right, Missed, Wrong []Entry // protocols; a hostile service without a name is right
	Products             Tally   // of the services that were named right
	Versions             Tally
}

// Entry is one service and what was said of it.
type Entry struct {
	Service *Service
	Said    string // "imaps"; empty when nothing was
}

// Tally counts what of something that a service tells was told of it.
type Tally struct {
	Right  int
	Missed []Entry
	Wrong  []Entry
}

// Count takes the census. Of several documents of a service the first one names it;
// all of them must be about its protocol.
func Count(services []*Service, responses []engine.Response) Census {
	type place struct {
		addr, transport string
		port            int
	}
	said := map[place][]engine.Response{}
	for _, r := range responses {
		at := place{r.IP, r.Transport, r.Port}
		said[at] = append(said[at], r)
	}
	var c Census
	for _, s := range services {
		c.add(s, said[place{s.Place.Addr().String(), s.Transport(), int(s.Place.Port())}])
	}
	return c
}

func (c *Census) add(s *Service, said []engine.Response) {
	said = slices.DeleteFunc(slices.Clone(said), func(r engine.Response) bool { return r.Base == nameless })
	if len(said) == 0 {
		if s.Base == "" || s.Hostile {
			c.Right = append(c.Right, Entry{s, ""})
		} else {
			c.Missed = append(c.Missed, Entry{s, ""})
		}
		return
	}
	for _, r := range said {
		if r.Base == s.Base {
			continue
		}
		entry := Entry{s, r.Protocol}
		if r.Base == "tls" && s.isInTLS() {
			c.Missed = append(c.Missed, entry) // true, but not all of it
		} else {
			c.Wrong = append(c.Wrong, entry)
		}
		return
	}
	c.judge(s, said)
}

// isInTLS reports whether the protocol is one inside TLS: "imaps".
func (s *Service) isInTLS() bool { return strings.HasSuffix(s.Protocol, "s") && s.Protocol != s.Base }

// judge is about a service whose base protocol is right.
func (c *Census) judge(s *Service, said []engine.Response) {
	entry := Entry{s, said[0].Protocol}
	switch {
	case entry.Said == s.Protocol:
		c.Right = append(c.Right, entry)
	case entry.Said == s.Base && !s.isInTLS() || entry.Said == s.Base+"s" && s.isInTLS():
		c.Missed = append(c.Missed, entry) // true, and less exact than it could be
		return
	default:
		c.Wrong = append(c.Wrong, entry)
		return
	}
	if s.Product != "" {
		c.Products.count(s, said, func(t engine.Tag) bool { return t.Name == s.Product }, false)
	}
	if s.Version != "" {
		c.Versions.count(s, said, func(t engine.Tag) bool { return t.Name == s.Product && t.Version == s.Version }, true)
	}
}

// count looks for a tag. Another version of the same product is wrong; another
// product may be true as well, as the language of a web server is.
func (t *Tally) count(s *Service, said []engine.Response, isRight func(engine.Tag) bool, isVersion bool) {
	var names []string
	isWrong := false
	for _, r := range said {
		for _, tag := range r.Tags {
			if isRight(tag) {
				t.Right++
				return
			}
			names = append(names, strings.TrimSpace(tag.Name+" "+tag.Version))
			isWrong = isWrong || isVersion && tag.Name == s.Product && tag.Version != ""
		}
	}
	entry := Entry{s, strings.Join(slices.Compact(names), ", ")}
	if isWrong {
		t.Wrong = append(t.Wrong, entry)
		return
	}
	t.Missed = append(t.Missed, entry)
}

// Recall is the share of services that have a name and are no traps that was named right.
func (c Census) Recall() float64 {
	named := func(list []Entry) (n int) {
		for _, e := range list {
			if e.Service.Base != "" && !e.Service.Hostile {
				n++
			}
		}
		return n
	}
	all := named(c.Right) + named(c.Missed) + named(c.Wrong)
	if all == 0 {
		return 1
	}
	return float64(named(c.Right)) / float64(all)
}

// String is a table of all that is not right.
func (c Census) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d right, %d missed, %d wrong; products %d right, %d missed, %d wrong; versions %d right, %d missed, %d wrong\n",
		len(c.Right), len(c.Missed), len(c.Wrong), c.Products.Right, len(c.Products.Missed), len(c.Products.Wrong),
		c.Versions.Right, len(c.Versions.Missed), len(c.Versions.Wrong))
	w := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	for _, list := range []struct {
		title   string
		entries []Entry
	}{
		{"wrong", c.Wrong}, {"missed", c.Missed}, {"wrong product", c.Products.Wrong}, {"missed product", c.Products.Missed},
		{"wrong version", c.Versions.Wrong}, {"missed version", c.Versions.Missed},
	} {
		for _, e := range list.entries {
			s := e.Service
			_, _ = fmt.Fprintf(w, "%s\t%s\t%s/%d\tis %q %s %s\tsaid %q\n", list.title, s.Name, s.Transport(), s.Port, s.Protocol, s.Product, s.Version, e.Said)
		}
	}
	_ = w.Flush() // a builder takes anything
	return b.String()
}
