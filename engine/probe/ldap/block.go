package ldap

import (
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// newBlock tells what the root entry says.
func newBlock(root *Entry) *Block {
	a := root.Attributes
	first := func(name string) string { return strings.Join(a[name][:min(1, len(a[name]))], "") }
	list := func(name string) []string { return append([]string{}, a[name]...) } // empty, never nil
	block := &Block{
		ResultCode: root.Code, RootDSE: root.Found,
		Vendor: first("vendorName"), VendorVersion: first("vendorVersion"),
		NamingContexts: list("namingContexts"), DefaultContext: first("defaultNamingContext"),
		Versions: list("supportedLDAPVersion"), SASL: list("supportedSASLMechanisms"),
		DNSHostName: first("dnsHostName"), ServerName: first("serverName"), DomainLevel: first("domainFunctionality"),
		StartTLS: slices.Contains(a["supportedExtension"], startTLSName),
	}
	if slices.Contains(a["objectClass"], "OpenLDAProotDSE") {
		block.Vendor = "OpenLDAP"
	} else if block.Vendor == "" && block.DomainLevel != "" {
		block.Vendor = "Microsoft Active Directory"
	}
	block.Banner = strings.TrimSpace(block.Vendor + " " + block.VendorVersion)
	return block
}

// descend asks for the first entry below the root, without its attributes ("1.1", RFC 4511
// section 4.5.1.8).
func (b *Block) descend(conn io.ReadWriter) {
	context := b.DefaultContext
	if context == "" && len(b.NamingContexts) > 0 {
		context = b.NamingContexts[0]
	}
	if context == "" {
		return
	}
	entry, err := search(conn, contextID, context, "1.1")
	if err == nil && entry.Found && entry.Code == 0 {
		b.Anonymous, b.AnonymousContext = true, context
	}
}

// products are compiled when the first directory is met, not when the program starts.
var products = sync.OnceValue(func() []probe.Product {
	const category = "Directories"
	return []probe.Product{
		{Name: "openldap", FullName: "OpenLDAP", Category: category, Vendor: "openldap", CPE: "openldap", Pattern: regexp.MustCompile(`^OpenLDAP`)},
		{Name: "389-directory", FullName: "389 Directory Server", Category: category, Vendor: "port389", CPE: "389-ds-base", Pattern: regexp.MustCompile(`389-Directory/(\d+(?:\.\d+)*)`)},
		{Name: "apacheds", FullName: "Apache Directory Server", Category: category, Pattern: regexp.MustCompile(`^Apache Software Foundation(?: (\d+\.\d+\.\d+))?`)},
		{Name: "samba", FullName: "Samba", Category: category, Vendor: "samba", CPE: "samba", Pattern: regexp.MustCompile(`^Samba Team(?:.*? (\d+\.\d+\.\d+))?`)},
		{Name: "active-directory", FullName: "Microsoft Active Directory", Category: category, Pattern: regexp.MustCompile(`^Microsoft Active Directory`)},
	}
})

func (b *Block) tags() []engine.Tag { return probe.Find(products(), b.Banner) }
