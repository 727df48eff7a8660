package zoo

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"net"

	gossh "golang.org/x/crypto/ssh"
)

// terminals speak Telnet (RFC 854) and Secure Shell (RFC 4253).
func terminals() []Species {
	linux := Species{Name: "telnetd", Base: "telnet", Protocol: "telnet", Port: 23, Serve: negotiates(
		"\xff\xfd\x18\xff\xfd\x20\xff\xfd\x23\xff\xfd\x27", "\xff\xfb\x03\xff\xfd\x01\xff\xfd\x1f\xff\xfb\x05\xff\xfd\x21\r\nLinux 6.1.0 (zoo) (pts/0)\r\n\r\nzoo login: ")}
	return []Species{
		linux,
		secured(linux, 992),
		{Name: "busybox-telnetd", Base: "telnet", Protocol: "telnet", Port: 23, Serve: greets("\xff\xfd\x01\xff\xfd\x1f\xff\xfb\x01\xff\xfb\x03\r\nrouter login: ")},
		{Name: "cisco-telnet", Base: "telnet", Protocol: "telnet", Product: "cisco-ios", Port: 23, Serve: greets("\xff\xfb\x01\xff\xfb\x03\xff\xfd\x18\xff\xfd\x1f\r\n\r\nUser Access Verification\r\n\r\nUsername: ")},
		{Name: "mikrotik-telnet", Base: "telnet", Protocol: "telnet", Product: "mikrotik", Version: "6.49.10", Port: 23, Serve: greets("\xff\xfd\x18\xff\xfd\x20\xff\xfd\x23\xff\xfd\x27\xff\xfb\x01MikroTik v6.49.10 (long-term)\r\nLogin: ")},
		shell("openssh", "OpenSSH_9.2p1 Debian-2+deb12u3", "openssh", "9.2p1", 22),
		shell("openssh-windows", "OpenSSH_for_Windows_8.1", "openssh", "8.1", 22),
		shell("dropbear", "dropbear_2022.83", "dropbear", "2022.83", 22),
		shell("libssh", "libssh_0.9.6", "libssh", "0.9.6", 2222),
	}
}

// negotiates asks for options, and shows its screen once they are answered.
func negotiates(options, screen string) func(net.Conn) {
	return func(conn net.Conn) {
		if _, err := conn.Write([]byte(options)); err != nil {
			return
		}
		answer := make([]byte, 1024)
		for heard := 0; heard < len(options); { // an answer to each
			n, err := conn.Read(answer)
			if err != nil {
				return
			}
			if heard += n; bytes.IndexByte(answer[:n], 255) < 0 {
				break // who types does not negotiate
			}
		}
		greets(screen)(conn)
	}
}

// shell is a Secure Shell server that lets nobody in.
func shell(name, software, product, version string, port uint16) Species {
	seed := sha256.Sum256([]byte(name))
	return Species{Name: name, Base: "ssh", Protocol: "ssh", Product: product, Version: version, Port: port, Serve: func(conn net.Conn) {
		signer, err := gossh.NewSignerFromKey(ed25519.NewKeyFromSeed(seed[:]))
		if err != nil {
			return
		}
		config := &gossh.ServerConfig{
			ServerVersion: "SSH-2.0-" + software,
			PasswordCallback: func(gossh.ConnMetadata, []byte) (*gossh.Permissions, error) {
				return nil, errors.New("nobody gets in")
			},
		}
		config.AddHostKey(signer)
		_, _, _, _ = gossh.NewServerConn(conn, config) // ends when the client leaves; nobody gets in
	}}
}
