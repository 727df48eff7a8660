// Package contract holds documents of the private scanner API against part 4 of its
// contract, field by field and type by type. Begin with [Check]; [Decode] reads a
// document as a strictly typed Go client does, and [Consistency] holds the documents
// of a scan against each other.
//
// It is test support. The contract is data in fields.txt, and nothing here knows the
// engine: a type that the engine renames is a violation here, not a new contract.
package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Check gives what breaks the contract in a document, joined; nil if nothing does.
func Check(document []byte) error {
	d := json.NewDecoder(bytes.NewReader(document))
	d.UseNumber() // 22.0 is no int
	var members map[string]any
	if err := d.Decode(&members); err != nil {
		return fmt.Errorf("read document: %w", err)
	}
	var c checker
	c.object("", topLevel(members), members)
	for _, rule := range rules() {
		if text := rule(members); text != "" {
			c.add("", "%s", text)
		}
	}
	if _, err := Decode(document); err != nil {
		c.violations = append(c.violations, err)
	}
	return errors.Join(c.violations...)
}

// topLevel is the contract for one document: what fields.txt has, and the block that
// the document's own protocol is described in.
func topLevel(document map[string]any) *field {
	whole := contract()
	top := &field{kind: "object", members: map[string]*field{}}
	for name, f := range whole.members {
		top.members[name] = f
	}
	if own := blockName(document); own != "http" && top.members[own] == nil || isOurs(top.members[own]) {
		top.members[own] = block()
	}
	return top
}

// blockName is where a document has what its protocol says: under the name of the base
// protocol, and for what is spoken over HTTP and is no web page under its own.
func blockName(document map[string]any) string {
	base, _ := document["prot7"].(string)
	protocol, _ := document["protocol"].(string)
	if _, isPage := document["http"]; base == "http" && !isPage && protocol != "https" {
		return protocol
	}
	return base
}

// block is a block that the contract gives no members but the banner.
func block() *field {
	return &field{kind: "object", open: true, members: map[string]*field{"banner": {kind: "text", required: true}}}
}

func isOurs(f *field) bool { return f != nil && f.ours }
