package query

import "strings"

// suggest gives what was probably meant by a value that its field cannot hold:
// an operator as other languages write it, a list, or a range with a dash.
// "" where nothing comes to mind.
func suggest(field, value string, valid func(string) bool) string {
	for _, near := range [][2]string{{"=>", ">="}, {"=<", "<="}, {"==", ""}, {"=", ""}, {"!=", "NOT"}, {"<>", "NOT"}} {
		rest, found := strings.CutPrefix(value, near[0])
		switch {
		case !found || !valid(rest):
		case near[1] == "NOT":
			return "did you mean NOT " + field + ":" + rest + "?"
		default:
			return "did you mean " + field + ":" + near[1] + rest + "?"
		}
	}
	if parts := strings.Split(value, ","); len(parts) > 1 && allValid(parts, valid) {
		return "did you mean " + field + ":(" + strings.Join(parts, " OR ") + ")?"
	}
	for _, dash := range []string{"..", "-", "–"} {
		if from, to, found := strings.Cut(value, dash); found && valid(from) && valid(to) {
			return "did you mean " + field + ":[" + from + " TO " + to + "]?"
		}
	}
	return ""
}

func allValid(parts []string, valid func(string) bool) bool {
	for _, part := range parts {
		if !valid(part) {
			return false
		}
	}
	return true
}

// withoutColon finds a comparison that lacks the colon, port>80, in a bare term.
// Only fields that have an order count: a=b is ordinary text elsewhere.
func withoutColon(term string) string {
	at := strings.IndexAny(term, "<>=!")
	if at <= 0 {
		return ""
	}
	field, rest := term[:at], term[at:]
	t, mapped := Mapped(field)
	if !mapped || !t.Ordered() || t == TypeVersion {
		return ""
	}
	valid := ruleOf(t).valid
	for _, sign := range []string{">=", "<=", ">", "<"} {
		if value, found := strings.CutPrefix(rest, sign); found && valid(value) {
			return "did you mean " + field + ":" + rest + "?"
		}
	}
	return suggest(field, rest, valid)
}
