package control

import (
	"context"
	"fmt"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// Proof looks for what proves that a target is somebody's. It is the data wing's: control
// sends nothing itself.
type Proof interface {
	// Texts gives the TXT records of a name; none is no error.
	Texts(ctx context.Context, name string) ([]string, error)
	// File gives the beginning of a file that a URL names.
	File(ctx context.Context, url string) (string, error)
}

// VerifyTarget looks whether the token of a target of the caller's party is where it has
// to be, by one method or, for "", by each the target has. That it is nowhere is an
// [engine.Conflict] that says what was looked for; what was proved before stays proved.
func (c *Control) VerifyTarget(ctx context.Context, caller engine.User, id engine.RecordID, method engine.VerificationMethod) (engine.DeclaredTarget, error) {
	target, err := c.DeclaredTargets().Get(ctx, caller, id)
	if err != nil {
		return target, err
	}
	methods, err := target.Methods(method)
	if err != nil {
		return target, err
	}
	var missing []string
	for _, method := range methods {
		found, err := c.proofs(ctx, target.Verification, method)
		if err == nil && target.Verification.IsProof(found) {
			return c.verified(ctx, caller, target, method)
		}
		missing = append(missing, notFound(target.Verification, method, found, err))
	}
	return target, &engine.Error{
		Kind: engine.Conflict, Title: "Target is not verified", Field: "id", Detail: strings.Join(missing, "; "),
		Hint: "put the token " + target.Verification.Token + " there; new records of the DNS need some time to be seen everywhere",
	}
}

func (c *Control) proofs(ctx context.Context, v engine.Verification, method engine.VerificationMethod) ([]string, error) {
	if method == engine.VerifyDNS {
		return c.Proof.Texts(ctx, v.DNSName)
	}
	text, err := c.Proof.File(ctx, v.URL)
	return []string{text}, err
}

// notFound says what was looked for in vain. What stands there instead is not repeated: it
// is not ours.
func notFound(v engine.Verification, method engine.VerificationMethod, found []string, err error) string {
	what := "the file " + v.URL
	if method == engine.VerifyDNS {
		what = "the TXT record " + v.DNSName
	}
	switch {
	case err != nil:
		return fmt.Sprintf("%s cannot be read: %v", what, err)
	case len(found) == 0:
		return what + " is not there"
	}
	return what + " holds something else"
}

// verified notes that a target's token was found, unless the target has another by now.
func (c *Control) verified(ctx context.Context, caller engine.User, looked engine.DeclaredTarget, method engine.VerificationMethod) (engine.DeclaredTarget, error) {
	err := c.Store.Update(ctx, func(tx store.Tx) error {
		party, err := partyNow(tx, caller)
		if err != nil {
			return err
		}
		record, err := recordOf[engine.DeclaredTarget](tx, party, looked.ID)
		if err != nil {
			return err
		}
		var target engine.DeclaredTarget
		if err := record.Declare(&target); err != nil {
			return err
		}
		if target.Verification.Token != looked.Verification.Token {
			return &engine.Error{Kind: engine.Conflict, Title: "Target was changed meanwhile", Field: "id", Detail: fmt.Sprintf("target %d has another address now", looked.ID), Hint: "verify it again"}
		}
		at := now()
		target.Verification.VerifiedAt, target.Verification.Method = &at, method
		if err := record.Keep(&target); err != nil {
			return err
		}
		return tx.NoteRecord(&record)
	})
	if err != nil {
		return engine.DeclaredTarget{}, err
	}
	return c.DeclaredTargets().Get(ctx, caller, looked.ID)
}

// permitVerified refuses targets that are not proved to belong to the party, where only
// those may be scanned.
func (c *Control) permitVerified(tx store.Tx, owner engine.UserID, targets []engine.Target) error {
	if !c.RequireVerified {
		return nil
	}
	user, err := tx.User(owner)
	if err != nil {
		return err
	}
	verified, err := verifiedOf(tx, user.Party())
	if err != nil {
		return err
	}
	for i, t := range targets {
		if !verified.Covers(t) {
			return engine.Unverified(fmt.Sprintf("targets[%d]", i), t)
		}
	}
	return nil
}

func verifiedOf(tx store.Tx, party engine.Party) (engine.Verified, error) {
	records, err := tx.Records(store.RecordFilter{Kind: engine.DeclaredTargetKind, Party: party})
	if err != nil {
		return nil, err
	}
	verified := engine.Verified{}
	for _, record := range records {
		var target engine.DeclaredTarget
		if err := record.Declare(&target); err != nil {
			return nil, err
		}
		if target.Verification.VerifiedAt != nil {
			verified[target.Address] = true
		}
	}
	return verified, nil
}
