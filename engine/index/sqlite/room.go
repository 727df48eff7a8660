package sqlite

import (
	"fmt"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
)

// Room implements [index.Shelf]. Trouble with the folder is told to whoever writes.
func (s *shelf) Room() error {
	if free, err := freeBytes(s.dir); err == nil && free < index.Reserve {
		return noRoom(s.dir, free)
	}
	return nil
}

func noRoom(dir string, free uint64) error {
	return &engine.Error{
		Kind: engine.Internal, Title: engine.TitleDiskFull, Field: "data_dir",
		Detail: fmt.Sprintf("%s: no space is left but %d MB, which are kept for the end of scans", dir, free>>20),
		Hint:   "free some space, or use a data folder on another disk",
	}
}
