package api

import "strings"

// Argument describes one value that a request may carry: a segment of the path, a
// parameter of the query string, a header, or a member of the body. Handlers see no
// parameter and no member that their route does not describe.
type Argument struct {
	Name     string
	Kind     Kind
	Doc      string // what it means, its unit and what is taken without it
	Required bool
	Either   bool       // a request needs one of several; examples have the one with an example
	Words    []string   // the only values of a [Text]; nil for any
	Min, Max int64      // of a [Number]; both 0 for any
	Members  []Argument // of an [Object], and of each of [Objects]
	Example  any        // a string, int, bool, []string, []int or, of an [Object], a map; the examples of a route's required arguments together are a request that works
}

// Kind says how an argument is read, and so what clients may write.
type Kind string

// The kinds, by the method of [Arguments] that reads each.
const (
	Text   Kind = "text"   // a string: [Arguments.Text]
	Word   Kind = "word"   // a string, or a number or boolean taken for one: [Arguments.Word]
	Number Kind = "number" // a whole number, or a string of one: [Arguments.Int]
	Flag   Kind = "flag"   // a boolean, or a string or number that means one: [Arguments.Flag]
	Texts  Kind = "texts"  // an array of strings and nothing else: [Arguments.Texts]
	List   Kind = "list"   // an array, a single value or a comma list: [Arguments.List]
	IDs    Kind = "ids"    // a list of ids: [Arguments.ScanIDs]
	Object Kind = "object" // an object: [Arguments.Object]

	Objects Kind = "objects" // an array of objects: [Arguments.Objects]
	Map     Kind = "map"     // an object of strings by names of the sender's own: [Arguments.Map]
)

// Optional gives the argument as one that may be left out.
func (a Argument) Optional() Argument {
	a.Required = false
	return a
}

// InPath reports whether the argument called name is a segment of the route's path.
func (r Route) InPath(name string) bool { return strings.Contains(r.Path, "{"+name+"}") }

// only leaves what is described.
func (a Arguments) only(described []Argument) Arguments {
	kept := Arguments{}
	for _, argument := range described {
		if value, given := a[argument.Name]; given {
			kept[argument.Name] = value
		}
	}
	return kept
}
