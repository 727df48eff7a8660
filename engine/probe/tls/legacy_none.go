//go:build !linux && !darwin

// The legacy library reads the system's roots in files that exist for Linux and macOS
// only, and does not compile anywhere else. There a server that needs it is still
// found and named by the answers to our own hellos (survey.go): its versions, suites
// and weaknesses are told, what is inside such a session and in such a certificate is not.

package tls

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// connectLegacy says that it cannot.
func connectLegacy(context.Context, probe.Dialer, engine.Endpoint) (connected, error) {
	return nil, fmt.Errorf("shake hands by the legacy library: %w", errors.ErrUnsupported)
}

// fillLenient leaves the fingerprints alone.
func (d *Certificate) fillLenient([]byte) {}

// examineLenient knows nothing.
func examineLenient([]byte, string, error, time.Time) *Facts { return &Facts{} }
