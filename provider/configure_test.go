package provider_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// withoutEnvironment keeps settings of the machine out of a test.
func withoutEnvironment(t testing.TB) {
	t.Helper()
	for _, name := range []string{"PORTOLAN_ENDPOINT", "PORTOLAN_API_KEY", "PORTOLAN_USER_ID", "PORTOLAN_API_TOKEN", "PORTOLAN_DATA_DIR", "PORTOLAN_ALLOWED_TARGETS", "PORTOLAN_DENIED_TARGETS"} {
		t.Setenv(name, "")
	}
}

// silentPort is a port of loopback where nobody listens any more.
func silentPort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return l.Addr().String()
}

func TestProviderConfigErrors(t *testing.T) {
	withoutEnvironment(t)
	tests := map[string]struct {
		config object
		path   string
		parts  []string
	}{
		"endpoint is no URL":        {object{"endpoint": "portolan.example.com"}, "endpoint", []string{"Endpoint is not valid", "https://HOST"}},
		"endpoint of a wrong kind":  {object{"endpoint": "ftp://portolan.example.com"}, "endpoint", []string{"Endpoint is not valid"}},
		"endpoint and embedded":     {object{"endpoint": "http://127.0.0.1:1", "embedded": object{}}, "embedded", []string{"endpoint"}},
		"no scans at once":          {object{"embedded": object{"max_concurrent_scans": 0}}, "embedded.max_concurrent_scans", []string{"between 1 and 64"}},
		"key and user":              {object{"api_key": "a", "user_id": "1", "api_token": "b"}, "api_key", []string{"user_id"}},
		"user without a token":      {object{"user_id": "1"}, "user_id", []string{"api_token"}},
		"token without a user":      {object{"api_token": "1"}, "api_token", []string{"user_id"}},
		"two CAs":                   {object{"ca_cert_pem": "a", "ca_cert_file": "b"}, "ca_cert_pem", []string{"ca_cert_file"}},
		"certificate without key":   {object{"client_cert_pem": "a"}, "client_cert_pem", []string{"client_key_pem"}},
		"timeout too short":         {object{"request_timeout": "1ms"}, "request_timeout", []string{"too short", "1s"}},
		"timeout without unit":      {object{"request_timeout": "30"}, "request_timeout", []string{"duration"}},
		"retries without end":       {object{"max_retries": 1000}, "max_retries", []string{"between 0 and 20"}},
		"guard of a URL":            {object{"allowed_targets": []string{"*.example.com", "https://example.com/"}}, "allowed_targets[1]", []string{"it is a URL"}},
		"guard of a wildcard":       {object{"denied_targets": []string{"www.*.com"}}, "denied_targets[0]", []string{"wildcards"}},
		"control characters erased": {object{"endpoint": "\x1b[2Jx"}, "endpoint", []string{`\u001b`}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWire(t)
			resp, err := w.server.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: w.dynamic(w.providerType(), test.config)})
			w.must(err)
			wantError(t, resp, test.path, test.parts...)
		})
	}
}

// An empty endpoint, from an unset variable say, is none and no error.
func TestEmptyEndpointIsNone(t *testing.T) {
	withoutEnvironment(t)
	w := newWire(t)
	config := object{"endpoint": ""}
	resp, err := w.server.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: w.dynamic(w.providerType(), config)})
	w.must(err)
	w.clean(resp)
	w.clean(w.configure(config, false))
}

func TestEndpointDoesNotAnswer(t *testing.T) {
	withoutEnvironment(t)
	resp := newWire(t).configure(object{"endpoint": "http://" + silentPort(t), "api_key": "SomeKey0123456789", "max_retries": 0}, false)
	wantError(t, resp, "endpoint", "Endpoint does not answer")
}

// What answers at the endpoint may be anything.
func TestEndpointIsSomethingElse(t *testing.T) {
	withoutEnvironment(t)
	other := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(other.Close)
	resp := newWire(t).configure(object{"endpoint": other.URL, "api_key": "SomeKey0123456789"}, false)
	if len(resp.Diagnostics) == 0 {
		t.Error("a web server that is no Portolan is taken for one")
	}
}

func TestMissingKey(t *testing.T) {
	withoutEnvironment(t)
	resp := newWire(t).configure(object{"endpoint": "http://" + silentPort(t)}, false)
	wantError(t, resp, "api_key", "API key is missing", "PORTOLAN_API_KEY")
}

// A key alone most likely means that the endpoint got lost.
func TestKeyWithoutEndpoint(t *testing.T) {
	withoutEnvironment(t)
	resp := newWire(t).configure(object{"api_key": "SomeKey0123456789"}, false)
	wantWarning(t, resp, "api_key", "not used", "PORTOLAN_ENDPOINT")
}

// An endpoint known only after apply is a plan without an engine, not an error.
func TestUnknownEndpoint(t *testing.T) {
	withoutEnvironment(t)
	w := newWire(t)
	resp := w.configure(object{"endpoint": unknown{}}, false)
	w.clean(resp)
	wantWarning(t, resp, "endpoint", "Engine is not known yet")
	planned := w.planned(w.plan(noState, object{"targets": []string{"127.0.0.1"}}))
	if got := number(t, planned, "address_count"); got != 1 {
		t.Errorf("planned without an engine, address_count is %d, want 1", got)
	}
	state := w.stateOf(object{"id": "7", "targets": []string{"127.0.0.1"}, "engine_id": "e"})
	read := w.read(state)
	w.clean(read)
	if got := w.state(w.resourceType(), read.NewState); !got.Equal(state) {
		t.Error("refreshed without an engine, the state has changed")
	}
	wantError(t, w.readData("portolan_findings", object{"scan_id": "7"}), "", "Engine is not known yet", "depends_on", "endpoint of the provider")
}

func TestUnknownEndpointDefers(t *testing.T) {
	withoutEnvironment(t)
	w := newWire(t)
	w.clean(w.configure(object{"endpoint": unknown{}}, true))
	plan := w.plan(noState, object{"targets": []string{"127.0.0.1"}})
	if plan.Deferred == nil || plan.Deferred.Reason != tfprotov6.DeferredReasonProviderConfigUnknown {
		t.Errorf("plan is deferred as %+v, want as the provider's configuration is unknown", plan.Deferred)
	}
}

// Nothing is opened before it is needed: most provider processes of a Terraform
// command are never asked for anything.
func TestConfigureOpensNothing(t *testing.T) {
	withoutEnvironment(t)
	dir := filepath.Join(t.TempDir(), "data")
	w := configured(t, object{"embedded": object{"data_dir": dir}})
	w.planned(w.plan(noState, object{"targets": []string{"127.0.0.1"}}))
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the data folder is there after a plan (%v)", err)
	}
}
