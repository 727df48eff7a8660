package ssh

import (
	"slices"
	"strings"
)

// isStrict finds the marker of a server that does not let packets vanish before the
// first key (OpenSSH's PROTOCOL section 1.10), the cure of CVE-2023-48795.
func (k *KeyInit) isStrict() bool {
	return slices.Contains(k.KeyExchanges, "kex-strict-s-v00@openssh.com")
}

// isTerrapin reports whether packets can be made vanish: the cipher must be ChaCha20,
// or CBC with encrypt-then-MAC, in one of the directions.
func (k *KeyInit) isTerrapin() bool {
	return !k.isStrict() && (isAffected(k.CiphersToServer, k.MACsToServer) || isAffected(k.CiphersToClient, k.MACsToClient))
}

func isAffected(ciphers, macs []string) bool {
	isCBC := func(name string) bool { return strings.HasSuffix(name, "-cbc") }
	isEtM := func(name string) bool { return strings.HasSuffix(name, "-etm@openssh.com") }
	return slices.Contains(ciphers, "chacha20-poly1305@openssh.com") || slices.ContainsFunc(ciphers, isCBC) && slices.ContainsFunc(macs, isEtM)
}
