package enginetest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
)

// redis is a server without a password.
func redis(s *Service) error {
	s.Name, s.Flaws = "redis", []string{"redis.no-auth"}
	s.serve(func(conn net.Conn) {
		in := bufio.NewReader(conn)
		for {
			command, err := readCommand(in)
			if err != nil {
				return
			}
			if _, err := io.WriteString(conn, answerRedis(command, s.Port)); err != nil {
				return
			}
		}
	})
	return nil
}

// readCommand reads an inline command or an array of bulk strings (Redis
// serialization protocol, section "Sending commands to a Redis server").
func readCommand(in *bufio.Reader) ([]string, error) {
	line, err := in.ReadString('\n')
	if err != nil {
		return nil, err
	}
	line = strings.TrimSpace(line)
	if !strings.HasPrefix(line, "*") {
		return strings.Fields(line), nil
	}
	n, err := strconv.Atoi(line[1:])
	if err != nil || n < 0 || n > 64 {
		return nil, fmt.Errorf("array of %q", line)
	}
	words := make([]string, 0, n)
	for range n {
		if _, err := in.ReadString('\n'); err != nil { // "$3"
			return nil, err
		}
		word, err := in.ReadString('\n')
		if err != nil {
			return nil, err
		}
		words = append(words, strings.TrimSpace(word))
	}
	return words, nil
}

func answerRedis(command []string, port int) string {
	if len(command) == 0 {
		return "-ERR Protocol error\r\n"
	}
	switch strings.ToUpper(command[0]) {
	case "PING":
		return "+PONG\r\n"
	case "INFO":
		info := fmt.Sprintf("# Server\r\nredis_version:6.2.6\r\nredis_mode:standalone\r\nos:Linux 5.15.0 x86_64\r\ntcp_port:%d\r\n# Keyspace\r\ndb0:keys=3,expires=0,avg_ttl=0\r\n", port)
		return fmt.Sprintf("$%d\r\n%s\r\n", len(info), info)
	case "QUIT":
		return "+OK\r\n"
	}
	return fmt.Sprintf("-ERR unknown command `%s`, with args beginning with: \r\n", command[0])
}
