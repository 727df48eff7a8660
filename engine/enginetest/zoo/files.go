package zoo

import "maps"

// fileServers speak FTP (RFC 959, 2389, 4217).
func fileServers() []Species {
	vsftpd := map[string]string{
		"USER": "331 Please specify the password.\n", "PASS": "530 Login incorrect.\n", "AUTH": "500 Unknown command.\n",
		"SYST": "215 UNIX Type: L8\n", "QUIT": "221 Goodbye.\n", "FEAT": "211-Features:\n EPRT\n EPSV\n MDTM\n PASV\n REST STREAM\n SIZE\n TVFS\n211 End\n",
		"": "530 Please login with USER and PASS.\n",
	}
	open := with(vsftpd, "PASS", "230 Login successful.\n")
	explicit := with(with(vsftpd, "AUTH", "234 Proceed with negotiation.\n"), "FEAT", "211-Features:\n AUTH TLS\n EPRT\n PBSZ\n PROT\n211 End\n")
	plain := script{greeting: "220 (vsFTPd 3.0.5)\n", answers: vsftpd}.over(Species{Name: "vsftpd", Base: "ftp", Protocol: "ftp", Product: "vsftpd", Version: "3.0.5", Port: 21})
	return []Species{
		plain,
		secured(plain, 990),
		script{greeting: "220 (vsFTPd 3.0.3)\n", answers: open}.over(Species{Name: "vsftpd-anonymous", Base: "ftp", Protocol: "ftp", Product: "vsftpd", Version: "3.0.3", Port: 21}),
		script{greeting: "220 (vsFTPd 3.0.5)\n", answers: explicit, upgrade: "AUTH", inside: vsftpd}.over(Species{Name: "vsftpd-explicit", Base: "ftp", Protocol: "ftpstarttls", Product: "vsftpd", Version: "3.0.5", Port: 21}),
		script{greeting: "220 ProFTPD 1.3.5e Server (Debian) [::ffff:10.0.0.5]\n", answers: map[string]string{
			"USER": "331 Password required for anonymous\n", "PASS": "530 Login incorrect.\n", "QUIT": "221 Goodbye.\n",
			"FEAT": "211-Features:\n CLNT\n EPRT\n EPSV\n HOST\n MDTM\n SIZE\n UTF8\n211 End\n", "AUTH": "500 AUTH not understood\n", "": "500 Command not understood\n",
		}}.over(Species{Name: "proftpd", Base: "ftp", Protocol: "ftp", Product: "proftpd", Version: "1.3.5e", Port: 21}),
		script{
			greeting: "220---------- Welcome to Pure-FTPd [privsep] [TLS] ----------\n220-You are user number 1 of 50 allowed.\n220 You will be disconnected after 15 minutes of inactivity.\n",
			answers: map[string]string{
				"USER": "331 User anonymous OK. Password required\n", "PASS": "530 Login authentication failed\n", "QUIT": "221 Logout.\n",
				"FEAT": "211-Extensions supported:\n UTF8\n SIZE\n MLSD\n AUTH TLS\n PBSZ\n PROT\n211 End.\n", "AUTH": "500 This security scheme is not implemented\n", "": "530 You aren't logged in\n",
			},
		}.over(Species{Name: "pure-ftpd", Base: "ftp", Protocol: "ftp", Product: "pure-ftpd", Port: 21}),
		script{greeting: "220-FileZilla Server 1.7.3\n220 Please visit https://filezilla-project.org/\n", answers: map[string]string{
			"USER": "331 Please, specify the password.\n", "PASS": "530 Login incorrect.\n", "QUIT": "221 Goodbye.\n",
			"FEAT": "211-Features:\n MDTM\n SIZE\n AUTH SSL\n AUTH TLS\n PROT\n PBSZ\n211 End\n", "AUTH": "234 Using authentication type TLS.\n", "": "503 Login with USER first.\n",
		}, upgrade: "AUTH", inside: vsftpd}.over(Species{Name: "filezilla", Base: "ftp", Protocol: "ftpstarttls", Product: "filezilla", Version: "1.7.3", Port: 21}),
		script{greeting: "220 Microsoft FTP Service\n", answers: map[string]string{
			"USER": "331 Anonymous access allowed, send identity (e-mail name) as password.\n", "PASS": "230 User logged in.\n", "QUIT": "221 Goodbye.\n",
			"FEAT": "211-Extended features supported:\n LANG EN*\n UTF8\n AUTH TLS;TLS-C;SSL;TLS-P;\n SIZE\n211 END\n", "AUTH": "534 Local policy on server does not allow TLS secure connections.\n", "": "530 Please login with USER and PASS.\n",
		}}.over(Species{Name: "iis-ftp", Base: "ftp", Protocol: "ftp", Product: "iis-ftp", Port: 21}),
		script{greeting: "220 camera FTP server ready.\n", answers: map[string]string{ // an old one: no features, no TLS
			"USER": "331 Password required for anonymous.\n", "PASS": "530 Login incorrect.\n", "QUIT": "221 Goodbye.\n", "": "500 command not understood.\n",
		}}.over(Species{Name: "ftp-embedded", Base: "ftp", Protocol: "ftp", Port: 21}),
		script{greeting: "220 ready\n", answers: map[string]string{
			"USER": "331 User name okay, need password.\n", "PASS": "530 Not logged in.\n", "QUIT": "221 Bye.\n", "": "502 Command not implemented.\n",
		}}.over(Species{Name: "ftp-nameless", Base: "ftp", Protocol: "ftp", Port: 21}),
	}
}

// with is answers with another one to a command.
func with(answers map[string]string, word, answer string) map[string]string {
	changed := maps.Clone(answers)
	changed[word] = answer
	return changed
}
