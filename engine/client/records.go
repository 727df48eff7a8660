package client

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// recordsPart is how many records are asked for at a time, the most there are in an answer.
const recordsPart = 1000

// Records are what people have declared of one noun: [Client.ScanProfiles] and its
// siblings give one each.
type Records[T any, P engine.NounOf[T]] struct {
	client *Client
	path   string
}

// ScanProfiles are how scans go about their work, under names.
func (c *Client) ScanProfiles() Records[engine.ScanProfile, *engine.ScanProfile] {
	return Records[engine.ScanProfile, *engine.ScanProfile]{c, "/api/profiles/"}
}

// DeclaredTargets are targets that are kept; their names in [Records.Find] are their
// addresses in canonical form.
func (c *Client) DeclaredTargets() Records[engine.DeclaredTarget, *engine.DeclaredTarget] {
	return Records[engine.DeclaredTarget, *engine.DeclaredTarget]{c, "/api/targets/"}
}

// VerifyTarget has the engine look for the token of a target, by one method or by all for
// ""; [engine.Conflict] if it is nowhere.
func (c *Client) VerifyTarget(ctx context.Context, id engine.RecordID, method engine.VerificationMethod) (target engine.DeclaredTarget, err error) {
	body := map[string]engine.VerificationMethod{"method": method}
	err = c.call(ctx, request{method: http.MethodPost, path: c.DeclaredTargets().one(id) + "verify/", body: body, safe: true}, &target)
	return target, err
}

// TargetGroups are targets that belong together, under names.
func (c *Client) TargetGroups() Records[engine.TargetGroup, *engine.TargetGroup] {
	return Records[engine.TargetGroup, *engine.TargetGroup]{c, "/api/target_groups/"}
}

// RecordQuery selects records; what is empty selects nothing away.
type RecordQuery struct {
	IDs    []engine.RecordID
	Name   string // whatever its case
	Limit  int    // how many to give; 0 is all
	Offset int    // how many to leave out first
}

// recordPage is a page of records, or of what is kept about one; Total is of all that pass.
type recordPage[T any] struct {
	Items []T `json:"items"`
	Total int `json:"total"`
}

func (r Records[T, P]) one(id engine.RecordID) string { return fmt.Sprintf("%s%d/", r.path, id) }

// Create declares something. It is sent once only.
func (r Records[T, P]) Create(ctx context.Context, declared T) (kept T, err error) {
	err = r.client.call(ctx, request{method: http.MethodPost, path: r.path, body: declared}, &kept)
	return kept, err
}

// Get gives the record with this id.
func (r Records[T, P]) Get(ctx context.Context, id engine.RecordID) (kept T, err error) {
	err = r.client.call(ctx, get(r.one(id), nil), &kept)
	return kept, err
}

// Find gives the record with this name, whatever its case; [engine.NotFound] if there is
// none.
func (r Records[T, P]) Find(ctx context.Context, name string) (kept T, err error) {
	list, err := r.List(ctx, RecordQuery{Name: name, Limit: 1})
	if err != nil {
		return kept, err
	}
	if name == "" || len(list) == 0 {
		word := P(&kept).RecordKind().Word()
		return kept, &engine.Error{Kind: engine.NotFound, Title: "No such " + word, Field: "name", Detail: fmt.Sprintf("there is no %s %q, or not for you", word, name)}
	}
	return list[0], nil
}

// List gives records in the order they were declared.
func (r Records[T, P]) List(ctx context.Context, q RecordQuery) ([]T, error) {
	ids := make([]string, len(q.IDs))
	for i, id := range q.IDs {
		ids[i] = fmt.Sprint(id)
	}
	selection := url.Values{}
	set(selection, "id", strings.Join(ids, ","))
	set(selection, "name", q.Name)
	return inParts[T](ctx, r.client, r.path, q.Limit, q.Offset, selection)
}

// inParts reads a list part by part: limit of its items behind offset, 0 for all.
func inParts[T any](ctx context.Context, c *Client, path string, limit, offset int, selection url.Values) ([]T, error) {
	return gather(limit, offset, func(there int) ([]T, int, error) {
		size := recordsPart
		if limit > 0 {
			size = min(size, limit-there)
		}
		parameters := part(offset+there, size)
		maps.Copy(parameters, selection)
		var page recordPage[T]
		err := c.call(ctx, get(path, parameters), &page)
		return page.Items, page.Total, err
	})
}

// Replace writes a record as a whole. With a Version it is an [engine.Conflict] unless
// that is the one on file; without, it may be sent again, because it changes nothing more.
func (r Records[T, P]) Replace(ctx context.Context, id engine.RecordID, declared T) (kept T, err error) {
	isSafe := P(&declared).Stamped().Version == 0
	err = r.client.call(ctx, request{method: http.MethodPut, path: r.one(id), body: declared, safe: isSafe}, &kept)
	return kept, err
}

// Delete removes a record for good; [engine.Conflict] if something else needs it.
func (r Records[T, P]) Delete(ctx context.Context, id engine.RecordID) error {
	return r.client.call(ctx, request{method: http.MethodDelete, path: r.one(id)}, nil)
}
