package corpus

import (
	"fmt"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

func (m maker) http() map[string]any {
	status := m.status()
	return map[string]any{
		"status_code": status, "status_line": fmt.Sprintf("%d %s", status, m.often(words())), "content_length": m.IntN(100_000),
		"title": m.title(), "body": m.text(15), "headers": m.headers(),
	}
}

// status is 4xx for 176 in 1,000 documents.
func (m maker) status() int {
	if m.chance(176) {
		return []int{400, 401, 403, 403, 404, 404, 404, 429}[m.IntN(8)]
	}
	return []int{200, 200, 200, 200, 301, 302, 304, 500, 503}[m.IntN(9)]
}

// title says "GitLab Jenkins" in 7 of 10,000 documents.
func (m maker) title() string {
	title := m.text(3)
	switch {
	case m.IntN(10_000) < 7:
		return "GitLab Jenkins " + title
	case m.chance(30):
		return m.one([]string{"GitLab ", "Jenkins "}) + title
	}
	return title
}

func (m maker) text(n int) string {
	text := make([]string, n)
	for i := range text {
		text[i] = m.often(words())
	}
	return strings.Join(text, " ")
}

func (m maker) headers() map[string]any {
	headers := map[string]any{
		"server":       []string{m.server()},
		"content_type": []string{m.one([]string{"text/html", "text/html; charset=utf-8", "application/json"})},
	}
	if m.chance(300) {
		headers["x_powered_by"] = []string{fmt.Sprintf("PHP/%d.%d.%d", 5+m.IntN(4), m.IntN(5), m.IntN(40))}
	}
	return headers
}

// server is nginx, of some version, for 150 in 1,000 documents.
func (m maker) server() string {
	product := "nginx"
	if !m.chance(150) {
		product = m.one([]string{"Apache", "Microsoft-IIS", "LiteSpeed", "openresty", "Caddy", "cloudflare", "gunicorn"})
	}
	if m.chance(300) {
		return product
	}
	return fmt.Sprintf("%s/%d.%d.%d", product, 1+m.IntN(3), m.IntN(30), m.IntN(20))
}

// certificate is from the issuer that is asked for in 5 of 100 cases.
func (m maker) certificate(host string) map[string]any {
	start := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(m.IntN(400*24*60)) * time.Minute)
	issuer := m.one(issuers())
	return map[string]any{
		"serial_number": fmt.Sprint(m.Uint64()), "names": []string{host}, "fingerprint_sha1": m.hex(20),
		"subject": map[string]any{"common_name": []string{host}},
		"issuer":  map[string]any{"common_name": []string{issuer}},
		"validity": map[string]any{
			"start": start.Format(time.RFC3339), "end": start.AddDate(0, 0, 397).Format(time.RFC3339),
		},
		"signature": map[string]any{"self_signed": m.chance(100)},
	}
}

func (m maker) geo() map[string]any {
	return map[string]any{"country": m.one(countries()), "city": m.often(words())}
}

// tags name no product, one or two.
func (m maker) tags() []engine.Tag {
	var tags []engine.Tag
	for range m.IntN(3) {
		name := m.often(products())
		tags = append(tags, engine.Tag{
			Name: name, FullName: name, Category: []string{m.one([]string{"Web servers", "CMS", "JavaScript libraries"})},
			Version: fmt.Sprintf("%d.%d", 1+m.IntN(9), m.IntN(30)),
		})
	}
	return tags
}

// cves name one or two flaws.
func (m maker) cves() []any {
	var cves []any
	for i := m.IntN(2); i < 2; i++ {
		score := fmt.Sprintf("%d.%d", 3+m.IntN(7), m.IntN(10))
		cves = append(cves, map[string]any{
			"name": fmt.Sprintf("CVE-%d-%d", 2015+m.IntN(10), 1000+m.IntN(9000)), "base_score": score,
			"severity": m.one([]string{"medium", "high", "critical"}), "has_exploit": m.chance(200),
		})
	}
	return cves
}
