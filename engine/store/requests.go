package store

import (
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Request is a request that made a scan, remembered by the key its sender gave it.
type Request struct {
	OwnerID engine.UserID
	Key     string
	Digest  string // of what was asked
	ScanID  engine.ScanID
	At      time.Time
}

// RequestTx remembers requests, so that one that is repeated is answered as before.
type RequestTx interface {
	// Request reads a request; [engine.NotFound] if there is none with this key of
	// this owner.
	Request(owner engine.UserID, key string) (Request, error)
	// InsertRequest remembers a request; [engine.Conflict] if the owner has used the
	// key already.
	InsertRequest(r Request) error
	// ForgetRequests forgets the requests that came before a moment.
	ForgetRequests(before time.Time) error
}
