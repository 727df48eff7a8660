package banner

import (
	"bytes"
	"encoding/binary"
	"regexp"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// signature is what every greeting of a protocol looks like.
type signature struct {
	name    string
	pattern *regexp.Regexp
}

// signatures are tried in order. "220" alone is said by FTP, SMTP and others, so
// a word of the protocol or the name of a server must come with it.
var signatures = sync.OnceValue(func() []signature {
	return []signature{
		{"smtp", regexp.MustCompile(`(?i)^220[ -][^\n]*\b(e?smtp|postfix|exim|sendmail|mail service)\b`)},
		{"ftp", regexp.MustCompile(`(?i)^220[ -](?s:.*)(\bftp\b|ftpd\b|filezilla|serv-u)`)},
		{"pop3", regexp.MustCompile(`(?i)^\+OK\b[^\n]*(pop|dovecot|<[^>\s]+@[^>\s]+>|ready)`)},
		{"imap", regexp.MustCompile(`(?i)^\* (OK|PREAUTH|BYE)\b[^\n]*imap`)},
		{"nntp", regexp.MustCompile(`(?i)^20[01] [^\n]*(nntp|news|inn)`)},
		{"vnc", regexp.MustCompile(`^RFB \d{3}\.\d{3}\n`)},
		{"rsync", regexp.MustCompile(`^@RSYNCD: \d+`)},
		{"nats", regexp.MustCompile(`^INFO \{"server_id":`)},
	}
})

// products are compiled when the first server is met, not when the program starts.
var products = sync.OnceValue(func() []probe.Product {
	return []probe.Product{
		{Name: "vsftpd", FullName: "vsftpd", Category: "File servers", Vendor: "vsftpd_project", CPE: "vsftpd", Pattern: regexp.MustCompile(`\(vsFTPd (\d+(?:\.\d+)+)\)`)},
		{Name: "proftpd", FullName: "ProFTPD", Category: "File servers", Vendor: "proftpd", CPE: "proftpd", Pattern: regexp.MustCompile(`\bProFTPD(?: (\d+(?:\.\d+)+\w*))?`)},
		{Name: "pure-ftpd", FullName: "Pure-FTPd", Category: "File servers", Pattern: regexp.MustCompile(`\bPure-FTPd\b`)},
		{Name: "filezilla", FullName: "FileZilla Server", Category: "File servers", Vendor: "filezilla-project", CPE: "filezilla_server", Pattern: regexp.MustCompile(`\bFileZilla Server(?: (?:version )?(\d+(?:\.\d+)+))?`)},
		{Name: "postfix", FullName: "Postfix", Category: "Mail servers", Pattern: regexp.MustCompile(`\bPostfix\b`)},
		{Name: "exim", FullName: "Exim", Category: "Mail servers", Vendor: "exim", CPE: "exim", Pattern: regexp.MustCompile(`\bExim (\d+\.\d+(?:\.\d+)?)`)},
		{Name: "dovecot", FullName: "Dovecot", Category: "Mail servers", Pattern: regexp.MustCompile(`\bDovecot\b`)},
	}
})

// Recognise names the protocol of a greeting, [Unknown] when it could be several.
func Recognise(greeting []byte) (string, *Block) {
	block := &Block{Banner: probe.Text(greeting)}
	if recogniseMySQL(greeting, block) {
		return "mysql", block
	}
	if isTelnet(greeting) {
		return "telnet", block
	}
	for _, s := range signatures() {
		if s.pattern.Match(greeting) {
			return s.name, block
		}
	}
	return Unknown, block
}

// isTelnet finds a negotiation: IAC (255), then WILL, WONT, DO or DONT (251 … 254)
// and an option (RFC 854). Patterns cannot: they read UTF-8.
func isTelnet(greeting []byte) bool {
	return len(greeting) >= 3 && greeting[0] == 255 && greeting[1] >= 251 && greeting[1] <= 254
}

// recogniseMySQL reads the first packet of a MySQL server: three bytes of length,
// a sequence number of 0, then either protocol version 10 with the server's
// version as text ending in NUL (HandshakeV10) or 0xff with an error
// (ERR_Packet), as to hosts that may not connect.
func recogniseMySQL(packet []byte, block *Block) bool {
	const head = 4
	if len(packet) < head+3 || packet[3] != 0 {
		return false
	}
	length := int(packet[0]) | int(packet[1])<<8 | int(packet[2])<<16
	body := packet[head:]
	if length != len(body) {
		return false
	}
	switch body[0] {
	case 10:
		version, _, ok := bytes.Cut(body[1:], []byte{0})
		if !ok || len(version) == 0 || version[0] < '0' || version[0] > '9' {
			return false
		}
		block.Version = probe.Text(version)
		return true
	case 0xff:
		code := int(binary.LittleEndian.Uint16(body[1:3]))
		if code < 1000 || code >= 5000 { // the server's own errors
			return false
		}
		block.ErrorCode, block.ErrorMessage = code, probe.Text(body[3:])
		return true
	}
	return false
}
