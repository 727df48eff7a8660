package provider

import (
	"errors"
	"os"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

// access is where a server is and who asks it.
type access struct {
	endpoint  types.String
	key, user types.String
	attribute string // of the key
}

// access takes the settings of the block, and of the environment where it has none. What
// is written in the block wins: a user there is not mixed with a key from elsewhere.
func (p *Provider) access(config providerModel) access {
	a := access{endpoint: p.setting(config.Endpoint, "PORTOLAN_ENDPOINT"), key: p.setting(config.APIKey, "PORTOLAN_API_KEY"), user: types.StringValue(""), attribute: "api_key"}
	if !config.Embedded.IsNull() {
		a.endpoint = config.Endpoint
	}
	isBasic := !config.UserID.IsNull() || config.APIKey.IsNull() && a.key.ValueString() == "" && p.getenv("PORTOLAN_API_TOKEN") != ""
	if isBasic {
		a.key, a.user = p.setting(config.APIToken, "PORTOLAN_API_TOKEN"), p.setting(config.UserID, "PORTOLAN_USER_ID")
		a.attribute = "api_token"
	}
	return a
}

// blame turns the error of a wrong key to the attribute that has it.
func (a access) blame(err error) error {
	var e *engine.Error
	if !errors.As(err, &e) || e.Field != "api_key" {
		return err
	}
	named := *e
	named.Field = a.attribute
	return &named
}

// newClient makes a client of a server as the block says.
func (p *Provider) newClient(access access, config providerModel) (*client.Client, error) {
	network := client.Network{
		CA: []byte(config.CACertPEM.ValueString()), Certificate: []byte(config.ClientCertPEM.ValueString()), PrivateKey: []byte(config.ClientKeyPEM.ValueString()),
		SkipVerification: config.InsecureSkipVerify.ValueBool(), Proxy: config.ProxyURL.ValueString(),
	}
	if file := config.CACertFile.ValueString(); file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, &engine.Error{Kind: engine.Invalid, Title: "File cannot be read", Field: "ca_cert_file", Detail: err.Error(), Hint: "check the path; it is relative to where terraform runs", Err: err}
		}
		network.CA = text
	}
	way, err := network.HTTP()
	if err != nil {
		return nil, err
	}
	timeout, _ := time.ParseDuration(config.RequestTimeout.ValueString()) // valid, or unset
	return client.New(client.Config{
		Endpoint: access.endpoint.ValueString(), Key: access.key.ValueString(), User: access.user.ValueString(), Headers: textsOf(config.Headers),
		HTTP: way, UserAgent: "terraform-provider-portolan/" + p.version, Timeout: timeout, MaxRetries: retriesOf(config.MaxRetries),
		AtOnce: int(config.MaxConcurrentRequests.ValueInt64()), PerMinute: int(config.MaxRequestsPerMinute.ValueInt64()),
	})
}

// retriesOf tells none at all from none that is said.
func retriesOf(value types.Int64) int {
	if !value.IsNull() && value.ValueInt64() == 0 {
		return -1
	}
	return int(value.ValueInt64())
}

func textsOf(m types.Map) map[string]string {
	texts := map[string]string{}
	for name, value := range m.Elements() {
		if text, ok := value.(types.String); ok && !text.IsNull() {
			texts[name] = text.ValueString()
		}
	}
	return texts
}
