package control

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// requestTime is how long a request is remembered by its key.
const requestTime = 48 * time.Hour

// order is a scan somebody asked for, with the key by which the request is known again.
type order struct {
	engine.ScanRequest // what is to be scanned: what was asked for, completed

	key       string // "": a request of its own whenever it comes
	digest    string // of what was asked for
	rescanOf  engine.ScanID
	profileID engine.RecordID

	scheduleID engine.RecordID // that asks for it, 0 for none
}

// CreateScanOnce is [Control.CreateScan] for a request that may come again: the same
// request with the same key gives the scan that the first one made. Another request
// with the key is an [engine.Conflict].
func (c *Control) CreateScanOnce(ctx context.Context, caller engine.User, key string, request engine.ScanRequest) (engine.Scan, error) {
	o := order{ScanRequest: request, key: key, digest: digest(request, 0)}
	if err := c.complete(ctx, caller, &o); err != nil {
		return engine.Scan{}, err
	}
	if err := c.admissible(o.ScanRequest); err != nil {
		return engine.Scan{}, err
	}
	return c.create(ctx, caller, o)
}

// Rescan creates a scan that asks for the same as another the caller may see. key is
// that of [Control.CreateScanOnce].
func (c *Control) Rescan(ctx context.Context, caller engine.User, key string, id engine.ScanID) (engine.Scan, error) {
	origin, err := c.Scan(ctx, caller, id)
	if err != nil {
		return engine.Scan{}, err
	}
	again := engine.ScanRequest{
		Targets: origin.Targets, Exclude: origin.Exclude, Ports: origin.Ports, Label: origin.Label, Profile: origin.Profile, Expect: origin.Expect,
		Source: origin.Source.Again(),
	}
	if err := c.admissible(again); err != nil { // what may be scanned can have changed
		return engine.Scan{}, err
	}
	return c.create(ctx, caller, order{ScanRequest: again, key: key, digest: digest(again, id), rescanOf: id, profileID: origin.ProfileID})
}

// earlier gives the scan that the same request has made before, 0 if it comes for the
// first time.
func (o order) earlier(tx store.Tx, caller engine.User) (engine.ScanID, error) {
	if o.key == "" {
		return 0, nil
	}
	if err := engine.ValidateRequestKey(o.key); err != nil {
		return 0, err
	}
	before, err := tx.Request(caller.ID, o.key)
	if engine.KindOf(err) == engine.NotFound {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	if before.Digest != o.digest {
		return 0, &engine.Error{
			Kind: engine.Conflict, Title: "Idempotency key was used for another request", Field: engine.RequestKeyHeader,
			Detail: fmt.Sprintf("the key %q came with another request before, which made scan %d", o.key, before.ScanID),
			Hint:   "send a new key with every new request, and the same only to repeat one",
		}
	}
	_, err = readable(tx, caller, before.ScanID)
	if engine.KindOf(err) == engine.NotFound {
		return 0, &engine.Error{
			Kind: engine.Conflict, Title: "Scan of this idempotency key was deleted", Field: engine.RequestKeyHeader,
			Detail: fmt.Sprintf("the key %q made scan %d, which was deleted since", o.key, before.ScanID),
			Hint:   "send a new key to scan again",
		}
	}
	return before.ScanID, err
}

// remember notes which scan a request has made.
func (o order) remember(tx store.Tx, scan engine.Scan) error {
	if o.key == "" {
		return nil
	}
	return tx.InsertRequest(store.Request{OwnerID: scan.OwnerID, Key: o.key, Digest: o.digest, ScanID: scan.ID, At: scan.CreatedAt})
}

// digest tells requests apart by what they ask for, not by how it was written.
func digest(request engine.ScanRequest, rescanOf engine.ScanID) string {
	text, err := json.Marshal(request)
	if err != nil {
		panic(err) // strings and numbers can always be encoded
	}
	sum := sha256.Sum256(fmt.Appendf(text, " rescan of %d", rescanOf))
	return hex.EncodeToString(sum[:])
}
