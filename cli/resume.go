package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// resumeFile is where a stage that was interrupted says where it was left. It is
// there from an interruption until the stage is done.
type resumeFile[Cursor any] struct {
	name string // "" when nobody wants one
}

// load gives where an earlier run was left, nil if there is none.
func (f resumeFile[Cursor]) load() (*Cursor, error) {
	if f.name == "" {
		return nil, nil
	}
	data, err := os.ReadFile(f.name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, badFile("--resume", f.name, err)
	}
	cursor := new(Cursor)
	if err := json.Unmarshal(data, cursor); err != nil {
		return nil, &engine.Error{Kind: engine.Invalid, Title: "Cannot resume", Field: "--resume", Detail: fmt.Sprintf("%s was not written by this command: %v", f.name, err), Hint: "name another file, or remove this one to begin anew", Err: err}
	}
	return cursor, nil
}

// keep writes where the stage was left, whole or not at all; nil removes the file.
func (f resumeFile[Cursor]) keep(cursor *Cursor) error {
	if f.name == "" {
		return nil
	}
	if cursor == nil {
		if err := os.Remove(f.name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return badFile("--resume", f.name, err)
		}
		return nil
	}
	data, err := json.Marshal(cursor)
	if err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(f.name), filepath.Base(f.name)+".*")
	if err != nil {
		return badFile("--resume", f.name, err)
	}
	_, written := temporary.Write(data)
	if err := errors.Join(written, temporary.Close()); err != nil {
		return errors.Join(badFile("--resume", f.name, err), os.Remove(temporary.Name()))
	}
	return os.Rename(temporary.Name(), f.name)
}
