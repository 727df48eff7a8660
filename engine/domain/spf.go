package domain

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/miekg/dns"
)

// SPF is who may send mail in the name of the domain (RFC 7208), counted over all
// records that are included, as if no term matched.
type SPF struct {
	State   string   `json:"state"` // "none", "valid", "multiple" or "error"
	Record  string   `json:"record,omitempty"`
	Terms   []string `json:"terms,omitempty"`
	All     string   `json:"all,omitempty"` // the qualifier of "all", that of a redirect included: +, -, ~ or ?
	Lookups int      `json:"lookups"`       // terms that ask the DNS, of 10 that are allowed
	Void    int      `json:"void_lookups"`  // of those, such as find nothing; 2 are allowed
	Error   string   `json:"error,omitempty"`
}

const (
	spfVersion = "v=spf1"
	// maxLookups ends the evaluation of records that include each other for ever; 10
	// are allowed (RFC 7208 section 4.6.4), and how far beyond a record is hardly matters.
	maxLookups = 30
	// maxTerms is how many terms of a record are looked at.
	maxTerms = 128
)

// What can be wrong with a term.
var (
	errMechanism = errors.New("no such mechanism")
	errArgument  = errors.New("it takes no argument")
	errNetwork   = errors.New("no address or prefix length")
	errDomain    = errors.New("no domain")
)

// learnSPF finds the record and follows it; nil if that is not known.
func (x *examination) learnSPF(ctx context.Context) *SPF {
	a := x.ask(ctx, x.name, dns.TypeTXT)
	if a.state == unknown {
		return nil
	}
	records := spfRecords(a)
	if len(records) == 0 {
		return &SPF{State: None}
	}
	s := &SPF{State: Valid, Record: clip(records[0])}
	s.Terms = strings.Fields(s.Record)[1:]
	s.Terms = s.Terms[:min(len(s.Terms), maxTerms)]
	if len(records) > 1 {
		s.State, s.Error = Multiple, "there are several records"
		return s
	}
	e := &evaluation{examination: x, spf: s}
	s.All = e.record(ctx, x.name, records[0])
	if s.Error != "" {
		s.State = Wrong
	}
	if e.isUnknown {
		return nil
	}
	return s
}

// spfRecords gives those that begin with the version and a space or nothing (RFC 7208
// section 4.5).
func spfRecords(a answer) []string {
	return slices.DeleteFunc(a.texts(), func(text string) bool {
		first, _, _ := strings.Cut(text, " ")
		return !strings.EqualFold(first, spfVersion)
	})
}

// evaluation follows a record and all that it includes.
type evaluation struct {
	*examination

	spf       *SPF
	isUnknown bool // some server did not answer, so nothing may be said
}

// record follows the record of a name and gives the qualifier of its "all".
func (e *evaluation) record(ctx context.Context, of, text string) (all string) {
	parsed, err := readSPF(text)
	if err != nil {
		e.fail(err.Error())
		return ""
	}
	redirect := ""
	for _, t := range parsed {
		if e.spf.Lookups > maxLookups || e.isUnknown {
			return all
		}
		switch t.name {
		case "all":
			return t.qualifier // what comes after is not looked at (RFC 7208 section 5.1)
		case "redirect":
			redirect = t.value
		default:
			e.follow(ctx, of, t)
		}
	}
	if redirect == "" {
		return ""
	}
	e.spf.Lookups++
	return e.include(ctx, "redirect", redirect)
}

// follow counts what a mechanism asks and does so.
func (e *evaluation) follow(ctx context.Context, of string, t term) {
	if !slices.Contains([]string{"include", "a", "mx", "ptr", "exists"}, t.name) {
		return
	}
	e.spf.Lookups++
	target := t.value
	if target == "" {
		target = of
	}
	if strings.Contains(target, "%") { // depends on the mail (RFC 7208 section 7)
		return
	}
	switch t.name {
	case "include":
		e.include(ctx, t.name, target)
	case "a", "exists":
		e.void(e.ask(ctx, target, dns.TypeA), e.ask(ctx, target, dns.TypeAAAA))
	case "mx":
		e.void(e.ask(ctx, target, dns.TypeMX))
	}
}

// include follows the record of another name, which must have exactly one (RFC 7208
// sections 5.2 and 6.1).
func (e *evaluation) include(ctx context.Context, how, target string) string {
	if strings.Contains(target, "%") {
		return ""
	}
	a := e.ask(ctx, target, dns.TypeTXT)
	e.void(a)
	if a.state == unknown {
		return ""
	}
	records := spfRecords(a)
	if len(records) != 1 {
		e.fail(fmt.Sprintf("%s:%s has %d records", how, clip(target), len(records)))
		return ""
	}
	return e.record(ctx, target, records[0])
}

// void counts a lookup that finds nothing.
func (e *evaluation) void(answers ...answer) {
	isVoid := true
	for _, a := range answers {
		isVoid = isVoid && (a.state == absent || a.state == missing)
		e.isUnknown = e.isUnknown || a.state == unknown
	}
	if isVoid {
		e.spf.Void++
	}
}

func (e *evaluation) fail(why string) {
	if e.spf.Error == "" {
		e.spf.Error = clip(why)
	}
}

// term is a mechanism or a modifier.
type term struct {
	qualifier string // of a mechanism: +, -, ~ or ?
	name      string
	value     string
}

// readSPF reads a record (RFC 7208 section 12). The error says which term is wrong.
func readSPF(text string) ([]term, error) {
	words := strings.Fields(text)
	if len(words) == 0 || !strings.EqualFold(words[0], spfVersion) {
		return nil, fmt.Errorf("it does not begin with %s", spfVersion)
	}
	var terms []term
	seen := map[string]bool{}
	for _, word := range words[1:min(len(words), maxTerms)] {
		t, err := readTerm(word)
		if err != nil {
			return nil, err
		}
		if isOnce := t.name == "redirect" || t.name == "exp"; isOnce && seen[t.name] {
			return nil, fmt.Errorf("%s is there twice", t.name)
		}
		seen[t.name] = true
		terms = append(terms, t)
	}
	return terms, nil
}

func readTerm(word string) (term, error) {
	if end := strings.IndexAny(word, ":/="); end > 0 && word[end] == '=' {
		return readModifier(word[:end], word[end+1:])
	}
	t := term{qualifier: "+", name: word}
	if strings.ContainsRune("+-~?", rune(word[0])) {
		t.qualifier, t.name = word[:1], word[1:]
	}
	if end := strings.IndexAny(t.name, ":/"); end >= 0 {
		t.name, t.value = t.name[:end], t.name[end:]
	}
	t.name = strings.ToLower(t.name)
	value, err := mechanismValue(t.name, t.value)
	if err != nil {
		return t, fmt.Errorf("%w: %q", err, word)
	}
	t.value = value
	return t, nil
}

func readModifier(name, value string) (term, error) {
	name = strings.ToLower(name)
	if (name == "redirect" || name == "exp") && !isDomainSpec(value) {
		return term{}, fmt.Errorf("%s has no domain: %q", name, value)
	}
	return term{name: name, value: value}, nil
}

// mechanismValue checks what stands behind the name of a mechanism and gives its domain.
func mechanismValue(name, rest string) (string, error) {
	value, hasValue := strings.CutPrefix(rest, ":")
	switch name {
	case "all":
		if rest != "" {
			return "", errArgument
		}
	case "ip4", "ip6":
		if !hasValue || !isNetwork(value, name == "ip4") {
			return "", errNetwork
		}
	case "include", "exists":
		if !hasValue || !isDomainSpec(value) {
			return "", errDomain
		}
		return value, nil
	case "a", "mx", "ptr":
		return optionalDomain(rest, name != "ptr")
	default:
		return "", errMechanism
	}
	return "", nil
}

// optionalDomain reads ":domain" and "/24//64", either of which may be missing.
func optionalDomain(rest string, mayHaveLength bool) (string, error) {
	value, hasValue := strings.CutPrefix(rest, ":")
	value, length, hasLength := strings.Cut(value, "/")
	if hasValue && !isDomainSpec(value) {
		return "", errDomain
	}
	if !hasLength {
		return value, nil
	}
	four, six, hasSix := strings.Cut("/"+length, "//")
	four = strings.TrimPrefix(four, "/")
	if !mayHaveLength || four == "" && !hasSix || four != "" && !isLength(four, 32) || hasSix && !isLength(six, 128) {
		return "", errNetwork
	}
	return value, nil
}

func isLength(text string, most int) bool {
	n, err := strconv.Atoi(text)
	return err == nil && n >= 0 && n <= most && !strings.HasPrefix(text, "+")
}

func isNetwork(text string, isFour bool) bool {
	addr, err := netip.ParseAddr(text)
	if prefix, errPrefix := netip.ParsePrefix(text); errPrefix == nil {
		addr, err = prefix.Addr(), nil
	}
	return err == nil && addr.Is4() == isFour && addr.Zone() == ""
}

// isDomainSpec reports whether a text is a name, or may become one by its macros.
func isDomainSpec(text string) bool {
	if strings.Contains(text, "%") {
		return true
	}
	_, ok := dns.IsDomainName(text)
	return ok && text != "" && !strings.ContainsAny(text, ":/ \\\"")
}
