package rsync

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	// MaxList is how much of a list of modules is read: a line each.
	MaxList = 64 << 10
	// maxModules is how many modules are kept.
	maxModules = 256
)

var errNotRsync = errors.New("not an rsync daemon")

// greet reads the first line of a connection.
func (b *Block) greet(r *bufio.Reader) error {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return fmt.Errorf("read the greeting: %w", err)
	}
	match := greetingPattern.FindSubmatch(line)
	if match == nil {
		return fmt.Errorf("%w: it greets with %.40q", errNotRsync, line)
	}
	b.Banner = strings.TrimSpace(string(line))
	b.Version = string(match[1])
	b.Digests = append(b.Digests, strings.Fields(string(match[2]))...)
	return nil
}

// ReadList reads what comes after "#list": the message of the day, a line with a tab for
// each module, and the end.
func (b *Block) ReadList(r *bufio.Reader) error {
	var motd strings.Builder
	defer func() { b.MOTD = strings.TrimSpace(motd.String()) }()
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return err
		}
		name, comment, isModule := strings.Cut(probe.Text([]byte(strings.TrimRight(line, "\r\n"))), "\t")
		switch {
		case strings.HasPrefix(line, "@RSYNCD: EXIT"):
			b.Listed = true
			return nil
		case strings.HasPrefix(line, "@ERROR"):
			b.Refused = name
			return nil
		case !isModule:
			motd.WriteString(name + "\n")
		case len(b.Modules) < maxModules:
			b.Modules = append(b.Modules, Module{Name: strings.TrimSpace(name), Comment: comment})
		}
	}
}

// open names the module and sees whether the daemon wants a password for it.
func (m *Module) open(conn net.Conn) error {
	r := bufio.NewReader(io.LimitReader(conn, MaxList))
	if err := (&Block{}).greet(r); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(conn, "%s%s\n", hello, m.Name); err != nil {
		return fmt.Errorf("open the module: %w", err)
	}
	for {
		line, err := r.ReadString('\n')
		switch {
		case err != nil:
			return fmt.Errorf("read the answer: %w", err)
		case strings.HasPrefix(line, "@RSYNCD: OK"):
			m.Open = true
			return nil
		case strings.HasPrefix(line, "@RSYNCD: AUTHREQD "):
			m.AuthRequired = true
			return nil
		case strings.HasPrefix(line, "@ERROR"):
			return nil
		}
	}
}
