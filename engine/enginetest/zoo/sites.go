package zoo

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"maps"
	"slices"
	"time"

	"golang.org/x/crypto/ocsp"
)

// SiteName is the name by which [Sites] are met.
const SiteName = "www.zoo.example"

// Headers of a site that leaves nothing to wish for.
const (
	siteHSTS   = "Strict-Transport-Security: max-age=63072000\r\n"
	sitePolicy = "Content-Security-Policy: default-src 'self'; frame-ancestors 'none'\r\n"
	siteRest   = "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"
)

// Sites lists websites for a visitor who knows their name: those that end in "-tls" have a
// certificate of the authority that [Root] gives. What each has wrong stands in
// testdata/flaws.txt; "site" and its like have nothing wrong.
func Sites() []Species {
	return slices.Concat(cleanSites(), headerSites(), leakySites(), productSites(), pageSites(), certifiedSites())
}

// site is one without a flaw, and with pages of its own.
func site(pages map[string]answer) website {
	all := map[string]answer{
		"/":                         page("<!doctype html><title>Zoo</title><h1>Animals</h1>"),
		"/.well-known/security.txt": text("Contact: mailto:security@zoo.example\nExpires: 2099-01-01T00:00:00z\n"),
	}
	maps.Copy(all, pages)
	return goServer(siteHSTS+sitePolicy+siteRest, all)
}

func named(name string, w website) Species { return web(name, "", "", 80, w) }

func cleanSites() []Species {
	words := "<!doctype html><title>Zoo</title>[core] ref: refs/heads/main A=1 B=2 PK Apache Server Status for Active connections: 1 _links openapi tomcat-users.xml phpinfo() Index of /"
	always := site(nil)
	always.missing = page(words)
	login := site(map[string]answer{"/": {401, "", "login"}})
	login.missing = answer{401, "", "login"}
	elsewhere := site(map[string]answer{"/": {301, "Location: https://elsewhere.zoo.example/\r\n", ""}})
	elsewhere.missing, elsewhere.pages["/.well-known/security.txt"] = elsewhere.pages["/"], elsewhere.pages["/"]
	return []Species{
		named("site", site(nil)), trusted(named("site", site(nil)), nil), trusted(named("site-always-200", always), nil),
		trusted(named("site-login", login), nil), named("site-elsewhere", elsewhere),
	}
}

// headerSites lack something of what goes with every page.
func headerSites() []Species {
	with := func(head string) website {
		w := site(nil)
		w.head = head
		return w
	}
	return []Species{
		trusted(named("site-bare", with("")), nil),
		trusted(named("site-hsts-short", with("Strict-Transport-Security: max-age=86400\r\n"+sitePolicy+siteRest)), nil),
		trusted(named("site-csp-unsafe", with(siteHSTS+siteRest+"Content-Security-Policy: default-src 'self'; script-src 'self' 'unsafe-inline'; frame-ancestors 'none'\r\n")), nil),
		trusted(named("site-csp-nonce", with(siteHSTS+siteRest+"Content-Security-Policy: script-src 'nonce-Zx7' 'unsafe-inline'; style-src 'unsafe-inline'; frame-ancestors 'none'\r\n")), nil),
		trusted(named("site-cookie", with(siteHSTS+sitePolicy+siteRest+"Set-Cookie: sessionid=1; Path=/\r\n")), nil),
		trusted(named("site-cookie-safe", with(siteHSTS+sitePolicy+siteRest+"Set-Cookie: sessionid=1; Path=/; Secure; HttpOnly; SameSite=Lax\r\n")), nil),
	}
}

// leakySites show files that are nobody's business.
func leakySites() []Species {
	return []Species{
		named("site-repositories", site(map[string]answer{
			"/.git/config": text("[core]\n\trepositoryformatversion = 0\n"), "/.git/HEAD": text("ref: refs/heads/main\n"),
			"/.svn/wc.db": {200, "Content-Type: application/octet-stream\r\n", "SQLite format 3\x00\x10\x00\x01\x01\x00\x40\x20\x20"}, "/.hg/requires": text("dotencode\nfncache\nrevlogv1\nstore\n"),
		})),
		named("site-secrets", site(map[string]answer{"/.env": text("DB_USER=zoo\nDB_PASSWORD=zebra\n"), "/.htpasswd": text("keeper:$apr1$Zx7$abcdefghijklmnopqrstuv\n")})),
		named("site-backups", site(map[string]answer{"/backup.zip": {200, "Content-Type: application/zip\r\n", "PK\x03\x04\x14\x00\x00\x00\x08\x00"}, "/backup.sql": text("-- MySQL dump 10.19  Distrib 10.3.38-MariaDB\nINSERT INTO visitors VALUES (1);\n")})),
		named("site-list", site(map[string]answer{"/": page(`<title>Index of /</title><h1>Index of /</h1><a href="../">../</a><a href="a.txt">a.txt</a>`)})),
		named("site-half-git", site(map[string]answer{"/.git/config": text("[core]\n")})),
	}
}

// productSites are made with something that has a page too many.
func productSites() []Species {
	of := func(head string, missing answer, pages map[string]answer) website {
		w := site(pages)
		w.head += head
		if missing.status != 0 {
			w.missing = missing
		}
		return w
	}
	tomcat := answer{404, "Content-Type: text/html\r\n", "<title>HTTP Status 404 – Not Found</title><h3>Apache Tomcat/9.0.98</h3>"}
	django := answer{404, "Content-Type: text/html\r\n", "<title>Page not found at /x</title><p>You're seeing this error because you have <code>DEBUG = True</code> in your Django settings file.</p>"}
	return []Species{
		named("site-spring", of("", answer{}, map[string]answer{
			"/actuator": data(`{"_links":{"self":{"href":"http://x/actuator"},"health":{"href":"http://x/actuator/health"},"env":{"href":"http://x/actuator/env"}}}`),
			"/metrics":  text("# HELP jvm_threads Threads.\n# TYPE jvm_threads gauge\njvm_threads 9\n"),
		})),
		named("site-spring-health", of("", answer{}, map[string]answer{"/actuator": data(`{"_links":{"self":{"href":"http://x/actuator"},"health":{"href":"http://x/actuator/health"}}}`)})),
		named("site-api", of("", answer{}, map[string]answer{"/openapi.json": data(`{"openapi":"3.1.0","paths":{}}`), "/graphql": data(`{"data":{"__schema":{"queryType":{"name":"Query"}}}}`)})),
		named("site-php", of("Set-Cookie: PHPSESSID=1; Path=/\r\n", answer{}, map[string]answer{
			"/phpinfo.php": page("<!DOCTYPE html><html><head><title>PHP 8.2.7 - phpinfo()</title></head><table><tr><td><h1>PHP Version 8.2.7</h1></td></tr></table>"),
			"/phpmyadmin/": page("<!doctype html><html><title>phpMyAdmin</title>"), "/wp-config.php.bak": text("<?php\ndefine( 'DB_NAME', 'zoo' );\ndefine( 'DB_PASSWORD', 'zebra' );\n"),
		})),
		named("site-apache", of("Server: Apache\r\n", answer{}, map[string]answer{"/server-status": page("<html><head><title>Apache Status</title></head><h1>Apache Server Status for localhost</h1>")})),
		named("site-nginx", of("Server: nginx\r\n", answer{}, map[string]answer{"/nginx_status": text("Active connections: 2 \nserver accepts handled requests\n 8 8 9 \n")})),
		named("site-tomcat", of("", tomcat, map[string]answer{"/manager/html": {401, "Content-Type: text/html\r\nWWW-Authenticate: Bearer realm=\"Tomcat Manager Application\"\r\n", "<title>401 Unauthorized</title>see conf/tomcat-users.xml"}})),
		named("site-aspnet", of("X-Powered-By: ASP.NET\r\n", answer{}, map[string]answer{"/trace.axd": page("<html><body><h1>Application Trace</h1></body></html>"), "/elmah.axd": page("<html><title>Error log for / on WEB01 (Page #1)</title></html>")})),
		named("site-django", of("", django, nil)),
	}
}

// pageSites have something wrong in a page, or in how it may be asked for.
func pageSites() []Species {
	front := func(body string) website { return site(map[string]answer{"/": page("<!doctype html>" + body)}) }
	open, echo := site(nil), site(nil)
	open.trusts, echo.echoes = true, true
	stale := site(map[string]answer{"/.well-known/security.txt": text("Contact: mailto:security@zoo.example\nExpires: 2020-01-01T00:00:00Z\n")})
	silent := site(nil)
	delete(silent.pages, "/.well-known/security.txt")
	return []Species{
		named("site-password", front(`<title>Login</title><form action="/login"><input type="password"></form>`)),
		trusted(named("site-form", front(`<title>Login</title><form action="http://www.zoo.example/login"><input type="password"></form>`)), nil),
		trusted(named("site-scripts", front(`<title>Zoo</title><script src="https://cdn.example.net/x.js"></script><script src="https://static.www.zoo.example/y.js"></script><script src="https://cdn.example.net/z.js" integrity="sha384-x"></script>`)), nil),
		trusted(named("site-mixed", front(`<title>Zoo</title><iframe src="http://www.zoo.example/map"></iframe><img src="http://www.zoo.example/x.png"><a href="http://example.org/">x</a>`)), nil),
		named("site-cups", front("<title>Home - CUPS 2.4.2</title>")), named("site-proxmox", front("<title>pve1 - Proxmox Virtual Environment</title>")),
		trusted(named("site-cors", open), nil), named("site-trace", echo), trusted(named("site-security-stale", stale), nil), trusted(named("site-security-none", silent), nil),
	}
}

// FrontDoor is a site in clear on port 80, where one is expected to send its readers to HTTPS.
func FrontDoor() Species { return named("site-port-80", site(nil)) }

// certifiedSites have a certificate of an authority that is trusted, with a flaw.
func certifiedSites() []Species {
	const day = 24 * time.Hour
	flawed := func(name string, change func(*x509.Certificate)) Species {
		return trusted(named("site-"+name, site(nil)), change)
	}
	alone := configured("alone", named("site", site(nil)), func() (*tls.Config, error) {
		config, err := publicChain()
		if err != nil {
			return nil, err
		}
		config.Certificates[0].Certificate = config.Certificates[0].Certificate[:1]
		return config, nil
	})
	alone.Name = "site-alone-tls"
	return []Species{
		flawed("long", func(c *x509.Certificate) { c.NotAfter = c.NotBefore.Add(500 * day) }),
		flawed("ending", func(c *x509.Certificate) { c.NotBefore, c.NotAfter = c.NotBefore.Add(-75*day), c.NotBefore.Add(15*day) }),
		flawed("other-name", func(c *x509.Certificate) { c.DNSNames = []string{"www.example.org"} }),
		flawed("wildcard", func(c *x509.Certificate) { c.DNSNames = []string{"*.zoo.example"} }),
		flawed("unlogged", func(c *x509.Certificate) { c.ExtraExtensions = nil }),
		flawed("must-staple", func(c *x509.Certificate) { c.ExtraExtensions = append(c.ExtraExtensions, mustStaple()) }),
		alone, stapling("site-revoked-tls", ocsp.Revoked), stapling("site-stapled-tls", ocsp.Good),
	}
}

// trusted is a site inside TLS with a certificate for its name and with promises of logs;
// change, if not nil, alters it.
func trusted(s Species, change func(*x509.Certificate)) Species {
	name := s.Name + "-tls"
	s = inTLS(s, 443, func() (*tls.Config, error) {
		root, err := publicRoot()
		if err != nil {
			return nil, err
		}
		leaf, err := issued(SiteName, root, func(c *x509.Certificate) {
			c.ExtraExtensions = append(c.ExtraExtensions, logged())
			if change != nil {
				change(c)
			}
		})
		return &tls.Config{Certificates: []tls.Certificate{leaf}}, err
	})
	s.Name = name
	return s
}

func publicRoot() (tls.Certificate, error) {
	return selfSigned("Zoo Public Root", func(c *x509.Certificate) {
		signer(c, 0)
		c.NotBefore, c.NotAfter = c.NotBefore.AddDate(-1, 0, 0), c.NotAfter.AddDate(9, 0, 0)
	})
}

// Root is the certificate, as PEM, of the authority of [Sites], for those who shall trust it.
func Root() ([]byte, error) {
	root, err := publicRoot()
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate[0]}), nil
}
