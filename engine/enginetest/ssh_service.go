package enginetest

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"net"

	gossh "golang.org/x/crypto/ssh"
)

// ssh is a server that still offers the key exchanges and ciphers RFC 9142 and RFC
// 8758 warn of.
func ssh(s *Service) error {
	s.Name, s.Flaws = "ssh", []string{"ssh.weak-kex", "ssh.weak-cipher"}
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return fmt.Errorf("make host key: %w", err)
	}
	signer, err := gossh.NewSignerFromKey(key)
	if err != nil {
		return fmt.Errorf("make host key: %w", err)
	}
	config := &gossh.ServerConfig{
		ServerVersion: "SSH-2.0-OpenSSH_7.2p2",
		PasswordCallback: func(gossh.ConnMetadata, []byte) (*gossh.Permissions, error) {
			return nil, errors.New("nobody gets in")
		},
	}
	config.KeyExchanges = []string{"curve25519-sha256", "diffie-hellman-group14-sha1", "diffie-hellman-group1-sha1"}
	config.Ciphers = []string{"aes128-ctr", "aes128-cbc", "3des-cbc"}
	config.AddHostKey(signer)
	s.serve(func(conn net.Conn) {
		_, _, _, _ = gossh.NewServerConn(conn, config) // ends when the client leaves; nobody gets in
	})
	return nil
}
