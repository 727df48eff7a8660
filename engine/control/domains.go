package control

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// domainDocument is one document of the collection of domains (contract part 2.2, and
// what part 2.4 has of a name).
type domainDocument struct {
	Domain string `json:"domain"`
	domainRecords
	Zone        string `json:"zone"`  // the last label
	Level       int    `json:"level"` // labels
	LastUpdated string `json:"last_updated"`
	Timestamp   string `json:"@timestamp"`
}

// domainRecords are what the DNS says of a name, as the document of a domain has it too.
type domainRecords struct {
	A     []string `json:"a,omitempty"`
	AAAA  []string `json:"aaaa,omitempty"`
	CNAME []string `json:"cname,omitempty"`
	MX    []string `json:"mx,omitempty"`
	NS    []string `json:"ns,omitempty"`
	TXT   []string `json:"txt,omitempty"`
}

// Domains yields the names that scans have examined and that match, each once, as it was
// seen last, newest first. The query is about [domainDocument].
func (c *Control) Domains(ctx context.Context, caller engine.User, s Search) iter.Seq2[index.Document, error] {
	return func(yield func(index.Document, error) bool) {
		if err := c.AdmitQuery(caller, s.Query, s.Offset); err != nil {
			yield(index.Document{}, err)
			return
		}
		skip(c.domains(ctx, caller, s), s.Offset)(yield)
	}
}

func (c *Control) domains(ctx context.Context, caller engine.User, s Search) iter.Seq2[index.Document, error] {
	return func(yield func(index.Document, error) bool) {
		examined, err := query.Parse("protocol:" + engine.DomainProtocol)
		if err != nil {
			yield(index.Document{}, err)
			return
		}
		seen := map[string]bool{}
		for found, err := range c.Search(ctx, caller, Search{Query: examined, Indices: s.Indices}) {
			if err != nil {
				yield(found, err)
				return
			}
			document, name, err := domainOf(found)
			if err != nil {
				yield(document, err)
				return
			}
			if seen[name] || !matches(s.Query, document) {
				continue
			}
			seen[name] = true
			if !yield(document, nil) {
				return
			}
		}
	}
}

func domainOf(found index.Document) (document index.Document, name string, err error) {
	var examined struct {
		Host        string        `json:"host"`
		DNS         domainRecords `json:"dns"`
		LastUpdated string        `json:"last_updated"`
		Timestamp   string        `json:"@timestamp"`
	}
	if err := json.Unmarshal(found.Data, &examined); err != nil {
		return document, "", fmt.Errorf("read domain: %w", err)
	}
	name = examined.Host
	data, err := json.Marshal(domainDocument{
		Domain: name, domainRecords: examined.DNS, Zone: name[strings.LastIndexByte(name, '.')+1:], Level: strings.Count(name, ".") + 1,
		LastUpdated: examined.LastUpdated, Timestamp: examined.Timestamp,
	})
	return index.Document{Data: data}, name, err
}
