package smtp

import (
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// relayTime is how long a server may think about sender and recipients: it may look both up.
const relayTime = 2 * time.Second

// sender and recipients are of domains that belong to nobody (RFC 2606 section 3), so to no
// server that is asked, and are known to every resolver.
const sender = "postmaster@example.com"

func recipients() []string { return []string{"postmaster@example.net", "postmaster@example.org"} }

// tryRelay asks whether the server would take mail of one foreign domain to two others, which
// who may send must log in for, and takes the question back: no mail begins before DATA (RFC
// 5321 section 3.3). A server may still refuse there.
func (b *Block) tryRelay(d *probe.Dialogue) {
	if b.Rejected || d.Within(relayTime) != nil {
		return
	}
	reply, err := d.Ask("MAIL FROM:<" + sender + ">")
	if err != nil || reply.Code != completed {
		return
	}
	accepted := 0
	for _, recipient := range recipients() {
		if reply, err = d.Ask("RCPT TO:<" + recipient + ">"); err != nil {
			return
		}
		b.Relay = reply.Raw
		if reply.Code != completed && reply.Code != willForward {
			break
		}
		accepted++
	}
	b.OpenRelay = accepted == len(recipients())
	if _, err := d.Ask("RSET"); err == nil {
		_ = d.Say("QUIT") // it is polite, and no more
	}
}
