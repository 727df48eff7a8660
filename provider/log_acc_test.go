package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// Nothing secret is in the log, however much of it there is.
func TestAccSecretsStayOutOfLogs(t *testing.T) {
	terraformPath(t) // skips without a CLI
	zoo, e := enginetest.Services(t), enginetest.Start(t)
	ours, theirs := enginetest.NewAuthority(t), enginetest.NewAuthority(t)
	f := newFront(t, e, ours, theirs)
	cert, key := theirs.Pair("client")
	const header, password = "HeaderSecret0123456789", "ProxySecret0123456789"
	block := func(more string) string {
		return fmt.Sprintf("provider \"portolan\" {\n  endpoint = %q\n  ca_cert_pem = file(\"ca.pem\")\n  client_cert_pem = file(\"cert.pem\")\n  client_key_pem = file(\"key.pem\")\n  headers = { X-Front = %q }\n  max_retries = 0\n  %s\n}\n", f.URL, header, more)
	}
	for name, more := range map[string]string{
		"key": "", "token": "user_id = \"1\"\napi_token = \"" + e.Key + "\"", "proxy": "proxy_url = \"http://me:" + password + "@" + silentPort(t) + "\"",
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorkspace(t, block(more)+scanBlock(strconv.Itoa(zoo.Services[0].Port), "fail_on = \"any\""))
			w.write("ca.pem", string(ours.PEM))
			w.write("cert.pem", string(cert))
			w.write("key.pem", string(key))
			log := filepath.Join(w.dir, "trace.log")
			w.env = append(w.env, "TF_LOG=TRACE", "TF_LOG_PATH="+log)
			if name != "token" {
				w.env = append(w.env, "PORTOLAN_API_KEY="+e.Key)
			}
			out, _ := w.run("apply", "-auto-approve")
			text, err := os.ReadFile(log)
			if err != nil || len(text) < 10_000 {
				t.Fatalf("the log has %d bytes, %v", len(text), err)
			}
			privateKey := strings.Split(string(key), "\n")[1]
			for _, secret := range []string{e.Key, header, password, privateKey} {
				if strings.Contains(string(text), secret) || strings.Contains(out, secret) {
					t.Errorf("%.8s… is in the log or the output", secret)
				}
			}
		})
	}
}
