package querytest

import (
	"encoding/json"
	"strconv"
	"strings"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// typeOf gives the type of a value at a field: from the table, or else a name
// like those of addresses and hashes, or else what JSON says it is.
func typeOf(field string, value any) query.Type {
	if t := tableType(field); t != "" {
		return t
	}
	switch value.(type) {
	case bool:
		return query.TypeBoolean
	case float64, json.Number:
		return query.TypeFloat
	}
	names := strings.Split(field, ".")
	switch name := names[len(names)-1]; {
	case name == "ip" && len(names) >= 1:
		return query.TypeIP
	case name == "keyword" && len(names) > 1, isKeywordName(name):
		return query.TypeKeyword
	}
	return query.TypeText
}

func isKeywordName(name string) bool {
	switch name {
	case "domain", "email", "host", "oid", "uri", "url":
		return true
	}
	for _, ending := range []string{"md5", "sha1", "sha256", "sha512", "hash", "fingerprint", "_id"} {
		if strings.HasSuffix(name, ending) {
			return true
		}
	}
	return false
}

// fieldTable is the mapping, copied once.
var fieldTable = sync.OnceValue(query.Mapping)

// tableType looks a field up: itself, then with * for its last names, the fewest
// first. It gives "" for a field that the table does not know.
func tableType(field string) query.Type {
	field = strings.Replace(field, "certificate.chain.", "certificate.", 1)
	field = strings.Replace(field, "whois.related_nets.", "whois.net.", 1)
	table := fieldTable()
	if t, known := table[field]; known {
		return t
	}
	names := strings.Split(field, ".")
	if len(names) > 2 && names[0] == "tag" && names[len(names)-1] == "version" {
		return query.TypeVersion
	}
	if names[len(names)-1] == "keyword" && len(names) > 1 {
		return ""
	}
	for i := len(names) - 1; i > 0; i-- {
		if t, known := table[strings.Join(names[:i], ".")+".*"]; known {
			return t
		}
	}
	return ""
}

// plainText gives a value as it is found in TEXT and KEYWORD fields.
func plainText(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	if value == true {
		return "true"
	}
	return "false"
}
