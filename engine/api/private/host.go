package private

import (
	"encoding/json"
	"fmt"
	"net"
	"net/netip"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// maxHostDocuments is how many documents a host is described from: with a document
// for each port there is no more.
const maxHostDocuments = 65_536

func (d *dialect) getHost(call *api.Call) error { return d.answerHost(call, call.Path("host")) }

// getOwnHost is about the address that the request comes from.
func (d *dialect) getOwnHost(call *api.Call) error {
	address, _, err := net.SplitHostPort(call.Request.RemoteAddr)
	if err != nil {
		return &engine.Error{Kind: engine.NotFound, Title: "Caller has no address", Detail: "the request did not come over a network", Hint: "name the host: /api/host/192.0.2.1/"}
	}
	return d.answerHost(call, address)
}

func (d *dialect) answerHost(call *api.Call, name string) error {
	fields, err := selectionOf(call.Parameters())
	if err != nil {
		return err
	}
	host, search, err := newHost(name)
	if err != nil {
		return err
	}
	read := 0
	for document, err := range d.control.Search(call.Context(), call.Caller, search) {
		if err != nil {
			return err
		}
		if err := host.add(document.Data); err != nil {
			return fmt.Errorf("describe host %s: %w", name, err)
		}
		if read++; read == maxHostDocuments {
			break
		}
	}
	whole, err := json.Marshal(host.finish())
	if err != nil {
		return err
	}
	part, err := fields.apply(whole)
	if err != nil {
		return err
	}
	return call.Answer(part)
}

// newHost begins the description of an address or a name, and says which documents
// are about it.
func newHost(name string) (*hostObject, control.Search, error) {
	if addr, err := netip.ParseAddr(name); err == nil {
		text := addr.Unmap().WithZone("").String()
		q, err := query.Parse("ip:" + query.Quote(text))
		return newIPHost(text), control.Search{Query: q}, err
	}
	target := engine.Target(name)
	if err := target.Validate(); err != nil || target.Kind() != engine.TargetDomain {
		return nil, control.Search{}, invalid("host", fmt.Sprintf("%q is neither an address nor a name", name), "write it as in /api/host/192.0.2.1/ or /api/host/example.com/")
	}
	text := string(target.Canonical())
	q, err := query.Parse("host:" + query.Quote(text) + " OR domain:" + query.Quote(text))
	return newDomainHost(text), control.Search{Query: q}, err
}
