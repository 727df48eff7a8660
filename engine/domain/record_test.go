package domain_test

import (
	"strings"
	"testing"

	"github.com/miekg/dns"

	"github.com/portolan-io/terraform-provider-portolan/engine/domain"
)

// realSPF are records that are in use, and the mistakes people make.
func realSPF() map[string]bool {
	return map[string]bool{
		"v=spf1 include:_spf.google.com ~all":                                 true,
		"v=spf1 include:spf.protection.outlook.com include:sendgrid.net -all": true,
		"v=spf1 -all":                          true,
		"V=SPF1 MX A:mail.example.com/28 -ALL": true,
		"v=spf1 ip4:192.0.2.0/24 ip4:198.51.100.7 ip6:2001:db8::/32 a mx ptr ?all":                    true,
		"v=spf1 redirect=_spf.example.com":                                                            true,
		"v=spf1 a/24//64 mx//48 exp=explain.%{d} exists:%{ir}.%{v}.arpa._spf.%{d2} unknown=x -all":    true,
		"v=spf1 exists:%{i}._i.%{d}._d.espf.agari.com include:%{d}.02.spf-protect.agari.com ~all":     true,
		"v=spf1 include:_spf-a.microsoft.com include:_spf-b.microsoft.com ip4:147.243.128.24/31 -all": true,
		"v=spf1":                                 true,
		"v=spf1 ip4:192.0.2.300 -all":            false,
		"v=spf1 ip4:2001:db8::1 -all":            false,
		"v=spf1 ip6:192.0.2.1 -all":              false,
		"v=spf1 ip4:192.0.2.0/33 -all":           false,
		"v=spf1 ip4 -all":                        false,
		"v=spf1 include: -all":                   false,
		"v=spf1 include -all":                    false,
		"v=spf1 all:example.com":                 false,
		"v=spf1 ipv4:192.0.2.1 -all":             false,
		"v=spf1 mx,a -all":                       false,
		"v=spf1 a:/24 -all":                      false,
		"v=spf1 a/33 -all":                       false,
		"v=spf1 ptr/24 -all":                     false,
		"v=spf1 redirect=":                       false,
		"v=spf1 redirect=a.test redirect=b.test": false,
		"v=spf10 -all":                           false,
		"":                                       false,
	}
}

func TestReadSPF(t *testing.T) {
	for record, want := range realSPF() {
		if _, err := domain.ReadSPF(record); (err == nil) != want {
			t.Errorf("%q: error %v, is it right: %v", record, err, want)
		}
	}
}

func FuzzReadSPF(f *testing.F) {
	for record := range realSPF() {
		f.Add(record)
	}
	f.Fuzz(func(t *testing.T, record string) {
		if n, err := domain.ReadSPF(record); err == nil && n > len(strings.Fields(record)) {
			t.Errorf("%d terms of %q", n, record)
		}
	})
}

func TestReadDMARC(t *testing.T) {
	tests := map[string]struct{ state, policy, below string }{
		"v=DMARC1; p=reject; sp=none; rua=mailto:a@example.com,mailto:b@example.com!10m": {domain.Valid, "reject", "none"},
		"v=DMARC1;p=QUARANTINE;pct=50;fo=1;adkim=s;aspf=s":                               {domain.Valid, "quarantine", ""},
		"v=DMARC1; p=none; ruf=mailto:a@example.com; ri=3600;":                           {domain.Valid, "none", ""},
		"v=DMARC1; rua=mailto:a@example.com":                                             {domain.Valid, "none", ""},
		"v = DMARC1 ; p = reject":                                                        {domain.Valid, "reject", ""},
		"v=DMARC1; p=monitor":                                                            {domain.Wrong, "monitor", ""},
		"v=DMARC1; p=reject; sp=all":                                                     {domain.Wrong, "reject", "all"},
		"v=DMARC1; p=reject; pct=150":                                                    {domain.Wrong, "reject", ""},
		"v=DMARC1; p=reject; rua=a@example.com":                                          {domain.Wrong, "reject", ""},
		"v=DMARC1":                                                                       {domain.Wrong, "", ""},
		"v=DMARC1; p":                                                                    {domain.Wrong, "", ""},
		"v=dmarc1; p=reject":                                                             {domain.Wrong, "", ""},
		"p=reject; v=DMARC1":                                                             {domain.Wrong, "", ""},
		"v=DMARC1; p=reject; p=none":                                                     {domain.Wrong, "", ""},
	}
	for record, want := range tests {
		if got := domain.ReadDMARC(record); got.State != want.state || got.Policy != want.policy || got.Below != want.below {
			t.Errorf("%q: %+v, want %v", record, got, want)
		}
	}
	if got := domain.ReadDMARC("v=DMARC1; p=none", "v=DMARC1; p=reject"); got.State != domain.Multiple {
		t.Errorf("two records: %+v", got)
	}
}

func FuzzReadDMARC(f *testing.F) {
	f.Add("v=DMARC1; p=reject; sp=none; rua=mailto:a@example.com,mailto:b@example.com!10m")
	f.Add("v=DMARC1; p=reject; pct=150")
	f.Fuzz(func(t *testing.T, record string) {
		got := domain.ReadDMARC(record)
		if got.State == domain.Valid && got.Policy == "" || got.State == domain.Wrong && got.Error == "" {
			t.Errorf("%q: %+v", record, got)
		}
	})
}

// A key of 1024 bits in both forms, and one of Ed25519 (RFC 8463 appendix A.2).
const (
	spki1024   = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB"
	ed25519Key = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
)

func TestReadDKIM(t *testing.T) {
	tests := map[string]domain.DKIM{
		"v=DKIM1; k=rsa; p=" + spki1024:              {State: domain.Valid, Kind: "rsa", Bits: 1024},
		"p=" + spki1024[:100] + " " + spki1024[100:]: {State: domain.Valid, Kind: "rsa", Bits: 1024},
		"v=DKIM1; t=y:s; p=" + spki1024:              {State: domain.Valid, Kind: "rsa", Bits: 1024, Test: true},
		"v=DKIM1; k=ed25519; p=" + ed25519Key:        {State: domain.Valid, Kind: "ed25519"},
		"v=DKIM1; p=":                                {State: "revoked", Kind: "rsa"},
		"v=DKIM1; p=!":                               {State: domain.Wrong, Kind: "rsa", Error: "the key is not base64"},
		"v=DKIM1; p=AAAA":                            {State: domain.Wrong, Kind: "rsa", Error: "the key cannot be read"},
	}
	for record, want := range tests {
		if got, ok := domain.ReadDKIM(record); !ok || got != want {
			t.Errorf("%q: %+v, %v; want %+v", record, got, ok, want)
		}
	}
	for _, record := range []string{"v=spf1 -all", "v=DMARC1; p=none", "hello"} {
		if got, ok := domain.ReadDKIM(record); ok {
			t.Errorf("%q is a key: %+v", record, got)
		}
	}
}

func FuzzReadDKIM(f *testing.F) {
	f.Add("v=DKIM1; k=rsa; p=" + spki1024)
	f.Add("v=DKIM1; k=ed25519; p=" + ed25519Key)
	f.Fuzz(func(t *testing.T, record string) {
		if got, ok := domain.ReadDKIM(record); ok && got.State == "" {
			t.Errorf("%q: %+v", record, got)
		}
	})
}

// FuzzReadMessage reads answers of any shape: chains that turn in circles, records of
// other names.
func FuzzReadMessage(f *testing.F) {
	for _, lines := range [][]string{
		{"www.test. CNAME a.test.", "a.test. CNAME www.test."},
		{"www.test. CNAME a.test.", "a.test. A 192.0.2.1", "b.test. A 192.0.2.2"},
		{`www.test. TXT "v=spf1" " -all"`},
	} {
		message := new(dns.Msg).SetQuestion("www.test.", dns.TypeA)
		for _, line := range lines {
			rr, err := dns.NewRR(line)
			if err != nil {
				f.Fatal(err)
			}
			message.Answer = append(message.Answer, rr)
		}
		packed, err := message.Pack()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(packed)
	}
	f.Fuzz(func(t *testing.T, packed []byte) {
		message := new(dns.Msg)
		if message.Unpack(packed) != nil {
			return
		}
		if records, chain := domain.ReadMessage(message, "www.test.", dns.TypeA); records > len(message.Answer) || chain > 16 {
			t.Errorf("%d records, a chain of %d", records, chain)
		}
	})
}

func TestRegistrable(t *testing.T) {
	for name, want := range map[string]string{
		"www.example.com.": "example.com.", "example.com.": "example.com.", "a.b.example.co.uk.": "example.co.uk.",
		"shop.azurewebsites.net.": "azurewebsites.net.", "d1.cloudfront.net.": "cloudfront.net.", "com.": "", "co.uk.": "", "x.lab.": "x.lab.",
	} {
		if got := domain.Registrable(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
