package cpe

// Relation is how a value, or a name, stands to another (NISTIR 7696 section 6.1.3).
type Relation int

// The relations, from the best match to none.
const (
	Equal    Relation = iota
	Superset          // it covers the other and more: * to 1.2
	Subset            // the other says less than it asks for: 1.2 to *
	Disjoint          // they are about different things
)

// Compare says how v stands to what a product has. Wildcards in v are patterns; in
// has they are characters.
func (v Value) Compare(has Value) Relation {
	switch {
	case v == has:
		return Equal
	case v == Any:
		return Superset
	case has == Any:
		return Subset
	case v == NA || has == NA:
		return Disjoint
	case v.covers(string(has)):
		return Superset
	}
	return Disjoint
}

// covers matches a value with wildcards at its ends: one * for any text, and each ?
// for one character or none.
func (v Value) covers(text string) bool {
	body, before, after := v.bare()
	for start := 0; start+len(body) <= len(text); start++ {
		if text[start:start+len(body)] == body && fits(start, before) && fits(len(text)-start-len(body), after) {
			return true
		}
	}
	return false
}

// unbounded is how many characters a * stands for.
const unbounded = -1

func fits(n, most int) bool { return most == unbounded || n <= most }

// bare takes the wildcards off, and gives how many characters they stand for at most.
func (v Value) bare() (body string, before, after int) {
	start, end := 0, len(v)
	for start < end && (v[start] == '*' || v[start] == '?') {
		start++
	}
	for end > start && (v[end-1] == '*' || v[end-1] == '?') && !v.escaped(end-1) {
		end--
	}
	return string(v[start:end]), width(v[:start]), width(v[end:])
}

// escaped tells whether an odd number of backslashes stands before the character at i.
func (v Value) escaped(i int) bool {
	n := 0
	for i > n && v[i-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}

func width(wildcards Value) int {
	if wildcards == "*" {
		return unbounded
	}
	return len(wildcards)
}

// Compare says how n stands to the name of a product: [Disjoint] if any attribute is,
// else [Subset] if the product says less than n asks for, else [Superset] or [Equal].
func (n Name) Compare(has Name) Relation {
	relation := Equal
	others := has.attributes()
	for i, attribute := range n.attributes() {
		relation = max(relation, attribute.value.Compare(*others[i].value))
	}
	return relation
}

// HasWildcard tells whether v is a pattern for several values; [Any] is one.
func (v Value) HasWildcard() bool {
	_, before, after := v.bare()
	return before != 0 || after != 0
}
