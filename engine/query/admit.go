package query

import (
	"fmt"
	"net/netip"
)

// admit checks a leaf against the type of its field. It gives the leaf to use,
// which is a CIDR for a network in an IP field, or a message and a hint. Only
// the fixed mapping refuses values: what a rule says about a name may be wrong.
func admit(n Node) (leaf Node, message, hint string) {
	field, _ := FieldOf(n)
	if prefix, ok := network(n); ok && Fields(field) == TypeIP {
		return &CIDR{Field: field, Prefix: prefix}, "", ""
	}
	t, mapped := Mapped(field)
	if !mapped || isExists(n) {
		return n, "", ""
	}
	switch t {
	case TypeBinary:
		return refuse(n, "ask whether it exists: "+field+":*", "%s holds binary data and cannot be searched", field)
	case TypeIP, TypeDate, TypeInteger, TypeFloat, TypeBoolean:
		return admitTyped(n, field, t)
	}
	return n, "", ""
}

func admitTyped(n Node, field string, t Type) (Node, string, string) {
	rule := ruleOf(t)
	from, to, ok := Bounds(n)
	if _, interval := n.(*Range); !ok || interval && t == TypeBoolean {
		return refuse(n, rule.hint, "%s holds %s, which this kind of search does not fit", field, rule.holds)
	}
	for _, bound := range []*Bound{from, to} {
		if bound != nil && !rule.valid(bound.Value) {
			hint := suggest(field, bound.Value, rule.valid)
			if hint == "" {
				hint = rule.hint
			}
			return refuse(n, hint, "%s holds %s, and %q is none", field, rule.holds, bound.Value)
		}
	}
	return n, "", ""
}

func refuse(n Node, hint, format string, args ...any) (leaf Node, message, advice string) {
	return n, fmt.Sprintf(format, args...), hint
}

func isExists(n Node) bool {
	switch n.(type) {
	case *Exists, *All:
		return true
	}
	return false
}

// network reads a leaf as a network.
func network(n Node) (prefix netip.Prefix, ok bool) {
	switch n := n.(type) {
	case *Term:
		return parsePrefix(n.Value)
	case *Phrase:
		return parsePrefix(n.Text)
	case *Wildcard:
		return octetPrefix(n.Pattern)
	}
	return prefix, false
}

// typeRule says what a type holds, in words and as a test.
type typeRule struct {
	holds, hint string
	valid       func(string) bool
}

func ruleOf(t Type) typeRule {
	switch t {
	case TypeIP:
		return typeRule{"addresses", `write an address, "10.0.0.0/8" or [10.0.0.1 TO 10.0.0.9]`, validAddr}
	case TypeDate:
		return typeRule{"dates", "write 2025-03-21, now-7d or [2025-03-01 TO now]", validDate}
	case TypeBoolean:
		return typeRule{"true or false", "write true or false", validBoolean}
	}
	return typeRule{"numbers", "write a number, >=1024 or [80 TO 90]", validNumber}
}

func validAddr(text string) bool {
	_, _, ok := Addrs(text)
	return ok
}

func validNumber(text string) bool {
	_, ok := Number(text)
	return ok
}

func validBoolean(text string) bool { return text == "true" || text == "false" }
