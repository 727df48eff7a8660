package domain_test

import (
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/domain"
)

// TestParsePolicy reads the example of RFC 8461 section 3.2 and what breaks its rules.
func TestParsePolicy(t *testing.T) {
	const good = "version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.Example.net\r\nmx: backupmx.example.com\r\nmax_age: 604800\r\n"
	p := domain.ParsePolicy(good)
	if p.State != domain.Valid || p.Mode != "enforce" || p.MaxAge != 604800 || strings.Join(p.MX, " ") != "mail.example.com *.example.net backupmx.example.com" {
		t.Errorf("%+v", p)
	}
	for old, replaced := range map[string]string{
		"STSv1": "STSv2", "version: STSv1": "", "enforce": "strict", "604800": "0", "max_age: 604800": "max_age: soon", "604800\r": "99999999999\r", "mx:": "host:",
	} {
		if p := domain.ParsePolicy(strings.ReplaceAll(good, old, replaced)); p.State != domain.Wrong || p.Error == "" {
			t.Errorf("with %q for %q: %+v", replaced, old, p)
		}
	}
	if p := domain.ParsePolicy("version: STSv1\nmode: none\nmax_age: 1\nfuture: yes\nno field\n"); p.State != domain.Valid {
		t.Errorf("%+v", p)
	}
}

func FuzzParsePolicy(f *testing.F) {
	f.Add("version: STSv1\nmode: enforce\nmx: mail.example.com\nmax_age: 604800\n")
	f.Fuzz(func(t *testing.T, text string) {
		if p := domain.ParsePolicy(text); (p.State == domain.Valid) != (p.Error == "") || len(p.MX) > 64 {
			t.Errorf("%+v", p)
		}
	})
}
