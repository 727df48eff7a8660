package ftp

import (
	"regexp"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine/cpe"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// products are compiled when the first server is met, not when the program starts.
var products = sync.OnceValue(func() []probe.Product {
	const category = "File servers"
	return []probe.Product{
		{Name: "vsftpd", FullName: "vsftpd", Category: category, Vendor: "vsftpd_project", CPE: "vsftpd", Pattern: regexp.MustCompile(`\(vsFTPd (\d+(?:\.\d+)+)[^)]*\)`)},
		{Name: "proftpd", FullName: "ProFTPD", Category: category, Vendor: "proftpd", CPE: "proftpd", Pattern: regexp.MustCompile(`\bProFTPD(?: (\d+(?:\.\d+)+\w*))?`)},
		{Name: "pure-ftpd", FullName: "Pure-FTPd", Category: category, Vendor: "pureftpd", CPE: "pure-ftpd", Pattern: regexp.MustCompile(`\bPure-FTPd(?: (\d+(?:\.\d+)+))?`)},
		{Name: "filezilla", FullName: "FileZilla Server", Category: category, Vendor: "filezilla-project", CPE: "filezilla_server", Pattern: regexp.MustCompile(`\bFileZilla Server(?: (?:version )?(\d+(?:\.\d+)+))?`)},
		{Name: "iis-ftp", FullName: "Microsoft FTP Service", Category: category, Vendor: "microsoft", CPE: "ftp_service", Pattern: regexp.MustCompile(`\bMicrosoft FTP Service(?: \(Version (\d+(?:\.\d+)+)\))?`)},
		{Name: "wu-ftpd", FullName: "WU-FTPD", Category: category, Vendor: "washington_university", CPE: "wu-ftpd", Pattern: regexp.MustCompile(`\bVersion wu-(\d+(?:\.\d+)+)`)},
		{Name: "serv-u", FullName: "Serv-U", Category: category, Vendor: "solarwinds", CPE: "serv-u", Pattern: regexp.MustCompile(`\bServ-U FTP Server v?(\d+(?:\.\d+)+)?`)},
		{Name: "inetutils-ftpd", FullName: "GNU inetutils ftpd", Category: category, Vendor: "gnu", CPE: "inetutils", Pattern: regexp.MustCompile(`\(GNU inetutils (\d+(?:\.\d+)+)\)`)},
		{Name: "mikrotik", FullName: "MikroTik RouterOS", Category: "Network devices", Vendor: "mikrotik", CPE: "routeros", Part: cpe.OperatingSystem, Pattern: regexp.MustCompile(`\(MikroTik (\d+(?:\.\d+)+)\)`)},
		{Name: "pyftpdlib", FullName: "pyftpdlib", Category: category, Vendor: "pyftpdlib_project", CPE: "pyftpdlib", Pattern: regexp.MustCompile(`\bpyftpdlib (?:based ftpd ready|(\d+(?:\.\d+)+))`)},
		{Name: "crushftp", FullName: "CrushFTP", Category: category, Vendor: "crushftp", CPE: "crushftp", Pattern: regexp.MustCompile(`\bCrushFTP\b`)},
		{Name: "cerberus-ftp", FullName: "Cerberus FTP Server", Category: category, Vendor: "cerberusftp", CPE: "ftp_server", Pattern: regexp.MustCompile(`\bCerberus FTP Server\b`)},
		{Name: "ws_ftp", FullName: "WS_FTP Server", Category: category, Vendor: "progress", CPE: "ws_ftp_server", Pattern: regexp.MustCompile(`\bWS_FTP Server (\d+(?:\.\d+)+)`)},
		{Name: "bftpd", FullName: "Bftpd", Category: category, Vendor: "bftpd_project", CPE: "bftpd", Pattern: regexp.MustCompile(`\bbftpd (\d+(?:\.\d+)+)`)},
	}
})
