// Package beanstalkd asks a beanstalkd work queue for its statistics. Begin with [Probe].
//
// It touches no job and no tube. beanstalkd knows no login: whoever reaches it, is in.
package beanstalkd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strconv"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "beanstalkd" of a response.
type Block struct {
	Banner      string `json:"banner"` // first line of the answer
	Version     string `json:"version"`
	Hostname    string `json:"hostname,omitempty"`
	Platform    string `json:"platform,omitempty"`
	Uptime      int    `json:"uptime,omitempty"` // seconds
	Jobs        int    `json:"jobs"`             // ready to be taken
	Tubes       int    `json:"tubes,omitempty"`
	Connections int    `json:"connections,omitempty"`
}

// Probe speaks to beanstalkd.
type Probe struct{}

var _ probe.Probe = Probe{}

// Name is "beanstalkd".
func (Probe) Name() string { return "beanstalkd" }

// Ports are the server's.
func (Probe) Ports() []uint16 { return []uint16{11300} }

// Run asks for the statistics.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	return probe.Visit(ctx, d, to, nil, func(conn net.Conn) probe.Result {
		if _, err := io.WriteString(conn, "stats\r\n"); err != nil {
			return probe.Failed(fmt.Errorf("ask stats: %w", err))
		}
		block, err := ReadStats(conn)
		if err != nil {
			return probe.Failed(fmt.Errorf("ask stats: %w", err))
		}
		r := probe.NewResponse(conn, to, "beanstalkd")
		r.Blocks["beanstalkd"] = block
		product := probe.Product{Name: "beanstalkd", FullName: "beanstalkd", Category: "Message queues"}
		r.Tags = []engine.Tag{product.Tag(versionPattern.FindString(block.Version))}
		return probe.Found(r)
	})
}

const (
	// maxStats is room for the fifty lines of the statistics, one kilobyte.
	maxStats = 8 << 10
	maxLine  = 512
)

var (
	errNotBeanstalkd = errors.New("not an answer of beanstalkd")
	versionPattern   = regexp.MustCompile(`^\d+(\.\d+)+`)
)

// ReadStats reads "OK", a number of bytes, and that many of YAML (beanstalkd,
// doc/protocol.txt, "stats"). The number of jobs and the version are always there.
func ReadStats(answer io.Reader) (*Block, error) {
	r := bufio.NewReaderSize(answer, maxLine)
	first, err := r.ReadSlice('\n')
	if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, err
	}
	banner := strings.TrimRight(probe.Text(first), "\r\n")
	size, err := strconv.Atoi(strings.TrimPrefix(banner, "OK "))
	if err != nil || !strings.HasPrefix(banner, "OK ") || size < 0 || size > maxStats {
		return nil, fmt.Errorf("%w: %.40q", errNotBeanstalkd, banner)
	}
	stats := make([]byte, size)
	if _, err := io.ReadFull(r, stats); err != nil {
		return nil, err
	}
	block := &Block{Banner: banner}
	if !block.learn(probe.Text(stats)) {
		return nil, fmt.Errorf("%w: %.40q", errNotBeanstalkd, stats)
	}
	return block, nil
}

func (b *Block) learn(stats string) bool {
	values := map[string]string{}
	for line := range strings.Lines(stats) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		values[name] = strings.Trim(value, `"`)
	}
	jobs, ok := values["current-jobs-ready"]
	b.Version, b.Hostname, b.Platform = values["version"], values["hostname"], values["platform"]
	for name, number := range map[string]*int{"current-jobs-ready": &b.Jobs, "current-tubes": &b.Tubes, "current-connections": &b.Connections, "uptime": &b.Uptime} {
		*number, _ = strconv.Atoi(values[name]) // 0 is what is not told
	}
	return ok && jobs != "" && b.Version != ""
}
