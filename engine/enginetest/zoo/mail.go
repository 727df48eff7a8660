package zoo

// relays speak SMTP (RFC 5321, 3207, 4954) and LMTP (RFC 2033).
func relays() []Species {
	const helo = "250 mx.zoo.example\n"
	unknown := "502 5.5.2 Error: command not recognized\n"
	postfix := map[string]string{
		"EHLO": "250-mx.zoo.example\n250-PIPELINING\n250-SIZE 10240000\n250-ETRN\n250-AUTH PLAIN LOGIN\n250-ENHANCEDSTATUSCODES\n250-8BITMIME\n250-DSN\n250 SMTPUTF8\n",
		"HELO": helo, "QUIT": "221 2.0.0 Bye\n", "NOOP": "250 2.0.0 Ok\n", "": unknown,
		"MAIL": "250 2.1.0 Ok\n", "RCPT": "454 4.7.1 <postmaster@example.net>: Relay access denied\n", "RSET": "250 2.0.0 Ok\n",
	}
	offering := with(with(postfix, "EHLO", "250-mx.zoo.example\n250-PIPELINING\n250-SIZE 10240000\n250-STARTTLS\n250-ENHANCEDSTATUSCODES\n250 8BITMIME\n"), "STARTTLS", "220 2.0.0 Ready to start TLS\n")
	plain := script{greeting: "220 mx.zoo.example ESMTP Postfix (Debian/GNU)\n", answers: postfix}.over(Species{Name: "postfix", Base: "smtp", Protocol: "smtp", Product: "postfix", Port: 25})
	return []Species{
		plain,
		secured(plain, 465),
		script{greeting: "220 mx.zoo.example ESMTP Postfix\n", answers: offering, upgrade: "STARTTLS", inside: postfix}.over(Species{Name: "postfix-starttls", Base: "smtp", Protocol: "smtpstarttls", Product: "postfix", Port: 587}),
		script{greeting: "220 mx.zoo.example ESMTP Exim 4.96 Wed, 25 Nov 2026 02:13:39 +0000\n", answers: map[string]string{
			"EHLO": "250-mx.zoo.example Hello client [127.0.0.1]\n250-SIZE 52428800\n250-8BITMIME\n250-PIPELINING\n250 HELP\n",
			"HELO": helo, "QUIT": "221 mx.zoo.example closing connection\n", "STARTTLS": "503 STARTTLS command used when not advertised\n", "": "500 unrecognized command\n",
		}}.over(Species{Name: "exim", Base: "smtp", Protocol: "smtp", Product: "exim", Version: "4.96", Port: 25}),
		script{greeting: "220 mx.zoo.example ESMTP Sendmail 8.17.1/8.17.1; Wed, 25 Nov 2026 02:13:39 GMT\n", answers: map[string]string{
			"EHLO": "250-mx.zoo.example Hello localhost [127.0.0.1], pleased to meet you\n250-ENHANCEDSTATUSCODES\n250-PIPELINING\n250-EXPN\n250-VERB\n250-8BITMIME\n250-SIZE\n250-DSN\n250-ETRN\n250-DELIVERBY\n250 HELP\n",
			"HELO": helo, "QUIT": "221 2.0.0 mx.zoo.example closing connection\n", "": "500 5.5.1 Command unrecognized\n",
		}}.over(Species{Name: "sendmail", Base: "smtp", Protocol: "smtp", Product: "sendmail", Version: "8.17.1", Port: 25}),
		script{greeting: "220 EX1.zoo.example Microsoft ESMTP MAIL Service ready at Wed, 25 Nov 2026 02:13:39 +0000\n", answers: map[string]string{
			"EHLO": "250-EX1.zoo.example Hello [127.0.0.1]\n250-SIZE 37748736\n250-PIPELINING\n250-DSN\n250-ENHANCEDSTATUSCODES\n250-STARTTLS\n250-AUTH NTLM\n250-8BITMIME\n250-BINARYMIME\n250 CHUNKING\n",
			"HELO": helo, "STARTTLS": "220 2.0.0 SMTP server ready\n", "QUIT": "221 2.0.0 Service closing transmission channel\n", "": "500 5.3.3 Unrecognized command\n",
		}, upgrade: "STARTTLS", inside: postfix}.over(Species{Name: "exchange", Base: "smtp", Protocol: "smtpstarttls", Product: "microsoft_exchange", Port: 25}),
		script{greeting: "220 mx.zoo.example SMTP\n", answers: map[string]string{
			"HELO": helo, "QUIT": "221 bye\n", "": "500 command unrecognized\n",
		}}.over(Species{Name: "smtp-old", Base: "smtp", Protocol: "smtp", Port: 25}),
		script{greeting: "220 mx.zoo.example Dovecot ready.\n", answers: map[string]string{
			"LHLO": "250-mx.zoo.example\n250-8BITMIME\n250-CHUNKING\n250-ENHANCEDSTATUSCODES\n250 PIPELINING\n", "QUIT": "221 2.0.0 Bye\n", "": "502 5.5.2 Unknown command\n",
		}}.over(Species{Name: "dovecot-lmtp", Base: "lmtp", Protocol: "lmtp", Product: "dovecot", Port: 24}),
		script{greeting: "554 5.7.1 Service unavailable; Client host [127.0.0.1] blocked\n", answers: map[string]string{
			"QUIT": "221 2.0.0 Bye\n", "": "503 5.5.1 Error: I refuse to talk to you\n",
		}}.over(Species{Name: "smtp-refusing", Base: "smtp", Protocol: "smtp", Port: 25}),
	}
}

// openRelays take mail of strangers for strangers: in the clear, and after STARTTLS only.
func openRelays() []Species {
	const ehlo, ok = "250-mx.zoo.example\n250-SIZE 10240000\n250 8BITMIME\n", "250 2.1.5 Ok\n"
	open := map[string]string{"EHLO": ehlo, "MAIL": ok, "RCPT": ok, "RSET": ok, "QUIT": "221 2.0.0 Bye\n", "": "502 5.5.2 Error: command not recognized\n"}
	outside := map[string]string{
		"EHLO": "250-mx.zoo.example\n250-SIZE 10240000\n250 STARTTLS\n", "STARTTLS": "220 2.0.0 Ready to start TLS\n",
		"": "530 5.7.0 Must issue a STARTTLS command first\n",
	}
	greeting := "220 mx.zoo.example ESMTP\n"
	return []Species{
		script{greeting: greeting, answers: open}.over(Species{Name: "smtp-relay", Base: "smtp", Protocol: "smtp", Port: 25}),
		script{greeting: greeting, answers: outside, upgrade: "STARTTLS", inside: open}.over(Species{Name: "smtp-relay-starttls", Base: "smtp", Protocol: "smtpstarttls", Port: 25}),
	}
}

// mailboxes speak IMAP (RFC 9051, 2971) and POP3 (RFC 1939, 2449, 2595).
func mailboxes() []Species {
	const bad, logout = "TAG BAD Error in IMAP command received by server.\n", "* BYE Logging out\nTAG OK Logout completed.\n"
	dovecot := map[string]string{
		"CAPABILITY": "* CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ AUTH=PLAIN AUTH=LOGIN\nTAG OK Pre-login capabilities listed, post-login capabilities have more.\n",
		"ID":         "* ID (\"name\" \"Dovecot\")\nTAG OK ID completed.\n", "NOOP": "TAG OK NOOP completed.\n", "LOGOUT": logout, "": bad,
	}
	offering := with(with(dovecot, "CAPABILITY", "* CAPABILITY IMAP4rev1 ID IDLE STARTTLS LOGINDISABLED\nTAG OK Pre-login capabilities listed, post-login capabilities have more.\n"), "STARTTLS", "TAG OK Begin TLS negotiation now.\n")
	imap := script{greeting: "* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ AUTH=PLAIN AUTH=LOGIN] Dovecot ready.\n", answers: dovecot, tagged: true}.over(Species{Name: "dovecot-imap", Base: "imap", Protocol: "imap", Product: "dovecot", Port: 143})
	pops := map[string]string{
		"CAPA": "+OK\nCAPA\nTOP\nUIDL\nRESP-CODES\nPIPELINING\nAUTH-RESP-CODE\nUSER\nSASL PLAIN LOGIN\n.\n", "USER": "+OK\n", "PASS": "-ERR [AUTH] Authentication failed.\n",
		"QUIT": "+OK Logging out\n", "": "-ERR Unknown command.\n",
	}
	stls := with(with(pops, "CAPA", "+OK\nCAPA\nTOP\nUIDL\nSTLS\nSASL\n.\n"), "STLS", "+OK Begin TLS negotiation now.\n")
	pop3 := script{greeting: "+OK Dovecot ready.\n", answers: pops}.over(Species{Name: "dovecot-pop3", Base: "pop3", Protocol: "pop3", Product: "dovecot", Port: 110})
	return []Species{
		imap,
		secured(imap, 993),
		script{greeting: "* OK [CAPABILITY IMAP4rev1 ID IDLE STARTTLS LOGINDISABLED] Dovecot (Debian) ready.\n", answers: offering, tagged: true, upgrade: "STARTTLS", inside: dovecot}.over(Species{Name: "dovecot-imap-starttls", Base: "imap", Protocol: "imapstarttls", Product: "dovecot", Port: 143}),
		script{greeting: "* OK [CAPABILITY IMAP4rev1 LITERAL+ ID ENABLE AUTH=PLAIN SASL-IR] mail.zoo.example Cyrus IMAP 3.6.1-Debian-3.6.1-4 server ready\n", tagged: true, answers: map[string]string{
			"CAPABILITY": "* CAPABILITY IMAP4rev1 LITERAL+ ID ENABLE AUTH=PLAIN SASL-IR\nTAG OK Completed\n",
			"ID":         "* ID (\"name\" \"Cyrus IMAPD\" \"version\" \"3.6.1-Debian-3.6.1-4\" \"vendor\" \"Project Cyrus\")\nTAG OK Completed\n", "LOGOUT": "* BYE LOGOUT received\nTAG OK Completed\n", "": "TAG BAD Unrecognized command\n",
		}}.over(Species{Name: "cyrus-imap", Base: "imap", Protocol: "imap", Product: "cyrus", Version: "3.6.1", Port: 143}),
		script{greeting: "* OK The Microsoft Exchange IMAP4 service is ready.\n", tagged: true, answers: map[string]string{
			"CAPABILITY": "* CAPABILITY IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=NTLM AUTH=GSSAPI SASL-IR UIDPLUS ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+\nTAG OK CAPABILITY completed.\n",
			"ID":         "* ID (\"name\" \"Microsoft.Exchange.Imap4.Imap4Server\" \"version\" \"15.2\")\nTAG OK ID completed\n", "LOGOUT": logout, "": "TAG BAD Command Error. 12\n",
		}}.over(Species{Name: "exchange-imap", Base: "imap", Protocol: "imap", Product: "microsoft_exchange", Port: 143}),
		pop3,
		secured(pop3, 995),
		script{greeting: "+OK Dovecot (Debian) ready.\n", answers: stls, upgrade: "STLS", inside: pops}.over(Species{Name: "dovecot-pop3-starttls", Base: "pop3", Protocol: "pop3starttls", Product: "dovecot", Port: 110}),
		script{greeting: "+OK Qpopper (version 4.1.0) at mail.zoo.example starting.  <1896.697170952@mail.zoo.example>\n", answers: map[string]string{
			"CAPA": "+OK  Capability list follows\nTOP\nUSER\nLOGIN-DELAY 0\nEXPIRE 0\nUIDL\nRESP-CODES\nAUTH-RESP-CODE\nX-MANGLE\nIMPLEMENTATION Qpopper-version-4.1.0\n.\n",
			"QUIT": "+OK Pop server at mail.zoo.example signing off.\n", "": "-ERR Unknown command\n",
		}}.over(Species{Name: "qpopper", Base: "pop3", Protocol: "pop3", Product: "qpopper", Version: "4.1.0", Port: 110}),
		script{greeting: "+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\n", answers: map[string]string{"QUIT": "+OK\n", "": "-ERR unknown command\n"}}.over(Species{Name: "pop3-old", Base: "pop3", Protocol: "pop3", Port: 110}),
	}
}
