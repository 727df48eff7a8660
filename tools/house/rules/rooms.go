package rules

import (
	"path"
	"slices"
	"strings"
)

// Wing is the part of the house a room is in.
type Wing string

// The wings, and what each may see of the floors below it (its own always).
const (
	Shared   Wing = "shared"   // words, languages and the client: sees no wing
	Crossing Wing = "crossing" // the bus, where the wings meet: sees shared
	Control  Wing = "control"  // what should happen: sees shared and the crossing
	Data     Wing = "data"     // what is out there: sees shared and the crossing
	Hall     Wing = "hall"     // wiring: sees everything
	Guest    Wing = "guest"    // provider, command line: sees shared and the hall
	Roof     Wing = "roof"     // main.go: sees guests, the hall and every door
	Test     Wing = "test"     // support of tests: sees everything, seen by tests and tools only
	Tool     Wing = "tool"     // programs that work on this repository: see everything, seen by tools only
)

// sight says which wings a wing sees besides its own.
var sight = map[Wing][]Wing{
	Crossing: {Shared},
	Control:  {Shared, Crossing},
	Data:     {Shared, Crossing},
	Hall:     {Shared, Crossing, Control, Data},
	Guest:    {Shared, Hall},
	Roof:     {Shared, Hall, Guest},
	Test:     {Shared, Crossing, Control, Data, Hall, Guest},
	Tool:     {Shared, Crossing, Control, Data, Hall, Guest, Test},
}

// Room is a package, or with a last element of * one package for each folder.
type Room struct {
	Path  string // below the module; "." is the root
	Wing  Wing
	Floor int    // tens are the floors of ARCHITECTURE.md, units the order within one
	Why   string // why it may see no more; the text a linter shows
	For   string // if set, the only room, besides tests and tools, that may import this one
	Door  bool   // has a Main: may read flags and, in Main, the environment
	Wide  string // why it may import more than six of ours
}

// Rooms is the table of packages. Every package has its line here; a new one is
// added where its floor is. The depguard section of .golangci.yml says the same:
// go run ./tools/house -depguard prints it.
func Rooms() []Room { return append(productRooms(), workrooms()...) }

func productRooms() []Room {
	const (
		words   = "the ground floor is what everybody reads and reads nobody"
		control = "control wing: the data wing is reached only over engine/bus"
		data    = "data wing: the control wing is reached only over engine/bus"
		guest   = "guests speak to the engine only through engine/client"
	)
	return []Room{
		{Path: "engine", Wing: Shared, Floor: 0, Why: words},
		{Path: "engine/cpe", Wing: Shared, Floor: 4, Why: words},
		{Path: "engine/query", Wing: Shared, Floor: 5, Why: words},
		{Path: "engine/yamlfile", Wing: Shared, Floor: 5, Why: words},
		{Path: "engine/recurrence", Wing: Shared, Floor: 5, Why: words},
		{Path: "engine/scanfile", Wing: Shared, Floor: 6, Why: words},
		{Path: "engine/policy", Wing: Shared, Floor: 6, Why: words},
		{Path: "engine/report", Wing: Shared, Floor: 7, Why: words},
		{Path: "engine/check", Wing: Shared, Floor: 8, Why: words},
		{Path: "engine/check/library", Wing: Shared, Floor: 9, Why: words},

		{Path: "engine/store", Wing: Control, Floor: 10, Why: control},
		{Path: "engine/store/*", Wing: Control, Floor: 11, Why: control, For: "engine/server"},
		{Path: "engine/feed", Wing: Control, Floor: 10, Why: control},
		{Path: "engine/feed/*", Wing: Control, Floor: 11, Why: control, For: "engine/server"},
		{Path: "engine/index", Wing: Control, Floor: 10, Why: control},
		{Path: "engine/index/*", Wing: Control, Floor: 11, Why: control, For: "engine/server"},

		{Path: "engine/space", Wing: Data, Floor: 10, Why: data},
		{Path: "engine/ntlm", Wing: Data, Floor: 9, Why: data},
		{Path: "engine/ber", Wing: Data, Floor: 9, Why: data},
		{Path: "engine/oncrpc", Wing: Data, Floor: 9, Why: data},
		{Path: "engine/probe", Wing: Data, Floor: 10, Why: data},
		{Path: "engine/web", Wing: Data, Floor: 11, Why: data},
		{Path: "engine/probe/*", Wing: Data, Floor: 12, Why: data, For: "engine/probe/all"},
		{Path: "engine/probe/all", Wing: Data, Floor: 13, Why: data, Wide: "it is the list of probes"},
		{Path: "engine/wire", Wing: Data, Floor: 10, Why: data},
		{Path: "engine/resolver", Wing: Data, Floor: 10, Why: data},
		{Path: "engine/proof", Wing: Data, Floor: 15, Why: data},
		{Path: "engine/domain", Wing: Data, Floor: 15, Why: data},
		{Path: "engine/identify", Wing: Data, Floor: 15, Why: data},
		{Path: "engine/discovery", Wing: Data, Floor: 15, Why: data},
		{Path: "engine/scanner", Wing: Data, Floor: 20, Why: data, Wide: "it takes a task through every stage"},

		{Path: "engine/bus", Wing: Crossing, Floor: 20, Why: "the crossing between the wings knows neither"},
		{Path: "engine/notify", Wing: Control, Floor: 20, Why: control},
		{Path: "engine/control", Wing: Control, Floor: 30, Why: control, Wide: "its rules are written in several languages: queries, policies, recurrence"},
		{Path: "engine/agent", Wing: Data, Floor: 30, Why: data, Door: true},

		{Path: "engine/api", Wing: Control, Floor: 40, Why: control},
		{Path: "engine/openapi", Wing: Control, Floor: 41, Why: control},
		{Path: "engine/api/*", Wing: Control, Floor: 42, Why: control},
		{Path: "engine/client", Wing: Shared, Floor: 40, Why: "the client knows the engine only by its API"},
		{
			Path: "engine/server", Wing: Hall, Floor: 45, Why: "guests come in by the server, not it by them",
			Door: true, Wide: "it wires every room",
		},
		{
			Path: "engine/stage", Wing: Hall, Floor: 44, Why: "guests come in by the stages, not they by them",
			Wide: "it wires the rooms of each stage",
		},

		{Path: "provider", Wing: Guest, Floor: 50, Why: guest, Door: true, Wide: "each object is about something else"},
		{Path: "engine/results", Wing: Guest, Floor: 47, Why: guest},
		{Path: "action/github", Wing: Guest, Floor: 48, Why: guest},
		{Path: "action/report", Wing: Guest, Floor: 48, Why: guest},
		{Path: "action", Wing: Guest, Floor: 50, Why: guest, Door: true, Wide: "it takes a scan from the inputs of a step to its outputs"},
		{Path: "cli", Wing: Guest, Floor: 50, Why: guest, Door: true, Wide: "each command is about something else"},
		{Path: ".", Wing: Roof, Floor: 60, Why: "main.go opens doors and does nothing else", Door: true},
	}
}

// workrooms are the packages that are no part of the product.
func workrooms() []Room {
	return []Room{
		{Path: "action/github/githubtest", Wing: Test, Floor: 69},
		{Path: "engine/enginetest/contract", Wing: Test, Floor: 69},
		{Path: "engine/query/querytest", Wing: Test, Floor: 69},
		{Path: "engine/store/storetest", Wing: Test, Floor: 70},
		{Path: "engine/index/indextest", Wing: Test, Floor: 70},
		{Path: "engine/probe/probetest", Wing: Test, Floor: 70},
		{Path: "engine/wire/wiretest", Wing: Test, Floor: 70},
		{Path: "engine/enginetest/accept", Wing: Test, Floor: 70},
		{Path: "engine/enginetest", Wing: Test, Floor: 71},
		{Path: "engine/enginetest/*", Wing: Test, Floor: 72},

		{Path: "tools/tfcli/terraform", Wing: Tool, Floor: 80},
		{Path: "tools/docs/checks", Wing: Tool, Floor: 80},
		{Path: "tools/docs/pages", Wing: Tool, Floor: 80},
		{Path: "tools/docs/schema", Wing: Tool, Floor: 80},
		{Path: "tools/house/rules", Wing: Tool, Floor: 80},
		{Path: "tools/bench/limit", Wing: Tool, Floor: 79},
		{Path: "tools/bench/peer", Wing: Tool, Floor: 79},
		{Path: "tools/bench/contest", Wing: Tool, Floor: 80},
		{Path: "tools/*", Wing: Tool, Floor: 81, Door: true},
	}
}

// roomOf finds the room of a package; a line of its own goes before a *.
func roomOf(pkg string) (Room, bool) {
	rooms := Rooms()
	if i := slices.IndexFunc(rooms, func(r Room) bool { return r.Path == pkg }); i >= 0 {
		return rooms[i], true
	}
	if i := slices.IndexFunc(rooms, func(r Room) bool { return r.covers(pkg) }); i >= 0 {
		return rooms[i], true
	}
	return Room{}, false
}

// covers tells whether pkg is the room or one of its folders.
func (r Room) covers(pkg string) bool {
	parent, isPattern := strings.CutSuffix(r.Path, "/*")
	if !isPattern {
		return r.Path == pkg
	}
	return path.Dir(pkg) == parent
}

// sees tells whether a package in room r may import one in room other.
func (r Room) sees(other Room) bool {
	if other.Floor >= r.Floor {
		return false
	}
	if r.Wing == Test || r.Wing == Tool {
		return r.Wing == other.Wing || slices.Contains(sight[r.Wing], other.Wing)
	}
	if other.For != "" && other.For != r.Path {
		return false
	}
	if r.Wing == Roof && other.Door {
		return true
	}
	return r.Wing == other.Wing || slices.Contains(sight[r.Wing], other.Wing)
}
