package cpe_test

import (
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/cpe"
)

func TestParseGivesBackWhatIsWritten(t *testing.T) {
	for text, want := range map[string]string{
		"cpe:2.3:a:apache:http_server:2.4.49:*:*:*:*:*:*:*":    "",
		"cpe:2.3:a:openbsd:openssh:8.5:p1:*:*:*:*:*:*":         "",
		"cpe:2.3:a:openbsd:openssh:4.4:-:*:*:*:*:*:*":          "",
		`cpe:2.3:a:erlang:erlang\/otp:25.0:*:*:*:*:*:*:*`:      "",
		`cpe:2.3:a:pureftpd:pure-ftpd:1.0.22:*:*:*:*:*:*:*`:    "",
		`cpe:2.3:a:x:colon\:in\\name:1:*:*:*:*:*:*:*`:          "",
		"cpe:2.3:o:linux:linux_kernel:*:*:*:*:*:*:*:*":         "",
		"cpe:2.3:h:vendor:box:-:*:*:*:*:*:x64:*":               "",
		"cpe:2.3:a:x:y:1.*:*:*:*:*:*:*:*":                      "",
		"cpe:2.3:a:x:y:?.2:*:*:*:*:*:*:*":                      "",
		`cpe:2.3:a:x:y:\*:*:*:*:*:*:*:*`:                       "",
		"CPE:2.3:A:Apache:HTTP_Server:2.4.49:*:*:*:*:*:*:*":    "cpe:2.3:a:apache:http_server:2.4.49:*:*:*:*:*:*:*",
		`cpe:2.3:a:x:y\-z:1\.2:*:*:*:*:*:*:*`:                  "cpe:2.3:a:x:y-z:1.2:*:*:*:*:*:*:*",
		`cpe:2.3:a:x:y:\-:*:*:*:*:*:*:*`:                       "",
		"cpe:2.3:a:wordpress:plugin:1.0:*:*:*:*:wordpress:*:*": "",
		`cpe:2.3:a:c\+\+:g\+\+:4.8:*:*:*:*:*:*:*`:              "",
	} {
		if want == "" {
			want = text
		}
		name, err := cpe.Parse(text)
		if err != nil || name.String() != want {
			t.Errorf("%s: %s, %v", text, name, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for text, says := range map[string]string{
		"":                                                              "does not begin with cpe:2.3:",
		"cpe:/a:apache:http_server:2.4.49":                              "does not begin with cpe:2.3:",
		"cpe:2.3:a:redis:redis:6.2.6":                                   "4 attributes",
		"cpe:2.3:a:x:y:1:*:*:*:*:*:*:*:*":                               "12 attributes",
		"cpe:2.3:b:x:y:1:*:*:*:*:*:*:*":                                 "part",
		"cpe:2.3:a::y:1:*:*:*:*:*:*:*":                                  "vendor: it is empty",
		"cpe:2.3:a:x:y:1*2:*:*:*:*:*:*:*":                               "wildcard",
		"cpe:2.3:a:x:y:1**:*:*:*:*:*:*:*":                               "wildcard",
		"cpe:2.3:a:x:y:**:*:*:*:*:*:*:*":                                "wildcard",
		"cpe:2.3:a:x:erlang/otp:1:*:*:*:*:*:*:*":                        "not escaped",
		"cpe:2.3:a:x:a b:1:*:*:*:*:*:*:*":                               "not escaped",
		"cpe:2.3:a:x:münchen:1:*:*:*:*:*:*:*":                           "not escaped",
		`cpe:2.3:a:x:y:1:*:*:*:*:*:*:\`:                                 "not escaped",
		"cpe:2.3:a:" + strings.Repeat("x", 3000) + ":y:1:*:*:*:*:*:*:*": "no CPE 2.3 name",
	} {
		if name, err := cpe.Parse(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%.60s: %s, %v; want it to say %q", text, name, err, says)
		}
	}
}

func TestSoftwareIsNamedAsInTheDictionary(t *testing.T) {
	for _, tt := range []struct{ vendor, product, version, want string }{
		{"openbsd", "openssh", "9.2p1", "openbsd:openssh:9.2:p1"},
		{"openbsd", "openssh", "9.2", "openbsd:openssh:9.2:*"},
		{"ntp", "ntp", "4.2.8p15", "ntp:ntp:4.2.8:p15"},
		{"isc", "bind", "9.11.4-P2", "isc:bind:9.11.4:p2"},
		{"apache", "http_server", "2.4.49-rc1", "apache:http_server:2.4.49:rc1"},
		{"apache", "tomcat", "9.0.0.M1", "apache:tomcat:9.0.0:milestone1"},
		{"openssl", "openssl", "1.1.1k", "openssl:openssl:1.1.1k:*"},
		{"oracle", "mysql", "8.0.33-0ubuntu0.22.04.2", "oracle:mysql:8.0.33-0ubuntu0.22.04.2:*"},
		{"erlang", "erlang/otp", "", `erlang:erlang\/otp:*:*`},
		{"x", "Two Words", "1.0+git~3", `x:two_words:1.0\+git\~3:*`},
		{"x", "y", "-", `x:y:\-:*`},
		{"x", "y", "1\x00\n2é", `x:y:12:*`},
		{"x", "y", "*", `x:y:\*:*`},
	} {
		name := cpe.Software(cpe.Application, tt.vendor, tt.product, tt.version)
		if want := "cpe:2.3:a:" + tt.want + ":*:*:*:*:*:*"; name.String() != want {
			t.Errorf("%s %q is %s, want %s", tt.product, tt.version, name, want)
		}
		if again, err := cpe.Parse(name.String()); err != nil || again != name {
			t.Errorf("%s is read as %s, %v", name, again, err)
		}
	}
}

func TestTextIsWhatWasQuoted(t *testing.T) {
	for _, text := range []string{"erlang/otp", "1.1.1k", "-", "*", `back\slash`, "a:b", "pure-ftpd"} {
		if got := cpe.Quote(text).Text(); got != text {
			t.Errorf("%q comes back as %q", text, got)
		}
	}
	if cpe.Any.Text()+cpe.NA.Text() != "" {
		t.Error("logical values have a text")
	}
}

func TestCompare(t *testing.T) {
	for _, tt := range []struct {
		criterion, product string
		want               cpe.Relation
	}{
		{"a:x:y:1:*:*", "a:x:y:1:*:*", cpe.Equal},
		{"a:x:y:*:*:*", "a:x:y:1:p1:*", cpe.Superset},
		{"a:x:y:1:p1:*", "a:x:y:1:*:*", cpe.Subset},
		{"a:x:y:1:-:*", "a:x:y:1:p1:*", cpe.Disjoint},
		{"a:x:y:1:p1:*", "a:x:y:1:-:*", cpe.Disjoint},
		{"a:x:y:1:-:*", "a:x:y:1:-:*", cpe.Equal},
		{"o:x:y:1:*:*", "a:x:y:1:*:*", cpe.Disjoint},
		{"a:x:y:1.*:*:*", "a:x:y:1.25.3:*:*", cpe.Superset},
		{"a:x:y:1.*:*:*", "a:x:y:2.1:*:*", cpe.Disjoint},
		{"a:x:y:1.?:*:*", "a:x:y:1.2:*:*", cpe.Superset},
		{"a:x:y:1.?:*:*", "a:x:y:1.25:*:*", cpe.Disjoint},
		{"a:x:y:*.5:*:*", "a:x:y:2.5:*:*", cpe.Superset},
		{"a:x:y:??2:*:*", "a:x:y:12:*:*", cpe.Superset},
		{`a:x:y:1\*:*:*`, "a:x:y:1.2:*:*", cpe.Disjoint},
		{`a:x:y:1\*:*:*`, `a:x:y:1\*:*:*`, cpe.Equal},
		{`a:x:y:1.*:p1:*`, `a:x:y:1.2:*:*`, cpe.Subset},
	} {
		criterion, err1 := cpe.Parse("cpe:2.3:" + tt.criterion + ":*:*:*:*:*")
		product, err2 := cpe.Parse("cpe:2.3:" + tt.product + ":*:*:*:*:*")
		if got := criterion.Compare(product); got != tt.want || err1 != nil || err2 != nil {
			t.Errorf("%s to %s: %d, want %d (%v, %v)", tt.criterion, tt.product, got, tt.want, err1, err2)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"cpe:2.3:a:apache:http_server:2.4.49:*:*:*:*:*:*:*", `cpe:2.3:a:erlang:erlang\/otp:*:-:*:*:*:*:*:*`,
		`cpe:2.3:a:x:\:\\:1.*:??p:*:*:*:*:*:\-`, "cpe:2.3:a:x:y:**:*:*:*:*:*:*:*", `cpe:2.3:a:x:y:\`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		name, err := cpe.Parse(text)
		if err != nil {
			return
		}
		again, err := cpe.Parse(name.String())
		if err != nil || again != name {
			t.Fatalf("%q is %s, which is read as %s, %v", text, name, again, err)
		}
		if r := name.Compare(name); r != cpe.Equal {
			t.Fatalf("%s to itself: %d", name, r)
		}
		software := cpe.Software(cpe.Application, text, text, text)
		if again, err := cpe.Parse(software.String()); err != nil && len(text) < 300 || err == nil && again != software {
			t.Fatalf("software %q is %s, which is read as %s, %v", text, software, again, err)
		}
	})
}
