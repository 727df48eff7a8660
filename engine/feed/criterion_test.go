package feed_test

import (
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/cpe"
	"github.com/portolan-io/terraform-provider-portolan/engine/feed"
)

// subject names a product as probes do.
func subject(t *testing.T, product, version string) feed.Subject {
	t.Helper()
	vendor, name, _ := strings.Cut(product, ":")
	s, ok := feed.NewSubject(cpe.Software(cpe.Application, vendor, name, version))
	if !ok {
		t.Fatalf("%s %s is no subject", product, version)
	}
	return s
}

// criterion reads "openbsd:openssh:8.5:p1", with a range behind it such as "[8.6 9.8)".
func criterion(t *testing.T, text string) feed.Criterion {
	t.Helper()
	attributes, bounds, ranged := strings.Cut(text, " ")
	attributes += strings.Repeat(":*", 9-strings.Count(attributes, ":"))
	name, err := cpe.Parse("cpe:2.3:a:" + attributes)
	if err != nil {
		t.Fatal(err)
	}
	c := feed.Criterion{Vulnerable: true, Name: name}
	if !ranged {
		return c
	}
	start, end, _ := strings.Cut(bounds[1:len(bounds)-1], " ")
	if start != "" {
		c.Start = &feed.Bound{Version: start, Excluding: bounds[0] == '('}
	}
	if end != "" {
		c.End = &feed.Bound{Version: end, Excluding: bounds[len(bounds)-1] == ')'}
	}
	return c
}

// TestRanges is what vendors of scanners get wrong.
func TestRanges(t *testing.T) {
	for _, tt := range []struct {
		criterion, version string
		want               feed.Outcome
	}{
		// Numbers are numbers.
		{"x:y:* [ 1.10)", "1.9", feed.Yes},
		{"x:y:* [ 1.9)", "1.10", feed.No},
		{"x:y:* [1.9 1.10]", "1.10", feed.Yes},
		{"x:y:* [1.9 1.10)", "1.10", feed.No},
		{"x:y:* (1.9 1.10]", "1.9", feed.No},
		{"x:y:* (1.9 1.10]", "1.9.1", feed.Yes},
		{"x:y:* [ 2.0)", "2", feed.No},
		{"x:y:* [ 2.0.0]", "2.0", feed.Yes},
		{"x:y", "7", feed.Yes},
		// A letter is a later one.
		{"x:y:* [1.1.1 1.1.1l)", "1.1.1k", feed.Yes},
		{"x:y:* [1.1.1 1.1.1l)", "1.1.1l", feed.No},
		{"x:y:* [1.1.1 1.1.1l)", "1.1.1", feed.Yes},
		{"x:y:* [1.1.1 1.1.1l)", "1.1.0z", feed.No},
		{"x:y:* [1.0.2 1.0.2zf)", "1.0.2zd", feed.Yes},
		{"x:y:* [ 1.1.1]", "1.1.1a", feed.No},
		// What comes before the release comes before it.
		{"x:y:* [ 2.4.49)", "2.4.49-rc1", feed.Yes},
		{"x:y:* [2.4.49 2.4.51)", "2.4.49-rc1", feed.No},
		{"x:y:* [2.4.49 2.4.51)", "2.4.49", feed.Yes},
		{"x:y:* [ 9.0.0)", "9.0.0.M1", feed.Yes},
		{"x:y:* [9.0.0-M1 9.0.0.M10)", "9.0.0.M2", feed.Yes},
		{"x:y:7.0:rc1", "7.0-rc1", feed.Yes},
		{"x:y:7.0:rc1", "7.0", feed.No},
		// A patch is a part of its release, unless the range says which.
		{"x:y:* [ 9.2]", "9.2p1", feed.Yes},
		{"x:y:* [ 9.2)", "9.2p1", feed.No},
		{"x:y:* [ 9.3p2)", "9.3p1", feed.Yes},
		{"x:y:* [ 9.3p2)", "9.3p2", feed.No},
		{"x:y:* [ 4.2.8-p15)", "4.2.8p15", feed.No},
		{"x:y:* [ 4.2.8-p15)", "4.2.8p9", feed.Yes},
		{"x:y:4.2.8:p9", "4.2.8p9", feed.Yes},
		{"x:y:4.2.8:p9", "4.2.8p10", feed.No},
		{"x:y:4.2.8:-", "4.2.8", feed.Yes},
		{"x:y:4.2.8:-", "4.2.8p9", feed.No},
		{"x:y:4.2.8", "4.2.8p9", feed.Yes},
		{"x:y:3.0.25:a", "3.0.25a", feed.Yes},
		{"x:y:3.0.25:a", "3.0.25b", feed.No},
		{"x:y:3.0.25:a", "3.0.25", feed.No},
		// What packages add is not a part of the version.
		{"x:y:* [8.0.0 8.0.33]", "8.0.33-0ubuntu0.22.04.2", feed.Yes},
		{"x:y:* [ 8.0.33)", "8.0.33-0ubuntu0.22.04.2", feed.No},
		{"x:y:* [ 7.4.3]", "7.4.3-4ubuntu2.18", feed.Yes},
		{"x:y:* [ 5.5.68]", "5.5.68-1.el7", feed.Yes},
		{"x:y:9.11.4:p2", "9.11.4-P2-RedHat-9.11.4-26.P2.el7", feed.Yes},
		{"x:y:* [ 1.18.0]", "1.18.0-r15", feed.Yes},
		{"x:y:* [ 4.15.13]", "4.15.13-Ubuntu", feed.Yes},
		{"x:y:* [ 8.0.36-28)", "8.0.36-27", feed.Yes}, // Percona's own number
		{"x:y:* [ 8.0.36-28)", "8.0.36-28", feed.No},
		{"x:y:* [ 20.10.24]", "20.10.24+dfsg1", feed.Yes},
		// How it was built does not count either.
		{"x:y:* [ 1.15.2]", "1.15.2+ent", feed.Yes},
		{"x:y:* [ 1.15.2)", "1.15.2+ent", feed.No},
		// Patterns, and products without versions.
		{"x:y:1.25.*", "1.25.3", feed.Yes},
		{"x:y:1.25.*", "1.2.53", feed.No},
		{"x:y:-", "1.0", feed.No},
		// A scan sees neither edition nor system.
		{"x:y:*:*:*:*:enterprise [ 2)", "1", feed.Maybe},
		{"x:y:*:*:*:*:community [ 2)", "1", feed.Yes},
		{"x:y:*:*:*:*:*:windows [ 2)", "1", feed.Maybe},
		{"x:y:*:*:*:*:*:node.js [ 2)", "1", feed.Yes},
		{"x:y:*:*:*:*:*:*:x64 [ 2)", "1", feed.Maybe},
		{"x:y:*:*:*:*:enterprise [ 2)", "3", feed.No},
		// Where editions are mended apart, the ordinary one is not any.
		{"x:y:*:*:*:*:- [ 2)", "1", feed.Maybe},
		{"x:y:*:*:*:*:lts [ 2)", "1", feed.Maybe},
		{"jenkins:jenkins:*:*:*:*:- [ 2.442)", "2.441", feed.Yes},
		{"jenkins:jenkins:*:*:*:*:- [ 2.442)", "2.426.3", feed.No},
		{"jenkins:jenkins:*:*:*:*:lts [ 2.426.3)", "2.426.3", feed.No},
		{"jenkins:jenkins:*:*:*:*:lts [ 2.426.3)", "2.426.2", feed.Yes},
		{"jenkins:jenkins:*:*:*:*:lts [ 2.426.3)", "2.425", feed.No},
		{"jenkins:jenkins:* [ 2.442)", "2.426.3", feed.Yes},
		// OpenSSH hides the update of its portable release.
		{"openbsd:openssh:8.5:p1", "8.5", feed.Maybe},
		{"openbsd:openssh:8.5:p1", "8.5p1", feed.Yes},
		{"openbsd:openssh:8.5:-", "8.5", feed.Maybe},
		{"openbsd:openssh:9.8:rc1", "9.8", feed.No},
		{"openbsd:openssh:* [8.6 9.8)", "9.2", feed.Yes},
		{"openbsd:openssh:* [8.6 9.8)", "9.8", feed.No},
	} {
		c := criterion(t, tt.criterion)
		product := strings.Join(strings.Split(tt.criterion, ":")[:2], ":")
		s := subject(t, product, tt.version)
		if got := c.Match(s); got != tt.want {
			t.Errorf("%s and %s: %d, want %d", tt.criterion, tt.version, got, tt.want)
		}
		low, high := c.Span()
		seenLow, seenHigh := s.Span()
		if overlap := low <= seenHigh && seenLow <= high; !overlap && tt.want != feed.No {
			t.Errorf("%s and %s: an index does not find the match: %s to %s, %s to %s", tt.criterion, tt.version, low, high, seenLow, seenHigh)
		}
	}
}

func TestUpstream(t *testing.T) {
	for version, want := range map[string]string{
		"8.0.33-0ubuntu0.22.04.2": "8.0.33", "7.4.3-4ubuntu2.18": "7.4.3", "9.2p1-2+deb12u3": "9.2p1", "5.5.68-1.el7": "5.5.68",
		"9.11.4-P2-RedHat-9.11.4-26.P2.el7": "9.11.4-P2", "4.15.13-Ubuntu": "4.15.13", "1.24.0-r7": "1.24.0", "1.6.18~bpo11+1": "1.6.18",
		"1.20.1-10.fc38": "1.20.1", "3.0.7-28.amzn2023": "3.0.7", "20.10.24+dfsg1": "20.10.24",
		"1.1.1k": "", "2.4.49-rc1": "", "8.0.36-28": "", "9.4.51.v20230217": "", "9.0.0.M1": "", "": "", "1.0-r": "", "2.7.1+ent": "",
	} {
		got, packaged := feed.Upstream(version)
		if packaged != (want != "") || packaged && got != want || !packaged && got != version {
			t.Errorf("%q: %q, %v", version, got, packaged)
		}
	}
}

func TestSubjectNeedsAVersion(t *testing.T) {
	if s, ok := feed.NewSubject(cpe.Software(cpe.Application, "f5", "nginx", "")); ok {
		t.Errorf("a product without a version is %s", s)
	}
}

func TestConditions(t *testing.T) {
	plugin := criterion(t, "x:plugin:* [ 2)")
	host := criterion(t, "wordpress:wordpress")
	host.Vulnerable = false
	system := criterion(t, "microsoft:windows:-")
	system.Vulnerable = false
	php, other := criterion(t, "php:php:* [8.1.0 8.1.29)"), criterion(t, "y:other:* [ 9)")
	list := func(c ...feed.Criterion) feed.Condition { return feed.Condition{Criteria: c} }
	for name, tt := range map[string]struct {
		condition        feed.Condition
		product, version string
		want             feed.Outcome
	}{
		"a list":                        {list(php, other), "php:php", "8.1.5", feed.Yes},
		"a list with another version":   {list(php, other), "php:php", "8.1.29", feed.No},
		"another product":               {list(php, other), "z:z", "8.1.5", feed.No},
		"on a system":                   {feed.Condition{All: true, Parts: []feed.Condition{list(php), list(system)}}, "php:php", "8.1.5", feed.Maybe},
		"on a system, another version":  {feed.Condition{All: true, Parts: []feed.Condition{list(php), list(system)}}, "php:php", "8.2.0", feed.No},
		"not on a system":               {feed.Condition{All: true, Parts: []feed.Condition{list(php), {Not: true, Criteria: []feed.Criterion{system}}}}, "php:php", "8.1.5", feed.Maybe},
		"what it runs on":               {feed.Condition{All: true, Parts: []feed.Condition{list(plugin), list(host)}}, "wordpress:wordpress", "6.1", feed.No},
		"runs on it":                    {feed.Condition{All: true, Parts: []feed.Condition{list(plugin), list(host)}}, "x:plugin", "1.0", feed.Maybe},
		"two that are needed":           {feed.Condition{All: true, Criteria: []feed.Criterion{php, other}}, "php:php", "8.1.5", feed.Maybe},
		"all but its version":           {feed.Condition{Not: true, Criteria: []feed.Criterion{php}}, "php:php", "8.1.5", feed.No},
		"nothing":                       {feed.Condition{}, "php:php", "8.1.5", feed.No},
		"either of two, one of them on": {feed.Condition{Parts: []feed.Condition{list(php), {All: true, Parts: []feed.Condition{list(other), list(system)}}}}, "y:other", "1", feed.Maybe},
	} {
		if got := tt.condition.Affects(subject(t, tt.product, tt.version)); got != tt.want {
			t.Errorf("%s: %d, want %d", name, got, tt.want)
		}
	}
}

// FuzzSpan: an index by spans never hides a match.
func FuzzSpan(f *testing.F) {
	f.Add("1.9", "", "1.10", false, true, "*", "*")
	f.Add("9.2p1", "8.6", "9.8", true, true, "*", "p1")
	f.Add("2.4.49-rc1", "", "2.4.49", false, false, "2.4.49", "rc1")
	f.Add("1.1.1k", "1.1.1", "1.1.1l", false, true, "1.*", "-")
	f.Fuzz(func(t *testing.T, version, start, end string, startExcluding, endExcluding bool, exact, update string) {
		s, ok := feed.NewSubject(cpe.Software(cpe.Application, "x", "y", version))
		name, err := cpe.Parse("cpe:2.3:a:x:y:" + exact + ":" + update + ":*:*:*:*:*:*")
		if !ok || err != nil {
			return
		}
		c := feed.Criterion{Name: name}
		if start != "" {
			c.Start = &feed.Bound{Version: start, Excluding: startExcluding}
		}
		if end != "" {
			c.End = &feed.Bound{Version: end, Excluding: endExcluding}
		}
		low, high := c.Span()
		seenLow, seenHigh := s.Span()
		if c.Match(s) != feed.No && (low > seenHigh || seenLow > high) {
			t.Fatalf("%s matches %+v, and its span does not", version, c)
		}
	})
}
