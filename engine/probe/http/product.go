package http

import (
	"regexp"
	"strings"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/web"
)

// tagsOf names the software a page tells of in the headers Server, X-Powered-By
// and X-Generator and in its generator.
func tagsOf(p *web.Page, block *web.Block) []engine.Tag {
	said := append([]string{}, p.Header["Server"]...)
	said = append(said, p.Header["X-Powered-By"]...)
	said = append(said, p.Header["X-Generator"]...)
	for _, meta := range block.Meta {
		if generator, ok := strings.CutPrefix(meta, "generator: "); ok {
			said = append(said, generator)
		}
	}
	if versions := p.Header["X-Jenkins"]; len(versions) > 0 {
		said = append(said, "Jenkins/"+versions[0])
	}
	return probe.Find(products(), web.Clip(strings.Join(said, "\n"), 4096))
}

// products are compiled when the first page is seen, not when the program starts.
var products = sync.OnceValue(func() []probe.Product {
	const web, language, content = "Web servers", "Programming languages", "CMS"
	list := []struct{ name, full, category, vendor, cpe, pattern string }{
		{"nginx", "nginx", web, "f5", "nginx", `(?m)^nginx(?:/V)?`},
		{"openresty", "OpenResty", web, "openresty", "openresty", `(?m)^openresty(?:/V)?`},
		{"apache", "Apache HTTP Server", web, "apache", "http_server", `(?m)^Apache(?:/V)?(?:[ \r\n(]|$)`},
		{"tomcat", "Apache Tomcat", web, "", "", `(?m)^Apache-Coyote\b|\bTomcat/V`},
		{"iis", "Microsoft IIS", web, "microsoft", "internet_information_services", `\bMicrosoft-IIS/V`},
		{"lighttpd", "lighttpd", web, "lighttpd", "lighttpd", `(?m)^lighttpd(?:/V)?`},
		{"caddy", "Caddy", web, "caddyserver", "caddy", `(?m)^Caddy\b`},
		{"jetty", "Jetty", web, "eclipse", "jetty", `(?m)^Jetty\(V`},
		{"gunicorn", "Gunicorn", web, "gunicorn", "gunicorn", `(?m)^gunicorn(?:/V)?`},
		{"werkzeug", "Werkzeug", web, "palletsprojects", "werkzeug", `\bWerkzeug/V`},
		{"simplehttp", "Python http.server", web, "", "", `\bSimpleHTTP/V`},
		{"openssl", "OpenSSL", "Libraries", "openssl", "openssl", `\bOpenSSL/V`},
		{"php", "PHP", language, "php", "php", `\bPHP/V`},
		{"python", "Python", language, "python", "python", `\bPython/V`},
		{"aspnet", "ASP.NET", "Web frameworks", "", "", `(?m)^ASP\.NET\b`},
		{"express", "Express", "Web frameworks", "", "", `(?m)^Express\b`},
		{"wordpress", "WordPress", content, "wordpress", "wordpress", `\bWordPress(?: V)?`},
		{"drupal", "Drupal", content, "drupal", "drupal", `\bDrupal(?: V)?`},
		{"joomla", "Joomla!", content, "joomla", `joomla\!`, `\bJoomla!`},
		{"jenkins", "Jenkins", "CI", "jenkins", "jenkins", `\bJenkins/V`},
	}
	products := make([]probe.Product, len(list))
	for i, p := range list {
		pattern := strings.Replace(p.pattern, "V", `(\d+(?:\.\d+)*[a-z]?)`, 1)
		products[i] = probe.Product{Name: p.name, FullName: p.full, Category: p.category, Vendor: p.vendor, CPE: p.cpe, Pattern: regexp.MustCompile(pattern)}
	}
	return products
})
