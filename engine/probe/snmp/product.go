package snmp

import (
	"regexp"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// netSNMP is IANA's number of Net-SNMP.
const netSNMP = 8072

// products are compiled when the first agent is met, not when the program starts. They
// are operating systems, for which a product here has no CPE.
var products = sync.OnceValue(func() []probe.Product {
	const category = "Operating systems"
	return []probe.Product{
		{Name: "ios", FullName: "Cisco IOS", Category: category, Pattern: regexp.MustCompile(`^Cisco (?:IOS|Internetwork Operating System) Software.*?Version (\d+\.[\w.()]+)`)},
		{Name: "linux", FullName: "Linux", Category: category, Pattern: regexp.MustCompile(`^Linux \S+ (\d+\.\d+(?:\.\d+)?)`)},
		{Name: "windows", FullName: "Microsoft Windows", Category: category, Pattern: regexp.MustCompile(`Software: Windows Version (\d+\.\d+)`)},
		{Name: "routeros", FullName: "MikroTik RouterOS", Category: category, Pattern: regexp.MustCompile(`^RouterOS (?:v?(\d+\.\d+(?:\.\d+)?))?`)},
		{Name: "junos", FullName: "Juniper Junos OS", Category: category, Pattern: regexp.MustCompile(`kernel JUNOS (\d+\.\w+(?:\.\d+)?)`)},
	}
})

func tags(b *Block) []engine.Tag {
	found := probe.Find(products(), b.Banner)
	if b.Engine != nil && b.Engine.Enterprise == netSNMP {
		agent := probe.Product{Name: "net-snmp", FullName: "Net-SNMP", Category: "Network management", Vendor: "net-snmp", CPE: "net-snmp"}
		found = append(found, agent.Tag(""))
	}
	return found
}
