package identify_test

import (
	"bytes"
	"io"
	"net"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/identify"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/all"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

// paper is a printer that prints whatever it is sent.
type paper struct {
	lock    sync.Mutex
	printed bytes.Buffer
}

func (p *paper) Write(data []byte) (int, error) {
	p.lock.Lock()
	defer p.lock.Unlock()
	return p.printed.Write(data)
}

// TestPrintersAreLeftAlone: at their port nothing is said to who does not answer in their
// language, but what answers otherwise is asked on.
func TestPrintersAreLeftAlone(t *testing.T) {
	at := probetest.Endpoint()
	at.Port = 9100
	asked := func(t *testing.T, peer probetest.Peer) []engine.Response {
		d := probetest.NewDialer(peer)
		defer d.Wait()
		return identify.New(identify.Config{Probes: all.Probes()}).Run(t.Context(), d, at)
	}
	t.Run("silent", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			var sheet paper
			rs := asked(t, func(conn net.Conn) { _, _ = io.Copy(&sheet, conn) })
			if want := "\x1b%-12345X@PJL INFO ID\r\n\x1b%-12345X"; len(rs) > 0 || sheet.printed.String() != want {
				t.Errorf("%v, and it was sent %q", rs, sheet.printed.String())
			}
		})
	})
	t.Run("exporter", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			rs := asked(t, probetest.Site(map[string][]byte{"": []byte("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n# metrics")}))
			if len(rs) == 0 || rs[0].Base != "http" {
				t.Errorf("%v", rs)
			}
		})
	})
}
