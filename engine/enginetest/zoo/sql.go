package zoo

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"slices"
	"strings"
)

func sqlSpecies() []Species {
	return slices.Concat(mysqlSpecies(), postgresSpecies(), mssqlSpecies(), oracleSpecies())
}

func mysqlSpecies() []Species {
	mysql := func(name, product, version string, greeting []byte) Species {
		return Species{Name: name, Base: "mysql", Protocol: "mysql", Product: product, Version: version, Port: 3306, Serve: serveMySQL(greeting)}
	}
	return []Species{
		mysql("mysql", "mysql", "8.0.36", mysqlGreeting("8.0.36", "caching_sha2_password", true)),
		mysql("mysql-no-tls", "mysql", "5.7.44", mysqlGreeting("5.7.44-log", "mysql_native_password", false)),
		mysql("mariadb", "mariadb", "10.11.6", mysqlGreeting("5.5.5-10.11.6-MariaDB-0+deb12u1", "mysql_native_password", true)),
		mysql("percona", "percona", "8.0.36-28", mysqlGreeting("8.0.36-28", "caching_sha2_password", true)),
		mysql("mysql-not-allowed", "mysql", "", mysqlError(1130, "Host '192.0.2.7' is not allowed to connect to this MySQL server")),
		mysql("mariadb-not-allowed", "mariadb", "", mysqlError(1130, "Host '192.0.2.7' is not allowed to connect to this MariaDB server")),
		mysql("mysql-blocked", "", "", mysqlError(1129, "Host '192.0.2.7' is blocked because of many connection errors; unblock with 'mysqladmin flush-hosts'")),
	}
}

func mysqlPacket(sequence byte, body []byte) []byte {
	return append([]byte{byte(len(body)), byte(len(body) >> 8), 0, sequence}, body...)
}

// mysqlGreeting is Protocol::HandshakeV10.
func mysqlGreeting(version, plugin string, hasTLS bool) []byte {
	lower := uint16(0xf7ff)
	if hasTLS {
		lower |= 0x0800
	} else {
		lower &^= 0x0800
	}
	body := append([]byte{10}, version+"\x00\x08\x00\x00\x00abcdefgh\x00"...)
	body = binary.LittleEndian.AppendUint16(body, lower)
	body = append(body, "\x2d\x02\x00\xff\xc1\x15\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00ijklmnopqrst\x00"+plugin+"\x00"...)
	return mysqlPacket(0, body)
}

func mysqlError(code uint16, message string) []byte {
	return mysqlPacket(0, append(binary.LittleEndian.AppendUint16([]byte{0xff}, code), message...))
}

// serveMySQL greets and refuses every login. A packet of 32 bytes is a wish for TLS.
func serveMySQL(greeting []byte) func(net.Conn) {
	return func(conn net.Conn) {
		if _, err := conn.Write(greeting); err != nil || greeting[4] == 0xff {
			return
		}
		head := make([]byte, 4)
		if _, err := io.ReadFull(conn, head); err != nil || head[1] != 0 || head[2] != 0 || head[3] != 1 {
			_, _ = conn.Write(mysqlError(1156, "Got packets out of order")) // and hangs up
			return
		}
		body := make([]byte, head[0])
		if _, err := io.ReadFull(conn, body); err != nil {
			return
		}
		if len(body) == 32 && body[1]&0x08 != 0 {
			upgraded(conn, func(net.Conn) {})
			return
		}
		_, _ = conn.Write(mysqlError(1045, "Access denied for user ''@'192.0.2.7' (using password: NO)"))
	}
}

// upgraded goes on inside TLS.
func upgraded(conn net.Conn, serve func(net.Conn)) {
	certificate, err := selfSigned("zoo.example", nil)
	if err != nil {
		return // the species is missed, which a test of the zoo will tell
	}
	session := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{certificate}}) //nolint:gosec // old versions are what zoos are for
	if session.Handshake() == nil {
		serve(session)
		_, _ = io.Copy(io.Discard, session) // until the client has seen enough
	}
}

func postgresSpecies() []Species {
	postgres := func(name, product, version, wish string, session, other []byte) Species {
		return Species{Name: name, Base: "postgres", Protocol: "postgres", Product: product, Version: version, Port: 5432, Serve: servePostgres(wish, session, other)}
	}
	unsupported := postgresError("0A000", "unsupported frontend protocol 255.0: server supports 3.0 to 3.0", "Fpostmaster.c\x00L2222\x00RProcessStartupPacket\x00")
	scram := postgresMessage('R', "\x00\x00\x00\x0aSCRAM-SHA-256\x00\x00")
	trust := slices.Concat(postgresMessage('R', "\x00\x00\x00\x00"), postgresMessage('S', "server_version\x0015.6 (Debian 15.6-0+deb12u1)\x00"), postgresMessage('S', "session_authorization\x00postgres\x00"), postgresMessage('Z', "I"))
	bouncer := postgres("pgbouncer", "pgbouncer", "", "N", postgresMessage('R', "\x00\x00\x00\x05abcd"), postgresError("08P01", "bad packet header: '0000002900ff0000'", ""))
	bouncer.Port = 6432
	return []Species{
		postgres("postgres-trust", "postgresql", "15.6", "N", trust, unsupported),
		postgres("postgres-scram", "postgresql", "", "N", scram, unsupported),
		postgres("postgres-md5", "postgresql", "", "N", postgresMessage('R', "\x00\x00\x00\x05abcd"), unsupported),
		postgres("postgres-tls", "postgresql", "", "S", scram, unsupported),
		postgres("postgres-not-allowed", "postgresql", "", "S", postgresError("28000", "no pg_hba.conf entry for host \"192.0.2.7\", user \"postgres\", database \"postgres\", no encryption", "Fauth.c\x00L543\x00RClientAuthentication\x00"), unsupported),
		bouncer,
	}
}

func postgresMessage(kind byte, body string) []byte {
	return append(binary.BigEndian.AppendUint32([]byte{kind}, uint32(4+len(body))), body...)
}

func postgresError(code, message, more string) []byte {
	return postgresMessage('E', "SFATAL\x00VFATAL\x00C"+code+"\x00M"+message+"\x00"+more+"\x00")
}

// servePostgres answers startup packets; a length that can be none hangs up.
func servePostgres(wish string, session, other []byte) func(net.Conn) {
	return func(conn net.Conn) {
		for {
			head := make([]byte, 8)
			if _, err := io.ReadFull(conn, head); err != nil {
				return
			}
			size := binary.BigEndian.Uint32(head)
			if size < 8 || size > 10000 {
				return
			}
			if _, err := io.CopyN(io.Discard, conn, int64(size-8)); err != nil {
				return
			}
			answer, isLast := other, true
			switch binary.BigEndian.Uint32(head[4:]) {
			case 80877103:
				answer, isLast = []byte(wish), false
			case 3 << 16:
				answer = session
			}
			if _, err := conn.Write(answer); err != nil {
				return
			}
			if isLast {
				return
			}
			if wish == "S" {
				upgraded(conn, servePostgres("N", session, other))
				return
			}
		}
	}
}

func mssqlSpecies() []Species {
	mssql := func(name, version string, encryption byte) Species {
		return Species{Name: name, Base: "mssql", Protocol: "mssql", Product: "mssql", Version: version, Port: 1433, Serve: serveMSSQL(version, encryption)}
	}
	return []Species{mssql("mssql-2019", "15.0.2000", 1), mssql("mssql-2008-r2", "10.50.1600", 2), mssql("mssql-2022", "16.0.1000", 3)}
}

// serveMSSQL answers PRELOGIN ([MS-TDS] section 2.2.6.5), then shakes hands within packets
// of the same kind.
func serveMSSQL(version string, encryption byte) func(net.Conn) {
	numbers := map[string]string{"15.0.2000": "\x0f\x00\x07\xd0\x05\x00", "10.50.1600": "\x0a\x32\x06\x40\x00\x00", "16.0.1000": "\x10\x00\x03\xe8\x06\x00"}
	options := "\x00\x00\x1a\x00\x06\x01\x00\x20\x00\x01\x02\x00\x21\x00\x01\x03\x00\x22\x00\x00\x04\x00\x22\x00\x01\xff" + numbers[version] + string(encryption) + "\x00\x00"
	return func(conn net.Conn) {
		payload, ok := tdsRead(conn)
		if !ok || !bytes.HasPrefix(payload, []byte{0}) {
			return
		}
		if _, err := conn.Write(tdsPacket(0x04, []byte(options))); err != nil {
			return
		}
		if encryption != 2 {
			upgraded(&tdsConn{Conn: conn}, func(net.Conn) {})
		}
	}
}

func tdsPacket(kind byte, payload []byte) []byte {
	return append([]byte{kind, 1, byte((8 + len(payload)) >> 8), byte(8 + len(payload)), 0, 0, 1, 0}, payload...)
}

func tdsRead(r io.Reader) ([]byte, bool) {
	head := make([]byte, 8)
	if _, err := io.ReadFull(r, head); err != nil || head[0] != 0x12 || binary.BigEndian.Uint16(head[2:]) < 8 {
		return nil, false
	}
	payload := make([]byte, binary.BigEndian.Uint16(head[2:])-8)
	_, err := io.ReadFull(r, payload)
	return payload, err == nil
}

// tdsConn carries a handshake in packets.
type tdsConn struct {
	net.Conn
	rest strings.Reader
}

func (c *tdsConn) Read(p []byte) (int, error) {
	if c.rest.Len() == 0 {
		payload, ok := tdsRead(c.Conn)
		if !ok {
			return 0, io.EOF
		}
		c.rest.Reset(string(payload))
	}
	return c.rest.Read(p)
}

func (c *tdsConn) Write(p []byte) (int, error) {
	if _, err := c.Conn.Write(tdsPacket(0x12, p)); err != nil {
		return 0, err
	}
	return len(p), nil
}

func oracleSpecies() []Species {
	oracle := func(name, version string, answer []byte) Species {
		return Species{Name: name, Base: "oracle", Protocol: "oracle", Product: "oracle", Version: version, Port: 1521, Serve: converses(func(request []byte) []byte {
			if len(request) < 58 || int(binary.BigEndian.Uint16(request)) != len(request) || request[4] != 1 {
				return nil
			}
			return answer
		})}
	}
	refusal := "\x22\x00\x00\x59(DESCRIPTION=(TMP=)(VSNNUM=318767104)(ERR=1189)(ERROR_STACK=(ERROR=(CODE=1189)(EMFI=4))))"
	accept := tnsPacket(2, "\x01\x36\x00\x00\x08\x00\x7f\xff\x01\x00\x00\x00\x00\x20\x61\x61\x00\x00\x00\x00\x00\x00\x00\x00")
	return []Species{
		oracle("oracle-19", "19.0.0.0.0", tnsPacket(4, refusal)),
		oracle("oracle-10", "10.2.0.4.0", slices.Concat(accept, tnsPacket(6, "\x00\x00TNSLSNR for Linux: Version 10.2.0.4.0 - Production\n"))),
	}
}

func tnsPacket(kind byte, body string) []byte {
	return append(append(binary.BigEndian.AppendUint16(nil, uint16(8+len(body))), 0, 0, kind, 0, 0, 0), body...)
}
