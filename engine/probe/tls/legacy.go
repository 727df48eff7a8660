package tls

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"slices"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// isLegacy reports whether a handshake failed for what the legacy library might be
// able to do: the server found nothing it knows in our offer, or gave us what the
// standard library does not take.
func isLegacy(err error) bool {
	var other tls.RecordHeaderError
	switch alert := alertOf(err); {
	case errors.As(err, &other): // it does not speak TLS
		return false
	case alert != "":
		return slices.Contains([]string{"tls: handshake failure", "tls: protocol version not supported", "tls: insufficient security level"}, alert)
	}
	return probe.OutcomeOf(err) == engine.Protocol
}

// describeChain puts the member "certificate" into a response and says what is to be
// said about it. Certificates that the standard library cannot read are kept as what they are.
func describeChain(r *engine.Response, chain [][]byte, host string) *Facts {
	if len(chain) == 0 {
		return &Facts{}
	}
	var parsed []*x509.Certificate
	var fault error
	for _, der := range chain {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			fault = err
			break
		}
		parsed = append(parsed, c)
	}
	if len(parsed) == 0 {
		r.Blocks["certificate"] = newUnreadable(chain[0], fault)
		return examineLenient(chain[0], host, fault, time.Now())
	}
	r.Blocks["certificate"] = NewCertificate(parsed)
	return Examine(parsed, host, nil, time.Now())
}
