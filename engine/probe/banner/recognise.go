package banner

import (
	"regexp"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// signature is what every greeting of a protocol looks like.
type signature struct {
	name    string
	pattern *regexp.Regexp
}

// signatures are tried in order. A number alone is said by servers of many protocols,
// so a word of the protocol or the name of a server must come with it.
var signatures = sync.OnceValue(func() []signature {
	return []signature{
		{"nntp", regexp.MustCompile(`(?i)^20[01] [^\n]*(nntp|news|inn)`)},
		{"vnc", regexp.MustCompile(`^RFB \d{3}\.\d{3}\n`)},
		{"rsync", regexp.MustCompile(`^@RSYNCD: \d+`)},
	}
})

// Recognise names the protocol of a greeting, [Unknown] when it could be several.
func Recognise(greeting []byte) (string, *Block) {
	block := &Block{Banner: probe.Text(greeting)}
	for _, s := range signatures() {
		if s.pattern.Match(greeting) {
			return s.name, block
		}
	}
	return Unknown, block
}
