package control

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// certificateDocument is one document of the collection of certificates (contract
// part 2.2).
type certificateDocument struct {
	LastUpdated string          `json:"last_updated"`
	Timestamp   string          `json:"@timestamp"`
	Certificate json.RawMessage `json:"certificate"`
}

// fingerprint is the field that tells certificates apart.
const fingerprint = "certificate.fingerprint_sha256"

// Certificates yields the certificates of scanned services that match, each once, as
// it was seen last, newest first. The query is about [certificateDocument], not about
// the services.
func (c *Control) Certificates(ctx context.Context, caller engine.User, s Search) iter.Seq2[index.Document, error] {
	return func(yield func(index.Document, error) bool) {
		if err := c.AdmitQuery(caller, s.Query, s.Offset); err != nil {
			yield(index.Document{}, err)
			return
		}
		skip(c.certificates(ctx, caller, s), s.Offset)(yield)
	}
}

func (c *Control) certificates(ctx context.Context, caller engine.User, s Search) iter.Seq2[index.Document, error] {
	return func(yield func(index.Document, error) bool) {
		services, exact := servicesWith(s.Query)
		seen := map[string]bool{}
		for service, err := range c.Search(ctx, caller, Search{Query: services, Indices: s.Indices}) {
			if err != nil {
				yield(service, err)
				return
			}
			document, fingerprint, err := certificateOf(service)
			if err != nil {
				yield(document, err)
				return
			}
			if seen[fingerprint] || !exact && !matches(s.Query, document) {
				continue
			}
			seen[fingerprint] = true
			if !yield(document, nil) {
				return
			}
		}
	}
}

// CountCertificates counts what [Control.Certificates] yields, all but the offset.
func (c *Control) CountCertificates(ctx context.Context, caller engine.User, s Search) (n int, err error) {
	services, exact := servicesWith(s.Query)
	if !exact {
		for _, err := range c.Certificates(ctx, caller, s) {
			if err != nil {
				return 0, err
			}
			n++
		}
		return n, nil
	}
	r, err := c.readerFor(ctx, caller, s)
	if err != nil {
		return 0, err
	}
	if n, err = r.Distinct(ctx, services, fingerprint); err != nil {
		return 0, err
	}
	nameless, err := r.Count(ctx, &query.Query{Root: &query.Boolean{
		Must: []query.Node{services.Root}, MustNot: []query.Node{&query.Exists{Field: fingerprint}},
	}})
	return n + min(nameless, 1), err // without one they are all the same
}

// servicesWith gives a query for services whose certificate may match q; exact says
// that it does. A query that asks for anything but certificates cannot be asked of
// services: what it says of other fields is true or false of them alone.
func servicesWith(q *query.Query) (services *query.Query, exact bool) {
	certificate := &query.Exists{Field: "certificate"}
	for _, field := range fieldsOf(q.Root) {
		if !strings.HasPrefix(field, "certificate.") && field != "last_updated" && field != "@timestamp" {
			return &query.Query{Root: certificate}, q.All()
		}
	}
	return &query.Query{Root: &query.Boolean{Must: []query.Node{q.Root, certificate}}}, true
}

func certificateOf(service index.Document) (document index.Document, fingerprint string, err error) {
	var parts certificateDocument
	if err := json.Unmarshal(service.Data, &parts); err != nil {
		return document, "", fmt.Errorf("read certificate: %w", err)
	}
	var names struct {
		SHA256 string `json:"fingerprint_sha256"`
	}
	if err := json.Unmarshal(parts.Certificate, &names); err != nil {
		return document, "", fmt.Errorf("read certificate: %w", err)
	}
	data, err := json.Marshal(parts)
	return index.Document{Data: data}, names.SHA256, err
}

func matches(q *query.Query, document index.Document) bool {
	var members map[string]any
	if err := json.Unmarshal(document.Data, &members); err != nil {
		return false // we have just written it
	}
	return q.MatchAt(members, time.Now())
}
