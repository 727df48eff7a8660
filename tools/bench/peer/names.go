package peer

import (
	"net/netip"
	"strings"
)

// words are the names that others have for protocols, in Portolan's. Where a peer
// names the product or the variant and not the protocol, it is given the protocol:
// what is counted is whether it knew what it spoke to.
var words = map[string]string{
	"https": "http", "http-proxy": "http", "http-alt": "http", "https-alt": "http", "sip-proxy": "sip",
	"imaps": "imap", "pop3s": "pop3", "smtps": "smtp", "submission": "smtp", "ftps": "ftp", "lmtp": "smtp",
	"ms-sql-s": "mssql", "microsoft-ds": "smb", "netbios-ssn": "smb", "ms-wbt-server": "rdp",
	"postgresql": "postgres", "mongod": "mongodb", "domain": "dns", "ldapssl": "ldap", "ldaps": "ldap",
	"secure-mqtt": "mqtt", "mqtts": "mqtt", "amqps": "amqp", "rediss": "redis", "ssl": "tls", "socks4": "socks", "socks5": "socks",
	"rpcbind": "rpc", "sunrpc": "rpc", "portmapper": "rpc", "iso-tsap": "s7", "mbap": "modbus", "mariadb": "mysql",
	"cassandra-native": "cassandra", "cql": "cassandra", "x11": "x11", "apache-zookeeper": "zookeeper", "vnc-http": "http",
}

// name notes what a service was said to be. nmap writes "ssl|imap" for a protocol
// inside TLS and a question mark behind what it only guesses from the port, which
// is not having named it.
func (f *Findings) name(place netip.AddrPort, said string) {
	said = strings.ToLower(said)
	if said == "" || strings.HasSuffix(said, "?") || said == "unknown" || said == "tcpwrapped" {
		return
	}
	if _, inner, ok := strings.Cut(said, "|"); ok && inner != "" {
		said = inner
	}
	f.Named[place] = Word(said)
}

// Word gives a name of a protocol as Portolan says it, so that two can be compared.
func Word(name string) string {
	name = strings.ToLower(name)
	if word, ok := words[name]; ok {
		return word
	}
	return name
}
