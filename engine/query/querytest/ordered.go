package querytest

import (
	"bytes"
	"math/big"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// orderedMatches asks a value whose type has an order.
func (r *reference) orderedMatches(n query.Node, t query.Type, value any) bool {
	from, to, isInterval := ends(n)
	if !isInterval {
		return t == query.TypeVersion && wholeMatches(n, plainText(value))
	}
	switch text := plainText(value); t {
	case query.TypeIP:
		at, ok := addressPlace(text)
		return ok && inside(from, to, at, addressSpan, bytes.Compare)
	case query.TypeDate:
		at, ok := datePlace(value)
		return ok && inside(from, to, at, r.dateSpan, time.Time.Compare)
	case query.TypeVersion:
		at, ok := versionParts(text)
		return ok && inside(from, to, at, single(versionParts), compareVersions)
	default:
		n, ok := number(text)
		return ok && inside(from, to, n, single(number), (*big.Float).Cmp)
	}
}

// ends gives the interval that a query of one value stands for.
func ends(n query.Node) (from, to *query.Bound, ok bool) {
	exactly := func(value string) (from, to *query.Bound, ok bool) {
		b := &query.Bound{Value: value, Inclusive: true}
		return b, b, true
	}
	switch n := n.(type) {
	case *query.Term:
		return exactly(n.Value)
	case *query.Phrase:
		return exactly(n.Text)
	case *query.CIDR:
		return exactly(n.Prefix.String())
	case *query.Range:
		return n.From, n.To, true
	}
	return nil, nil, false
}

// inside compares a value with the bounds, each of which may stand for everything
// from a first to a last. Nothing is inside of what cannot be read.
func inside[T any](from, to *query.Bound, value T, span func(string) (first, last T, ok bool), compare func(a, b T) int) bool {
	if from != nil {
		first, last, ok := span(from.Value)
		if !ok || from.Inclusive && compare(value, first) < 0 || !from.Inclusive && compare(value, last) <= 0 {
			return false
		}
	}
	if to != nil {
		first, last, ok := span(to.Value)
		if !ok || to.Inclusive && compare(value, last) > 0 || !to.Inclusive && compare(value, first) >= 0 {
			return false
		}
	}
	return true
}

// single makes the span of what stands only for itself.
func single[T any](place func(string) (T, bool)) func(string) (T, T, bool) {
	return func(text string) (T, T, bool) {
		v, ok := place(text)
		return v, v, ok
	}
}

var numberSyntax = regexp.MustCompile(`^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$`)

// number reads a decimal number with the precision of a float64.
func number(text string) (*big.Float, bool) {
	if !numberSyntax.MatchString(text) {
		return nil, false
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, false
	}
	return big.NewFloat(n), true
}

// addressPlace gives the 16 bytes of an address.
func addressPlace(text string) ([]byte, bool) {
	ip := net.ParseIP(text)
	return ip.To16(), ip != nil
}

// addressSpan reads an address or a network.
func addressSpan(text string) (first, last []byte, ok bool) {
	if ip, ok := addressPlace(text); ok {
		return ip, ip, true
	}
	_, network, err := net.ParseCIDR(text)
	if err != nil || strings.Contains(text, "/0") && !strings.HasSuffix(text, "/0") {
		return nil, nil, false
	}
	end := slices.Clone(network.IP)
	for i := range end {
		end[i] |= ^network.Mask[i]
	}
	return network.IP.To16(), end.To16(), true
}

var versionPart = regexp.MustCompile(`[0-9]+|[a-z\x{80}-\x{10FFFF}]+`)

// versionParts cuts a version into numbers and words; "" is no version.
func versionParts(version string) (parts []string, ok bool) {
	text := strings.TrimPrefix(strings.ToLower(strings.TrimSpace(version)), "v")
	for _, part := range versionPart.FindAllString(text, -1) {
		if isNumber(part) {
			part = strings.TrimLeft(part, "0")
		}
		parts = append(parts, part) // "" is zero
	}
	return withoutLateZeros(parts), version != ""
}

func isNumber(part string) bool { return part == "" || part[0] >= '0' && part[0] <= '9' }

// withoutLateZeros drops zeros at the end and before beta and its like, so that
// 1.0-beta comes before 1 and 1.0 is 1.
func withoutLateZeros(parts []string) (kept []string) {
	for i := range parts {
		rest := slices.DeleteFunc(slices.Clone(parts[i:]), func(part string) bool { return part == "" })
		if parts[i] != "" || len(rest) > 0 && rank(nextWord(parts[i:])) != before {
			kept = append(kept, parts[i])
		}
	}
	return kept
}

// nextWord gives the first part that is not zero.
func nextWord(parts []string) string {
	return parts[slices.IndexFunc(parts, func(part string) bool { return part != "" })]
}

// The ranks of what may stand at one place of a version, lowest first.
const (
	before = iota // beta
	ended
	zero
	after // p, rc is before
	positive
)

func rank(part string) int {
	switch part {
	case "alpha", "beta", "canary", "dev", "nightly", "pre", "preview", "rc", "snapshot":
		return before
	case "":
		return zero
	}
	if isNumber(part) {
		return positive
	}
	return after
}

// compareVersions compares part by part.
func compareVersions(a, b []string) int {
	for i := range max(len(a), len(b)) {
		left, right := ended, ended
		if i < len(a) {
			left = rank(a[i])
		}
		if i < len(b) {
			right = rank(b[i])
		}
		if left != right {
			return left - right
		}
		if c := compareParts(a[i], b[i]); c != 0 {
			return c
		}
	}
	return 0
}

func compareParts(a, b string) int {
	if isNumber(a) && len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}
