package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
)

// AnnouncementFile is the file in the data folder by which a running server says that it
// is there, so that others on the same machine use it instead of an engine of their own.
// Only the owner of the folder reads it: it holds a key, which ends with the server.
const AnnouncementFile = "server.json"

// announcementForm counts the forms of the file. Another one is from a version that may
// speak otherwise.
const announcementForm = 1

// announcement is what the file says.
type announcement struct {
	Form     int             `json:"form"`
	Version  string          `json:"version"` // of the program
	Endpoint string          `json:"endpoint"`
	Key      string          `json:"key"`
	Process  control.Process `json:"process"`
}

// Announce tells others on this machine where the server answers. A server that has
// announced itself before takes second place. withdraw takes the announcement back.
func (s *Server) Announce(at net.Addr) (withdraw func() error, err error) {
	text, err := json.Marshal(announcement{
		Form: announcementForm, Version: s.config.Version, Endpoint: localEndpoint(at), Key: s.localKey, Process: s.control.Process,
	})
	if err != nil {
		return nil, err
	}
	path := filepath.Join(s.config.DataDir, AnnouncementFile)
	if err := replaceFile(path, text); err != nil {
		return nil, &engine.Error{
			Kind: engine.Internal, Title: "Server cannot announce itself", Field: "data_dir",
			Detail: fmt.Sprintf("%s: %v", path, err), Hint: "make the data folder writable", Err: err,
		}
	}
	return func() error { return unannounce(path, s.control.Process) }, nil
}

// localEndpoint is the URL of a listener for this machine.
func localEndpoint(at net.Addr) string {
	tcp, ok := at.(*net.TCPAddr)
	if !ok {
		return "http://" + at.String()
	}
	host := tcp.IP.String()
	if tcp.IP.IsUnspecified() || len(tcp.IP) == 0 {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, fmt.Sprint(tcp.Port))
}

// replaceFile writes a file of mode 0600 that appears whole or not at all.
func replaceFile(path string, text []byte) error {
	temp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+"-") // mode 0600
	if err != nil {
		return err
	}
	_, writeErr := temp.Write(text)
	if err := errors.Join(writeErr, temp.Close()); err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	return os.Rename(temp.Name(), path)
}

// unannounce removes an announcement, unless it is another server's by now.
func unannounce(path string, process control.Process) error {
	said, err := readAnnouncement(path)
	if err != nil || said == nil || said.Process != process {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// readAnnouncement gives what the file says, nil if there is none.
func readAnnouncement(path string) (*announcement, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNoFolder) {
		return nil, nil // nobody has announced itself
	}
	if err != nil {
		return nil, badAnnouncement(path, err)
	}
	var said announcement
	if err := json.Unmarshal(text, &said); err != nil {
		return nil, badAnnouncement(path, err)
	}
	return &said, nil
}

func badAnnouncement(path string, err error) error {
	return &engine.Error{
		Kind: engine.Internal, Title: "Announcement of a server cannot be read", Field: "data_dir",
		Detail: fmt.Sprintf("%s: %v", path, err), Hint: "remove the file if no server runs on the data folder", Err: err,
	}
}

// announced gives the announcement of a server that lives on this machine, nil if there
// is none. One of another machine, which may share the folder, is out of reach.
func announced(dataDir string) (*announcement, error) {
	said, err := readAnnouncement(filepath.Join(dataDir, AnnouncementFile))
	if err != nil || said == nil || !said.Process.LivesHere() {
		return nil, err
	}
	if said.Form != announcementForm {
		return nil, &engine.Error{
			Kind: engine.Conflict, Title: "Server on the data folder is of another version", Field: "data_dir",
			Detail: fmt.Sprintf("the server that runs on %s is of version %s, which this one does not understand", dataDir, said.Version),
			Hint:   "bring both to the same version, stop the server, or name another data folder",
		}
	}
	return said, nil
}

// Announced names the run of the server of this machine that has announced itself on a
// data folder, "" if there is none: another run has another name.
func Announced(dataDir string) string {
	said, err := announced(dataDir)
	if err != nil || said == nil {
		return ""
	}
	return string(said.Process)
}

// attachTime is how long a server may take to answer one who comes in.
const attachTime = 5 * time.Second

// Attach gives a client of the server that has announced itself on the data folder of
// config and still answers, nil if there is none. It acts for the first user.
func Attach(ctx context.Context, config Config) (*client.Client, error) {
	said, err := announced(config.DataDir)
	if err != nil || said == nil {
		return nil, err
	}
	c, err := client.New(client.Config{Endpoint: said.Endpoint, Key: said.Key, UserAgent: "portolan/" + config.Version})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, attachTime)
	defer cancel()
	if _, err := c.About(ctx); err != nil {
		return nil, nil // it is ending: nobody is there to be attached to
	}
	return c, nil
}
