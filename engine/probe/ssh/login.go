package ssh

import (
	"context"
	"errors"
	"net"
	"slices"

	"golang.org/x/crypto/ssh"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// The methods of logging in that are told apart (RFC 4252 sections 5.2, 7 and 8). What else
// a server lists the library keeps for itself, as keyboard-interactive.
const (
	methodNone      = "none" // it lets in who proves nothing
	methodPassword  = "password"
	methodPublicKey = "publickey"
)

// errUntold keeps everything back that could prove who we are.
var errUntold = errors.New("nothing is proved to this server")

// exchange exchanges keys and asks, by the method "none" of RFC 4252 section 5.2, how one may
// log in. The methods that the server lists are begun and given up before anything is sent.
func exchange(ctx context.Context, d probe.Dialer, to engine.Endpoint) (seen *KeyExchange, methods []string) {
	conn, err := d.Dial(ctx, to)
	if err != nil {
		return nil, nil
	}
	defer func() { _ = conn.Close() }()
	config := clientConfig()
	config.User = "root" // a name that is known nearly everywhere, as unknown ones count as an attack
	config.HostKeyCallback = func(_ string, _ net.Addr, key ssh.PublicKey) error {
		seen = &KeyExchange{HostKey: describeKey(key)}
		return nil
	}
	config.Auth = []ssh.AuthMethod{
		ssh.PasswordCallback(func() (string, error) {
			methods = append(methods, methodPassword)
			return "", errUntold
		}),
		ssh.PublicKeysCallback(func() ([]ssh.Signer, error) {
			methods = append(methods, methodPublicKey)
			return nil, errUntold
		}),
	}
	if client, _, _, err := ssh.NewClientConn(conn, to.String(), config); err == nil {
		_ = client.Close() // it has let us in, and we leave
		methods = []string{methodNone}
	}
	slices.Sort(methods)
	return seen, methods
}
