package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
)

// AdminKeyFile is the file in the data folder with the first user's key, unless the
// key was given.
const AdminKeyFile = "admin.key"

// adminKeySetting is where a server's user says the key.
const adminKeySetting = "PORTOLAN_ADMIN_KEY"

// adminEmail is how the first user is called until somebody changes it.
const adminEmail = "admin@localhost"

// ensureAdmin makes the first user on an empty store. newKey is the key if one was
// made here.
func ensureAdmin(ctx context.Context, c *control.Control, config Config) (newKey string, err error) {
	if _, err := c.FirstUser(ctx); !errors.Is(err, control.ErrNoUsers) {
		warnUnusedKey(ctx, c, config)
		return "", err
	}
	if config.AdminKey != "" {
		if err := engine.ValidateKey(config.AdminKey); err != nil {
			return "", engine.In(adminKeySetting, err)
		}
		_, _, err := c.EnsureFirstUser(ctx, adminEmail, config.AdminKey)
		return "", err
	}
	key, err := keepKey(filepath.Join(config.DataDir, AdminKeyFile))
	if err != nil {
		return "", err
	}
	_, created, err := c.EnsureFirstUser(ctx, adminEmail, key)
	if err != nil || !created {
		return "", err
	}
	return key, nil
}

// warnUnusedKey says that a key was given that opens no door: the store had users
// before.
func warnUnusedKey(ctx context.Context, c *control.Control, config Config) {
	if config.AdminKey == "" {
		return
	}
	if _, _, err := c.Authenticate(ctx, config.AdminKey); engine.KindOf(err) == engine.Unauthorized {
		config.Log.WarnContext(ctx, "the given admin key is not used: the data folder has a first user with another key", "data", config.DataDir)
	}
}

// warnUnknownPlans says who can do nothing because the file of plans has lost theirs.
func warnUnknownPlans(ctx context.Context, c *control.Control) error {
	users, err := c.Users(ctx)
	for _, user := range users {
		if _, err := c.Plan(user); err != nil {
			c.Log.WarnContext(ctx, "a user has a plan that is not known and can do nothing", "user", user.Email, "plan", user.Plan)
		}
	}
	return err
}

// keepKey writes a new key to path, or reads the one that is there: of several
// processes that start at once all get the same. The file appears whole or not at
// all, because it is linked into place.
func keepKey(path string) (string, error) {
	temp, err := os.CreateTemp(filepath.Dir(path), AdminKeyFile+"-")
	if err != nil {
		return "", keyFileError(path, err)
	}
	defer func() { _ = os.Remove(temp.Name()) }() // the link stays; a leftover would be harmless
	_, writeErr := temp.WriteString(engine.NewKey() + "\n")
	if err := errors.Join(writeErr, temp.Sync(), temp.Close()); err != nil {
		return "", keyFileError(path, err)
	}
	if err := os.Link(temp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", keyFileError(path, err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", keyFileError(path, err)
	}
	key := strings.TrimSpace(string(text))
	if engine.ValidateKey(key) != nil { // and what is wrong with it may not tell it
		return "", keyFileError(path, errors.New("there is a file that holds no key"))
	}
	return key, nil
}

func keyFileError(path string, err error) error {
	return &engine.Error{
		Kind: engine.Internal, Title: "Admin key cannot be kept", Field: "data_dir",
		Detail: fmt.Sprintf("%s: %v", path, err), Hint: "make the data folder writable and the file go away, or choose another folder", Err: err,
	}
}
