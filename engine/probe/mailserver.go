package probe

import (
	"regexp"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// MailServers gives a tag for every mail server that text names, as in a greeting
// of SMTP, IMAP or POP3: most servers speak more than one of them.
func MailServers(text string) []engine.Tag { return Find(mailServers(), text) }

// mailServers are compiled when the first server is met, not when the program starts.
var mailServers = sync.OnceValue(func() []Product {
	const category = "Mail servers"
	return []Product{
		{Name: "postfix", FullName: "Postfix", Category: category, Vendor: "postfix", CPE: "postfix", Pattern: regexp.MustCompile(`\bPostfix(?: \(?(\d+\.\d+(?:\.\d+)?)\b)?`)},
		{Name: "exim", FullName: "Exim", Category: category, Vendor: "exim", CPE: "exim", Pattern: regexp.MustCompile(`\bExim(?: (\d+\.\d+(?:\.\d+)?))?\b`)},
		{Name: "sendmail", FullName: "Sendmail", Category: category, Vendor: "sendmail", CPE: "sendmail", Pattern: regexp.MustCompile(`\bSendmail(?: (\d+\.\d+(?:\.\d+)?))?\b`)},
		{Name: "opensmtpd", FullName: "OpenSMTPD", Category: category, Vendor: "openbsd", CPE: "opensmtpd", Pattern: regexp.MustCompile(`\bOpenSMTPD\b`)},
		{Name: "microsoft_exchange", FullName: "Microsoft Exchange Server", Category: category, Vendor: "microsoft", CPE: "exchange_server", Pattern: regexp.MustCompile(`\bMicrosoft (?:ESMTP MAIL Service ready|Exchange )`)},
		{Name: "dovecot", FullName: "Dovecot", Category: category, Vendor: "dovecot", CPE: "dovecot", Pattern: regexp.MustCompile(`\bDovecot\b`)},
		{Name: "courier", FullName: "Courier Mail Server", Category: category, Pattern: regexp.MustCompile(`\bCourier(?:-IMAP)?\b`)},
		{Name: "cyrus", FullName: "Cyrus IMAP", Category: category, Vendor: "cyrus", CPE: "imap", Pattern: regexp.MustCompile(`\bCyrus (?:IMAP4?|POP3|LMTP|IMAPD)?\s*v?(\d+\.\d+\.\d+)?`)},
		{Name: "uw-imap", FullName: "UW IMAP", Category: category, Vendor: "university_of_washington", CPE: "uw-imap", Pattern: regexp.MustCompile(`\bIMAP4rev1 (\d{4}\.\d+)\b`)},
		{Name: "hmailserver", FullName: "hMailServer", Category: category, Vendor: "hmailserver", CPE: "hmailserver", Pattern: regexp.MustCompile(`\bhMailServer\b`)},
		{Name: "mailenable", FullName: "MailEnable", Category: category, Vendor: "mailenable", CPE: "mailenable", Pattern: regexp.MustCompile(`\bMailEnable\b`)},
		{Name: "mdaemon", FullName: "MDaemon", Category: category, Vendor: "altn", CPE: "mdaemon", Pattern: regexp.MustCompile(`\bMDaemon (\d+\.\d+\.\d+)?`)},
		{Name: "zimbra", FullName: "Zimbra Collaboration", Category: category, Vendor: "zimbra", CPE: "collaboration", Pattern: regexp.MustCompile(`\bZimbra\b`)},
		{Name: "haraka", FullName: "Haraka", Category: category, Vendor: "haraka_project", CPE: "haraka", Pattern: regexp.MustCompile(`\bHaraka(?:/| )?(\d+\.\d+\.\d+)?`)},
		{Name: "qpopper", FullName: "Qpopper", Category: category, Vendor: "qualcomm", CPE: "qpopper", Pattern: regexp.MustCompile(`\bQpopper \(version (\d+\.\d+(?:\.\d+)?)`)},
	}
})
