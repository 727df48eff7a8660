package corpus

import "sync"

// words are 2,000 made-up words; the first ones are found most. The four that
// the queries ask for stand among the frequent.
var words = sync.OnceValue(func() []string {
	list := []string{"welcome", "login", "admin", "gateway"}
	syllables := []string{"ba", "co", "di", "fu", "ge", "ha", "ki", "lo", "me", "nu", "po", "ra", "su", "te", "vi", "wo"}
	for i := 0; len(list) < 2000; i++ {
		word := syllables[i%16] + syllables[i/16%16] + syllables[(i/256+i)%16]
		if i%3 == 0 {
			word += syllables[i*7%16]
		}
		list = append(list, word)
	}
	return list
})

// labels begin names of hosts; one in 32 has mail in it.
var labels = sync.OnceValue(func() []string {
	return []string{
		"www", "api", "dev", "test", "stage", "vpn", "git", "ci", "gw", "shop", "blog", "cdn", "img", "static", "app", "web",
		"db", "db1", "ns1", "ns2", "proxy", "edge", "auth", "sso", "portal", "intranet", "wiki", "docs", "files", "cloud", "backup", "webmail",
	}
})

func issuers() []string {
	return []string{
		"R3", "R10", "R11", "E5", "E6", "DigiCert TLS", "Sectigo RSA", "GlobalSign OV", "Amazon RSA", "GTS CA",
		"GeoTrust TLS", "Thawte TLS", "RapidSSL TLS", "Entrust L1K", "Certum OV", "SwissSign", "Buypass", "HARICA", "Actalis", "ZeroSSL",
	}
}

func countries() []string {
	return []string{"AU", "BR", "CA", "CN", "DE", "ES", "FR", "GB", "IN", "IT", "JP", "KR", "MX", "NL", "PL", "RU", "SE", "TR", "US", "ZA"}
}

// products are found the more often the earlier they stand.
func products() []string {
	return []string{
		"nginx", "jquery", "php", "wordpress", "bootstrap", "react", "apache", "iis", "express", "drupal", "joomla", "tomcat", "django",
		"gitlab", "jenkins", "kibana", "varnish", "haproxy",
	}
}
