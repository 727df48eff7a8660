package zoo

import (
	"bufio"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"

	gossh "golang.org/x/crypto/ssh"
)

// shells are Secure Shell servers (RFC 4253) that offer what is sound.
func shells() []Species {
	return []Species{
		shell("openssh", "OpenSSH_9.2p1 Debian-2+deb12u3", "openssh", "9.2p1", 22, soundShell(), keysOnly),
		shell("openssh-windows", "OpenSSH_for_Windows_8.1", "openssh", "8.1", 22, soundShell(), passwords),
		shell("dropbear", "dropbear_2022.83", "dropbear", "2022.83", 22, soundShell(), passwords),
		shell("libssh", "libssh_0.9.6", "libssh", "0.9.6", 2222, soundShell(), passwords),
	}
}

// weakShells offer what nobody should. The library marks its offers as strict and speaks no
// version 1, so those without the mark are offers only, with nothing behind them.
func weakShells() []Species {
	weak := soundShell()
	weak.KeyExchanges = append(weak.KeyExchanges, "diffie-hellman-group1-sha1")
	weak.Ciphers = append(weak.Ciphers, "3des-cbc")
	weak.MACs = append(weak.MACs, "hmac-sha1-96")
	modern := []string{"curve25519-sha256", "ssh-ed25519", "aes256-ctr,chacha20-poly1305@openssh.com", "hmac-sha2-256"}
	old := []string{"diffie-hellman-group1-sha1", "ssh-rsa", "3des-cbc", "hmac-sha1,hmac-md5"}
	return []Species{
		shell("ssh-weak", "OpenSSH_9.2p1", "openssh", "9.2p1", 22, weak, keysOnly),
		shell("ssh-regresshion", "OpenSSH_9.2p1 Debian-2+deb12u2", "openssh", "9.2p1", 22, soundShell(), keysOnly),
		shell("ssh-open", "dropbear_2024.86", "dropbear", "2024.86", 22, soundShell(), nothing),
		offersShell("ssh-terrapin", "2.0-OpenSSH_9.5", "openssh", "9.5", modern),
		offersShell("ssh-1.99", "1.99-Cisco-1.25", "cisco-ssh", "1.25", old),
		{Name: "ssh-busy", Base: "ssh", Protocol: "ssh", Product: "openssh", Port: 22, Serve: func(conn net.Conn) { _, _ = io.WriteString(conn, "Exceeded MaxStartups\r\n") }},
		{Name: "ssh-1.5", Base: "ssh", Protocol: "ssh", Product: "openssh", Version: "2.9", Port: 22, Serve: greets("SSH-1.5-OpenSSH_2.9\n")},
	}
}

// soundShell is what a server of today offers.
func soundShell() gossh.Config {
	return gossh.Config{
		KeyExchanges: []string{"curve25519-sha256", "ecdh-sha2-nistp256", "diffie-hellman-group14-sha256"},
		Ciphers:      []string{"chacha20-poly1305@openssh.com", "aes128-gcm@openssh.com", "aes128-ctr"},
		MACs:         []string{"hmac-sha2-256-etm@openssh.com", "hmac-sha2-256", "hmac-sha1"},
	}
}

// What a server wants of who logs in; nobody has the right one.
func passwords(c *gossh.ServerConfig) {
	c.PasswordCallback = func(gossh.ConnMetadata, []byte) (*gossh.Permissions, error) { return nil, errNobody }
}

func keysOnly(c *gossh.ServerConfig) {
	c.PublicKeyCallback = func(gossh.ConnMetadata, gossh.PublicKey) (*gossh.Permissions, error) { return nil, errNobody }
}

func nothing(c *gossh.ServerConfig) { c.NoClientAuth = true }

var errNobody = errors.New("nobody gets in")

// shell is a Secure Shell server.
func shell(name, software, product, version string, port uint16, offer gossh.Config, wants func(*gossh.ServerConfig)) Species {
	seed := sha256.Sum256([]byte(name))
	return Species{Name: name, Base: "ssh", Protocol: "ssh", Product: product, Version: version, Port: port, Serve: func(conn net.Conn) {
		signer, err := gossh.NewSignerFromKey(ed25519.NewKeyFromSeed(seed[:]))
		if err != nil {
			return
		}
		config := &gossh.ServerConfig{
			Config:        offer,
			ServerVersion: "SSH-2.0-" + software,
		}
		wants(config)
		config.AddHostKey(signer)
		_, _, _, _ = gossh.NewServerConn(conn, config) // ends when the client leaves, or is let in
	}}
}

// offersShell sends its identification and an offer of key exchanges, host keys, ciphers and
// MACs, and leaves when the client has made its own.
func offersShell(name, identification, product, version string, offer []string) Species {
	return Species{Name: name, Base: "ssh", Protocol: "ssh", Product: product, Version: version, Port: 22, Serve: func(conn net.Conn) {
		if _, err := fmt.Fprintf(conn, "SSH-%s\r\n%s", identification, keyInit(offer)); err != nil {
			return
		}
		r := bufio.NewReader(conn)
		if line, err := r.ReadString('\n'); err != nil || !strings.HasPrefix(line, "SSH-") {
			return
		}
		_, _ = io.CopyN(io.Discard, r, 64) // enough to know that it goes on
	}}
}

// keyInit is the packet SSH_MSG_KEXINIT with an offer (RFC 4253 sections 6 and 7.1): key
// exchanges, host keys, and ciphers and MACs of both directions.
func keyInit(offer []string) []byte {
	lists := []string{offer[0], offer[1], offer[2], offer[2], offer[3], offer[3], "none", "none", "", ""}
	payload := append([]byte{20}, make([]byte, 16)...) // the cookie is no secret here
	for _, list := range lists {
		payload = append(binary.BigEndian.AppendUint32(payload, uint32(len(list))), list...)
	}
	payload = append(payload, 0, 0, 0, 0, 0)
	padding := 8 - (len(payload)+5)%8 + 8 // at least four bytes, up to a whole block of eight
	return slices.Concat(be32(uint32(1+len(payload)+padding)), []byte{byte(padding)}, payload, make([]byte, padding))
}
