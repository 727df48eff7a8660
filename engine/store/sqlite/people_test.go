package sqlite_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
	"github.com/portolan-io/terraform-provider-portolan/engine/store/sqlite"
)

// TestFirstKeyMoves opens a store of the format that had one key in the row of its
// user: the user stays the same, and so does the key.
func TestFirstKeyMoves(t *testing.T) {
	dir := t.TempDir()
	execute(t, dir, strings.Join(sqlite.Migrations()[:2], "\n"))
	execute(t, dir, fmt.Sprintf(`
		INSERT INTO users (id, email, first_name, last_name, key_hash, created_at) VALUES (7, 'admin@localhost', 'Admin', '', 'abc', 1000000);
		PRAGMA application_id = %d; PRAGMA user_version = 2`, 0x50544C4E))
	s := open(t, dir)
	defer closeStore(t, s)
	err := s.View(t.Context(), func(tx store.Tx) error {
		users, err := tx.Users(store.UserFilter{})
		if err != nil || len(users) != 1 || users[0].ID != 7 || users[0].Email != "admin@localhost" || users[0].Plan != "self-hosted" || users[0].Disabled {
			t.Errorf("users are %+v (%v)", users, err)
		}
		key, err := tx.KeyByHash("abc")
		if key.UserID != 7 || key.RevokedAt != nil || key.CreatedAt.Unix() != 1 {
			t.Errorf("key is %+v", key)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	next := engine.User{Email: "next@example.com"}
	if err := s.Update(t.Context(), func(tx store.Tx) error { return tx.InsertUser(&next) }); err != nil || next.ID != 8 {
		t.Errorf("the next user is %d (%v), want 8", next.ID, err)
	}
}
