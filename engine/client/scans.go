package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

const scansPath = "/api/scanner/"

func scanPath(id engine.ScanID) string { return fmt.Sprintf("%s%d/", scansPath, id) }

// CreateScan starts a scan. It is sent twice only if the engine cannot have seen it
// the first time.
func (c *Client) CreateScan(ctx context.Context, r engine.ScanRequest) (scan engine.Scan, err error) {
	if r.Targets == nil {
		r.Targets = []engine.Target{} // an empty list is what is wrong, not a missing one
	}
	err = c.call(ctx, request{method: http.MethodPost, path: scansPath, body: r}, &scan)
	return scan, err
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

// DeletedScans gives the owner's own deleted scans that can still be restored or are
// not erased yet.
func (c *Client) DeletedScans(ctx context.Context) (scans []engine.Scan, err error) {
	err = c.call(ctx, get(scansPath, url.Values{"deleted": {"true"}}), &scans)
	return scans, err
}

// RestoreScan brings a deleted scan and its results back; one that is not deleted stays
// as it is. When it is too late it is an [engine.Conflict].
func (c *Client) RestoreScan(ctx context.Context, id engine.ScanID) (scan engine.Scan, err error) {
	err = c.call(ctx, request{method: http.MethodPost, path: scanPath(id) + "restore/"}, &scan)
	return scan, err
}

// Rescan starts a scan that asks for the same as another. Like [Client.CreateScan] it is
// sent twice only if the engine cannot have seen it the first time.
func (c *Client) Rescan(ctx context.Context, id engine.ScanID) (scan engine.Scan, err error) {
	err = c.call(ctx, request{method: http.MethodPost, path: scanPath(id) + "rescan/"}, &scan)
	return scan, err
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
