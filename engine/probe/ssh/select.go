package ssh

import "slices"

// Selection is what the key exchange with us agrees on (RFC 4253 section 7.1): of each list
// the first of ours that the server has as well; empty where there is none.
type Selection struct {
	KeyExchange string    `json:"dh_kex_algorithm,omitempty"`
	HostKey     string    `json:"host_key_algorithm,omitempty"`
	ToServer    Direction `json:"client_to_server_alg_group"`
	ToClient    Direction `json:"server_to_client_alg_group"`
}

// Direction is how packets of one direction are protected. The MAC is empty where the
// cipher authenticates as well.
type Direction struct {
	Cipher      string `json:"cipher,omitempty"`
	MAC         string `json:"mac,omitempty"`
	Compression string `json:"compression,omitempty"`
}

// selectFrom plays the client's part of the negotiation against a server's offer.
func selectFrom(server KeyInit) Selection {
	ours := clientConfig()
	direction := func(ciphers, macs, compressions []string) Direction {
		d := Direction{Cipher: first(ours.Ciphers, ciphers), Compression: first([]string{"none"}, compressions)}
		if !isAuthenticated(d.Cipher) {
			d.MAC = first(ours.MACs, macs)
		}
		return d
	}
	return Selection{
		KeyExchange: first(ours.KeyExchanges, server.KeyExchanges),
		HostKey:     first(ours.HostKeyAlgorithms, server.HostKeys),
		ToServer:    direction(server.CiphersToServer, server.MACsToServer, server.CompressionsToServer),
		ToClient:    direction(server.CiphersToClient, server.MACsToClient, server.CompressionsToClient),
	}
}

func first(ours, theirs []string) string {
	for _, name := range ours {
		if slices.Contains(theirs, name) {
			return name
		}
	}
	return ""
}

// isAuthenticated knows the ciphers with a MAC of their own (RFC 5647, OpenSSH's PROTOCOL).
func isAuthenticated(cipher string) bool {
	return slices.Contains([]string{"aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com"}, cipher)
}
