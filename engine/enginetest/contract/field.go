package contract

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed fields.txt
var table string

// field is a line of the table.
type field struct {
	kind           string
	isList         bool
	required, open bool
	ours           bool
	like           string // field whose members it has
	members        map[string]*field
}

// contract is the table, read.
var contract = sync.OnceValue(func() *field {
	whole := &field{kind: "object", members: map[string]*field{}}
	for line := range strings.Lines(table) {
		if words := strings.Fields(line); len(words) > 0 && words[0] != "#" {
			whole.add(words)
		}
	}
	whole.each(func(f *field) {
		if f.like != "" {
			f.members = whole.find(f.like).members
		}
	})
	return whole
})

func (f *field) add(words []string) {
	added := &field{members: map[string]*field{}}
	added.kind, added.isList = strings.CutSuffix(words[1], "[]")
	for _, word := range words[2:] {
		switch like, isLike := strings.CutPrefix(word, "like="); {
		case isLike:
			added.like = like
		case word == "required":
			added.required = true
		case word == "open":
			added.open = true
		case word == "ours":
			added.ours = true
		default:
			panic("fields.txt: " + strings.Join(words, " "))
		}
	}
	parent, name := f, words[0]
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 {
		parent, name = f.find(name[:dot]), name[dot+1:]
	}
	parent.members[name] = added
}

// find gives the field of a path, which must be listed before.
func (f *field) find(path string) *field {
	for name := range strings.SplitSeq(path, ".") {
		if f = f.members[name]; f == nil {
			panic("fields.txt: no " + path)
		}
	}
	return f
}

// Kinds gives the kind of every field by its path, as fields.txt names them;
// [] is left out, and * stands for every name.
func Kinds() map[string]string {
	kinds := map[string]string{}
	contract().kinds("", 0, kinds)
	return kinds
}

// maxChain is how often an object may stand within its own kind: a certificate
// within the chain of a certificate.
const maxChain = 1

func (f *field) kinds(path string, chains int, kinds map[string]string) {
	for name, member := range f.members {
		within := chains
		if member.like != "" && strings.HasPrefix(path, member.like) {
			if within++; within > maxChain {
				continue
			}
		}
		kinds[path+name] = member.kind
		member.kinds(path+name+".", within, kinds)
	}
}

func (f *field) each(visit func(*field)) {
	for _, member := range f.members {
		visit(member)
		if member.like == "" {
			member.each(visit)
		}
	}
}

// member gives the contract of a member of an object, nil if it has none.
func (f *field) member(name string) *field {
	if member, ok := f.members[name]; ok {
		return member
	}
	return f.members["*"]
}
