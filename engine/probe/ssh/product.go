package ssh

import (
	"regexp"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine/cpe"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// products are what servers call themselves behind the protocol's version. They are compiled
// when the first server is met, not when the program starts.
var products = sync.OnceValue(func() []probe.Product {
	const category = "Remote access"
	return []probe.Product{
		{Name: "openssh", FullName: "OpenSSH", Category: category, Vendor: "openbsd", CPE: "openssh", Pattern: regexp.MustCompile(`^OpenSSH(?:$|_(?:for_Windows_)?(\d+\.\d+(?:\.\d+)?(?:p\d+)?))`)},
		{Name: "dropbear", FullName: "Dropbear SSH", Category: category, Vendor: "dropbear_ssh_project", CPE: "dropbear_ssh", Pattern: regexp.MustCompile(`^dropbear(?:_(\d{4}\.\d+|\d+\.\d+))?`)},
		{Name: "libssh", FullName: "libssh", Category: category, Vendor: "libssh", CPE: "libssh", Pattern: regexp.MustCompile(`^libssh[-_](\d+\.\d+\.\d+)`)},
		{Name: "go-ssh", FullName: "Go SSH", Category: category, Vendor: "golang", CPE: "ssh", Pattern: regexp.MustCompile(`^Go$`)},
		{Name: "mod_sftp", FullName: "ProFTPD mod_sftp", Category: category, Pattern: regexp.MustCompile(`^mod_sftp(?:/(\d+(?:\.\d+)+))?`)},
		{Name: "bitvise", FullName: "Bitvise SSH Server", Category: category, Vendor: "bitvise", CPE: "winsshd", Pattern: regexp.MustCompile(`Bitvise SSH Server \(WinSSHD\)(?: (\d+\.\d+))?`)},
		{Name: "paramiko", FullName: "Paramiko", Category: category, Vendor: "paramiko", CPE: "paramiko", Pattern: regexp.MustCompile(`^paramiko_(\d+(?:\.\d+)+)`)},
		{Name: "asyncssh", FullName: "AsyncSSH", Category: category, Vendor: "asyncssh_project", CPE: "asyncssh", Pattern: regexp.MustCompile(`^AsyncSSH_(\d+(?:\.\d+)+)`)},
		{Name: "apache-mina-sshd", FullName: "Apache MINA SSHD", Category: category, Vendor: "apache", CPE: "sshd", Pattern: regexp.MustCompile(`^(?:APACHE-)?SSHD(?:-CORE)?-(\d+(?:\.\d+)+)`)},
		{Name: "erlang-ssh", FullName: "Erlang/OTP SSH", Category: category, Pattern: regexp.MustCompile(`^Erlang(?:/(\d+(?:\.\d+)+))?`)},
		{Name: "wolfssh", FullName: "wolfSSH", Category: category, Vendor: "wolfssh", CPE: "wolfssh", Pattern: regexp.MustCompile(`^wolfSSHv?(\d+(?:\.\d+)+)?`)},
		{Name: "mikrotik", FullName: "MikroTik RouterOS", Category: "Network devices", Vendor: "mikrotik", CPE: "routeros", Part: cpe.OperatingSystem, Pattern: regexp.MustCompile(`^ROSSSH`)},
		{Name: "cisco-ssh", FullName: "Cisco SSH", Category: "Network devices", Pattern: regexp.MustCompile(`^Cisco-(\d+\.\d+)`)},
		{Name: "serv-u", FullName: "Serv-U", Category: "File servers", Vendor: "solarwinds", CPE: "serv-u", Pattern: regexp.MustCompile(`^Serv-U_(\d+(?:\.\d+)+)`)},
		{Name: "sun-ssh", FullName: "Sun SSH", Category: category, Pattern: regexp.MustCompile(`^Sun_SSH_(\d+(?:\.\d+)+)`)},
	}
})
