package zoo

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
)

func dataSpecies() []Species {
	return slices.Concat(redisSpecies(), memcachedSpecies(), sqlSpecies(), mongoSpecies(), clusterSpecies())
}

// converses answers each thing that is said; nil hangs up.
func converses(answer func(request []byte) []byte) func(net.Conn) {
	return func(conn net.Conn) {
		request := make([]byte, 16<<10)
		for {
			n, err := conn.Read(request)
			if err != nil {
				return
			}
			said := answer(request[:n])
			if said == nil {
				return
			}
			if _, err := conn.Write(said); err != nil {
				return
			}
		}
	}
}

func redisSpecies() []Species {
	redis := func(name, product, version string, info ...string) Species {
		return Species{Name: name, Base: "redis", Protocol: "redis", Product: product, Version: version, Port: 6379, Serve: serveRedis(strings.Join(info, "\r\n") + "\r\n")}
	}
	const server = "# Server"
	open := redis("redis", "redis", "7.2.4", server, "redis_version:7.2.4", "redis_mode:standalone", "os:Linux 6.1.0 x86_64", "arch_bits:64", "tcp_port:6379", "", "# Keyspace", "db0:keys=3,expires=0,avg_ttl=0")
	sentinel := redis("redis-sentinel", "redis", "7.0.15", server, "redis_version:7.0.15", "redis_mode:sentinel", "os:Linux 6.1.0 x86_64", "", "# Sentinel", "sentinel_masters:1", "master0:name=mymaster,status=ok,address=192.0.2.7:6379,slaves=0,sentinels=3")
	sentinel.Port = 26379
	locked := redis("redis-password", "", "")
	locked.Serve = serveRESP(func([]string) string { return "-NOAUTH Authentication required.\r\n" })
	protected := redis("redis-protected", "redis", "")
	protected.Serve = func(conn net.Conn) {
		_, _ = io.WriteString(conn, "-DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the default user.\r\n") // and hangs up
	}
	return []Species{
		open, secured(open, 6380), sentinel, locked, protected,
		redis("valkey", "valkey", "8.0.1", server, "redis_version:7.2.4", "server_name:valkey", "valkey_version:8.0.1", "redis_mode:standalone", "os:Linux 6.1.0 x86_64"),
		redis("keydb", "keydb", "6.3.4", server, "redis_version:6.3.4", "redis_mode:standalone", "os:Linux 6.1.0 x86_64", "", "# KeyDB", "mvcc_depth:0"),
		redis("dragonfly", "dragonfly", "1.25.1", server, "redis_version:7.4.0", "dragonfly_version:df-v1.25.1", "redis_mode:standalone", "arch_bits:64"),
	}
}

// serveRedis is a server without a password.
func serveRedis(info string) func(net.Conn) {
	return serveRESP(func(words []string) string {
		switch strings.ToUpper(words[0]) {
		case "PING":
			return "+PONG\r\n"
		case "INFO":
			return fmt.Sprintf("$%d\r\n%s\r\n", len(info), info)
		}
		return fmt.Sprintf("-ERR unknown command '%s', with args beginning with: \r\n", words[0])
	})
}

// serveRESP reads commands as arrays and as words in a line (Redis serialization protocol).
func serveRESP(answer func(words []string) string) func(net.Conn) {
	return converses(func(request []byte) []byte {
		var words []string
		for line := range strings.Lines(string(request)) {
			if line = strings.TrimSpace(line); line != "" && line[0] != '*' && line[0] != '$' {
				words = append(words, strings.Fields(line)...)
			}
		}
		switch {
		case len(words) == 0 && bytes.ContainsAny(request, "*$"):
			return []byte("-ERR Protocol error: invalid bulk length\r\n")
		case len(words) == 0:
			return []byte{} // empty lines are overlooked
		case words[0] == "POST" || words[0] == "Host:":
			return nil // a web browser is made to attack us
		}
		return []byte(answer(words))
	})
}

func memcachedSpecies() []Species {
	memcached := Species{Name: "memcached", Base: "memcached", Protocol: "memcached", Product: "memcached", Version: "1.6.18", Port: 11211}
	open, locked, sasl, datagrams := memcached, memcached, memcached, memcached
	open.Serve = converses(memcachedText)
	locked.Name, locked.Version = "memcached-password", ""
	locked.Serve = func(conn net.Conn) {
		if hearRequest(conn) {
			_, _ = io.WriteString(conn, "CLIENT_ERROR unauthenticated\r\n") // and hangs up
		}
	}
	sasl.Name, sasl.Serve = "memcached-sasl", serveSASL
	datagrams.Name, datagrams.Protocol = "memcached-udp", "memcached_udp"
	datagrams.Answer = func(request []byte) [][]byte {
		if len(request) <= 8 {
			return nil
		}
		return [][]byte{append(slices.Clone(request[:8]), memcachedText(request[8:])...)}
	}
	return []Species{open, locked, sasl, datagrams, secured(open, 11211)}
}

// memcachedText answers lines (memcached, doc/protocol.txt).
func memcachedText(request []byte) (answer []byte) {
	if request[0] == 0x80 {
		return nil // the binary protocol is another species
	}
	for line := range strings.Lines(string(request)) {
		switch command, _, _ := strings.Cut(strings.TrimSpace(line), " "); command {
		case "version":
			answer = append(answer, "VERSION 1.6.18\r\n"...)
		case "stats":
			answer = append(answer, "STAT pid 1\r\nSTAT uptime 798\r\nSTAT version 1.6.18\r\nSTAT pointer_size 64\r\nSTAT curr_items 12\r\nEND\r\n"...)
		case "quit":
			return nil
		default:
			answer = append(answer, "ERROR\r\n"...)
		}
	}
	return answer
}

// serveSASL speaks the binary protocol only: it waits for a whole header, and hangs up
// on what is none. Strangers learn its version.
func serveSASL(conn net.Conn) {
	header := make([]byte, 24)
	for {
		if _, err := io.ReadFull(conn, header); err != nil || header[0] != 0x80 {
			return
		}
		status, text := uint16(0x20), "Auth failure."
		if header[1] == 0x0b {
			status, text = 0, "1.6.18"
		}
		answer := slices.Clone(header)
		answer[0] = 0x81
		binary.BigEndian.PutUint16(answer[6:], status)
		binary.BigEndian.PutUint32(answer[8:], uint32(len(text)))
		if _, err := conn.Write(append(answer, text...)); err != nil {
			return
		}
	}
}
