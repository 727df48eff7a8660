package redis

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	// MaxReply is how much of a session is read: INFO of a large cluster is about
	// 10 kB, most of it a line per database and replica.
	MaxReply = 64 << 10
	maxLine  = 1024
)

// Kind is the first byte of a reply in RESP2.
type Kind byte

// The kinds of reply that answer our commands. Arrays and integers do not.
const (
	Simple Kind = '+'
	Fault  Kind = '-'
	Bulk   Kind = '$'
)

// Reply is one answer of a server.
type Reply struct {
	Kind Kind
	Text string
}

var errNotRESP = errors.New("not a reply of Redis")

// ReadReply reads a simple string, an error or a bulk string (RESP
// specification, "RESP protocol description"). A bulk string that ends early is
// given as far as it came.
func ReadReply(r *bufio.Reader) (Reply, error) {
	line, err := readLine(r)
	if err != nil {
		return Reply{}, err
	}
	if line == "" {
		return Reply{}, errNotRESP
	}
	switch kind := Kind(line[0]); kind {
	case Simple, Fault:
		return Reply{Kind: kind, Text: line[1:]}, nil
	case Bulk:
		return readBulk(r, line[1:])
	}
	return Reply{}, errNotRESP
}

func readBulk(r *bufio.Reader, length string) (Reply, error) {
	n, err := strconv.Atoi(length)
	if err != nil || n < 0 || n > MaxReply {
		return Reply{}, fmt.Errorf("%w: a bulk string of length %q", errNotRESP, length)
	}
	text := make([]byte, n)
	n, err = io.ReadFull(r, text)
	if n == 0 && err != nil {
		return Reply{}, err
	}
	return Reply{Kind: Bulk, Text: probe.Text(text[:n])}, nil
}

func readLine(r *bufio.Reader) (string, error) {
	var line []byte
	for len(line) < maxLine {
		c, err := r.ReadByte()
		if err != nil {
			return "", err
		}
		if c == '\n' {
			return probe.Text([]byte(strings.TrimSuffix(string(line), "\r"))), nil
		}
		line = append(line, c)
	}
	return "", fmt.Errorf("%w: a line of more than %d bytes", errNotRESP, maxLine)
}

// newBlock judges the answer to PING. Only answers that nothing but Redis gives
// count: "-ERR" alone is said by mail servers, too.
func newBlock(pong Reply) (*Block, error) {
	block := &Block{Banner: string(pong.Kind) + pong.Text, PingResponse: pong.Text}
	switch {
	case pong.Kind == Simple && pong.Text == "PONG":
	case pong.Kind == Fault && (strings.HasPrefix(pong.Text, "NOAUTH ") || pong.Text == "ERR operation not permitted"):
		block.AuthRequired = true
	case pong.Kind == Fault && isDenied(pong.Text):
		block.Protected = true
		if strings.HasPrefix(pong.Text, "DENIED Redis ") {
			block.name(redisProduct(), "")
		}
	case pong.Kind == Fault && isStateFault(pong.Text):
	default:
		return nil, fmt.Errorf("%w: %.40q", errNotRESP, block.Banner)
	}
	return block, nil
}

// isDenied knows what strangers are told in protected mode: "DENIED Redis is running
// in protected mode because …", "DENIED KeyDB is running …", and by Valkey, which
// names itself nowhere, "DENIED Running in protected mode because …".
func isDenied(text string) bool {
	return strings.HasPrefix(text, "DENIED ") && strings.Contains(text, "unning in protected mode")
}

// isStateFault knows the errors by which a server says that it cannot serve now.
func isStateFault(text string) bool {
	for _, code := range []string{"LOADING Redis", "MASTERDOWN ", "NOPERM ", "BUSY Redis", "MISCONF Redis"} {
		if strings.HasPrefix(text, code) {
			return true
		}
	}
	return false
}

// learn reads the "name:value" lines of INFO.
func (b *Block) learn(info string) {
	b.InfoResponse = info
	values := map[string]string{}
	for line := range strings.Lines(info) {
		name, value, ok := strings.Cut(strings.TrimRight(line, "\r\n"), ":")
		if !ok {
			continue
		}
		values[name] = value
		if strings.HasPrefix(name, "db") {
			b.Keys += keysOf(value)
		}
	}
	b.Mode, b.OS, b.Role = values["redis_mode"], values["os"], values["role"]
	for name, number := range map[string]*int{
		"arch_bits": &b.ArchBits, "uptime_in_seconds": &b.Uptime, "used_memory": &b.UsedMemory, "sentinel_masters": &b.Masters,
		"connected_clients": &b.Clients, "total_commands_processed": &b.Commands,
	} {
		*number, _ = strconv.Atoi(values[name]) // 0 is what is not told
	}
	b.recognise(values)
}

// keysOf reads "keys=12,expires=0,avg_ttl=0".
func keysOf(database string) int {
	keys, _, _ := strings.Cut(strings.TrimPrefix(database, "keys="), ",")
	n, err := strconv.Atoi(keys)
	if err != nil {
		return 0
	}
	return n
}
