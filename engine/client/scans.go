package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

const scansPath = "/api/scanner/"

func scanPath(id engine.ScanID) string { return fmt.Sprintf("%s%d/", scansPath, id) }

// CreateScan starts a scan. However often it has to be sent, the engine makes one scan
// of it; when ctx ends before the answer is there, the scan is cancelled.
func (c *Client) CreateScan(ctx context.Context, r engine.ScanRequest) (engine.Scan, error) {
	return c.CreateScanOnce(ctx, engine.NewKey(), r)
}

// CreateScanOnce is [Client.CreateScan] for a caller who may ask again, from another
// process too: of all its requests with the same key the engine makes one scan.
func (c *Client) CreateScanOnce(ctx context.Context, key string, r engine.ScanRequest) (scan engine.Scan, err error) {
	if r.Targets == nil {
		r.Targets = []engine.Target{} // an empty list is what is wrong, not a missing one
	}
	// The key lets the request be sent again when its answer was lost: the engine makes
	// one scan of it.
	create := request{method: http.MethodPost, path: scansPath, body: r, key: key, safe: true}
	err = c.call(ctx, create, &scan)
	if err != nil && ctx.Err() != nil {
		c.takeBack(ctx, create)
	}
	return scan, err
}

// takeBackTime is how long it may take to take a scan back, on top of the wait that
// was given up.
const takeBackTime = 5 * time.Second

// takeBack cancels the scan of a request whose answer nobody waited for: it may have
// been made, and nobody would know of it. Asked again with the same key, the engine
// says which it is. When that fails there is nobody left to be told.
func (c *Client) takeBack(ctx context.Context, create request) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), takeBackTime)
	defer cancel()
	var scan engine.Scan
	if c.call(ctx, create, &scan) == nil {
		_, _ = c.CancelScan(ctx, scan.ID)
	}
}

// Rescan creates a scan that asks for the same as another.
func (c *Client) Rescan(ctx context.Context, id engine.ScanID) (scan engine.Scan, err error) {
	again := request{method: http.MethodPost, path: scanPath(id) + "rescan/", key: engine.NewKey(), safe: true}
	err = c.call(ctx, again, &scan)
	if err != nil && ctx.Err() != nil {
		c.takeBack(ctx, again)
	}
	return scan, err
}

// RestoreScan brings a deleted scan back.
func (c *Client) RestoreScan(ctx context.Context, id engine.ScanID) (scan engine.Scan, err error) {
	err = c.call(ctx, request{method: http.MethodPost, path: scanPath(id) + "restore/", safe: true}, &scan)
	return scan, err
}

// DeletedScans gives the caller's own deleted scans that can still be restored, and
// those that wait to be erased, newest first.
func (c *Client) DeletedScans(ctx context.Context) (scans []engine.Scan, err error) {
	err = c.call(ctx, get(scansPath, url.Values{"deleted": {"true"}}), &scans)
	return scans, err
}

// Scan gives a scan as it is now.
func (c *Client) Scan(ctx context.Context, id engine.ScanID) (scan engine.Scan, err error) {
	err = c.call(ctx, get(scanPath(id), nil), &scan)
	return scan, err
}

// Scans gives all scans the key's owner may see, newest first.
func (c *Client) Scans(ctx context.Context) (scans []engine.Scan, err error) {
	err = c.call(ctx, get(scansPath, nil), &scans)
	return scans, err
}

// ScanQuery selects scans; what is empty selects nothing away.
type ScanQuery struct {
	Source        engine.Source // of this repository, branch and commit, whichever is given
	Label         string
	Statuses      []engine.Status
	TargetsDigest string        // of these targets, see [engine.TargetsDigest]
	ConfigDigest  string        // that were asked for this, see [engine.ScanRequest.Digest]
	Complete      bool          // only those that are, see [engine.Scan.Complete]
	Before        engine.ScanID // only those with a smaller id
	Limit         int           // how many to give; 0 is all
}

// FindScans gives the scans a query selects of those the key's owner may see, newest
// first.
func (c *Client) FindScans(ctx context.Context, q ScanQuery) (scans []engine.Scan, err error) {
	parameters := url.Values{}
	set(parameters, "repository", q.Source.Repository)
	set(parameters, "branch", q.Source.Branch)
	set(parameters, "commit", q.Source.Commit)
	set(parameters, "label", q.Label)
	set(parameters, "status", commaWords(q.Statuses))
	set(parameters, "targets_digest", q.TargetsDigest)
	set(parameters, "config_digest", q.ConfigDigest)
	if q.Complete {
		parameters.Set("complete", "true")
	}
	if q.Before != 0 {
		parameters.Set("before", fmt.Sprint(q.Before))
	}
	if q.Limit != 0 {
		parameters.Set("size", fmt.Sprint(q.Limit))
	}
	err = c.call(ctx, get(scansPath, parameters), &scans)
	return scans, err
}

// RenameScan gives a scan another label.
func (c *Client) RenameScan(ctx context.Context, id engine.ScanID, label string) (scan engine.Scan, err error) {
	err = c.call(ctx, request{method: http.MethodPatch, path: scanPath(id), body: map[string]string{"label": label}}, &scan)
	return scan, err
}

// DeleteScan deletes a scan and its results, and cancels it before if need be.
func (c *Client) DeleteScan(ctx context.Context, id engine.ScanID) error {
	return c.call(ctx, request{method: http.MethodDelete, path: scanPath(id)}, nil)
}

// DeleteScans deletes several scans, or none if one of them is not the key's owner's.
func (c *Client) DeleteScans(ctx context.Context, ids []engine.ScanID) error {
	body := map[string][]engine.ScanID{"ids": ids}
	return c.call(ctx, request{method: http.MethodPost, path: scansPath + "bulk_delete/", body: body}, nil)
}

// CancelScan ends a scan and keeps what it has found; one that has ended stays as it is.
func (c *Client) CancelScan(ctx context.Context, id engine.ScanID) (scan engine.Scan, err error) {
	err = c.call(ctx, request{method: http.MethodPost, path: scanPath(id) + "cancel/"}, &scan)
	return scan, err
}

// ShiftScan moves a pending scan by shift places in the queue, to the front if that is
// negative. For any other scan it is an [engine.Conflict].
func (c *Client) ShiftScan(ctx context.Context, id engine.ScanID, shift int) (scan engine.Scan, err error) {
	body := map[string]int64{"id": int64(id), "shift": int64(shift)}
	err = c.call(ctx, request{method: http.MethodPost, path: scansPath + "change_priority/", body: body}, &scan)
	return scan, err
}
