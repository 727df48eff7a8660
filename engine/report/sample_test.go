package report_test

import (
	"net/netip"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
	"github.com/portolan-io/terraform-provider-portolan/engine/report"
)

// sampleTime is when all samples happen.
func sampleTime() time.Time { return time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC) }

func endpoint(address, name string, port uint16) engine.Endpoint {
	target := engine.Target(address)
	if name != "" {
		target = engine.Target(name)
	}
	return engine.Endpoint{Addr: netip.MustParseAddr(address), Port: port, Transport: engine.TCP, Target: target, Name: name}
}

// sampleScan went from pending to done in 4.2 seconds.
func sampleScan() engine.Scan {
	scan := engine.Scan{ID: 7, Label: "Harbour", Targets: []engine.Target{"192.0.2.10", "2001:db8::5", "shop.example.com"}, Ports: "common", CreatedAt: sampleTime(), Count: 5}
	at := sampleTime()
	for _, state := range []engine.State{engine.StatePending, engine.StateScheduled, engine.StateScanning, engine.StateDone} {
		if err := scan.Advance(state, "", at); err != nil {
			panic(err)
		}
		at = at.Add(2100 * time.Millisecond)
	}
	scan.Summary = engine.Summary{HostsUp: 3, OpenPorts: 5}
	return scan
}

func finding(rule, title string, severity engine.Severity, e engine.Endpoint, protocol, path string) engine.Finding {
	r := engine.NewResponse(e, protocol, protocol, path, sampleTime())
	return engine.Finding{
		Fingerprint: engine.Fingerprint(rule, e.Target, r.Port, protocol, path),
		Rule:        rule, Title: title, Severity: severity, Target: e.Target, Host: r.Host, IP: r.IP, Port: r.Port,
		Transport: r.Transport, Protocol: protocol, Path: path, URI: r.URI, References: []string{}, CWE: []string{}, Tags: []string{},
	}
}

func sampleFindings() []engine.Finding {
	cache, shop, box := endpoint("192.0.2.10", "", 6379), endpoint("192.0.2.80", "shop.example.com", 443), endpoint("2001:db8::5", "", 443)
	redis := finding("redis.no-auth", "Redis answers commands without a password", engine.Critical, cache, "redis", "")
	redis.Evidence = "redis.ping_response: PONG\nredis.version: 7.2.4"
	redis.Description = "Anybody who reaches this port can read, change and delete all data, and often run programs on the server."
	redis.Remedy = "Set a password, listen on an internal address only, and keep the port behind a firewall.\n\n    bind 127.0.0.1 ::1\n    requirepass a-long-random-password"
	redis.References = []string{"https://redis.io/docs/latest/operate/oss_and_stack/management/security/"}
	redis.CWE, redis.Tags = []string{"CWE-306"}, []string{"database", "exposure"}
	git := finding("http.git-exposed", "The .git folder of a repository is readable", engine.High, shop, "https", "/.git/config")
	git.Evidence = "http.status_code: 200\nhttp.body: [core]\n    repositoryformatversion = ***"
	git.Description, git.Remedy = "The source code and its history can be downloaded.", "Refuse every path below /.git/."
	signed := finding("tls.cert-self-signed", "Certificate is signed by itself", engine.Medium, box, "https", "/")
	signed.Remedy = "Get a certificate from an authority that clients trust."
	again := finding("tls.cert-self-signed", "Certificate is signed by itself", engine.Medium, cache, "tls", "")
	header := finding("http.version-disclosure", "The server tells its version", engine.Info, shop, "https", "/")
	return []engine.Finding{header, signed, git, again, redis}
}

func samplePorts() []report.Port {
	open := []engine.Endpoint{endpoint("192.0.2.10", "", 6379), endpoint("192.0.2.10", "", 22), endpoint("2001:db8::5", "", 443), endpoint("192.0.2.80", "shop.example.com", 443), endpoint("192.0.2.10", "", 9999)}
	redis := engine.NewResponse(open[0], "redis", "redis", "", sampleTime())
	redis.Blocks["redis"] = map[string]any{"version": "7.2.4", "ping_response": "PONG"}
	ssh := engine.NewResponse(open[1], "ssh", "ssh", "", sampleTime())
	ssh.Tags = []engine.Tag{{Name: "openssh", FullName: "OpenSSH", Version: "9.2p1"}}
	box := engine.NewResponse(open[2], "http", "https", "/", sampleTime())
	shop := engine.NewResponse(open[3], "http", "https", "/", sampleTime())
	shop.Blocks["http"] = map[string]any{"headers": map[string]any{"server": []string{"nginx/1.24.0 (Ubuntu)"}}}
	hidden := engine.NewResponse(open[3], "http", "https", "/.git/config", sampleTime())
	return report.Ports(open, []engine.Response{hidden, redis, ssh, box, shop})
}

// sample is a small report with something of everything, and nothing to compare it with.
func sample() report.Report {
	return sampleOf(sampleFindings(), policy.Baseline{}, policy.Suppressions{})
}

// compared is the sample with a baseline that knows two of its findings and one that
// is fixed, and a suppression.
func compared() report.Report {
	earlier := sampleScan()
	earlier.ID, earlier.CreatedAt = 3, sampleTime().AddDate(0, 0, -30)
	findings := sampleFindings()
	telnet := finding("telnet.open", "Telnet is spoken", engine.High, endpoint("192.0.2.10", "", 23), "telnet", "")
	quiet := finding("ftp.anonymous", "FTP lets anybody in", engine.High, endpoint("192.0.2.99", "", 21), "ftp", "")
	before := []engine.Finding{findings[0], findings[1], findings[4], telnet, quiet}
	suppressions, err := policy.ReadSuppressions([]byte(sampleSuppressions), ".portolan-ignore.yml", sampleTime())
	if err != nil {
		panic(err)
	}
	return sampleOf(findings, policy.BaselineOf("scan 3", engine.Results{Scan: earlier, Findings: before}, policy.Baseline{}), suppressions)
}

const sampleSuppressions = `version: 1
suppressions:
  - rule: tls.cert-self-signed
    target: 192.0.2.10
    reason: behind VPN until the move
    expires: 2026-03-20
    owner: "@team-web"
    ticket: SEC-123
  - {rule: ssh.*, reason: old, expires: 2026-03-01}
  - {rule: ftp.*, reason: old, expires: 2026-06-01}
`

func sampleOf(findings []engine.Finding, baseline policy.Baseline, suppressions policy.Suppressions) report.Report {
	p, err := policy.Parse("high, rule:tls.*")
	if err != nil {
		panic(err)
	}
	scan := sampleScan()
	assessment := policy.Assess(sampleSight(scan), findings, baseline, suppressions, sampleTime())
	return report.Report{
		Scan: scan, Assessment: assessment, Ports: samplePorts(), Verdict: p.Judge(assessment), Version: "1.2.3",
		Declared: report.Declared{File: "infra/main.tf", Line: 12}, Category: "portolan/nightly/scan",
	}
}

// sampleSight is what the sample can tell: its hosts have answered, and no other.
func sampleSight(scan engine.Scan) engine.Sight {
	r := engine.Results{Scan: scan}
	for _, address := range []string{"192.0.2.10", "192.0.2.80", "2001:db8::5"} {
		r.Hosts = append(r.Hosts, netip.MustParseAddr(address))
	}
	return engine.NewSight(r)
}

// withFindings is the sample with other findings.
func withFindings(findings ...engine.Finding) report.Report {
	return sampleOf(findings, policy.Baseline{}, policy.Suppressions{})
}
