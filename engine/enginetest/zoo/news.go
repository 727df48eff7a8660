package zoo

// news speaks NNTP (RFC 3977).
func news() []Species {
	inn := script{greeting: "200 news.zoo.example InterNetNews NNRP server INN 2.7.1 (20230422 snapshot) ready (posting ok)\n", answers: map[string]string{
		"CAPABILITIES": "101 Capability list:\nVERSION 2\nIMPLEMENTATION INN 2.7.1\nAUTHINFO USER SASL\nHDR\nLIST ACTIVE NEWSGROUPS\nOVER\nPOST\nREADER\n.\n",
		"QUIT":         "205 Bye!\n", "": "500 What?\n",
	}}.over(Species{Name: "inn", Base: "nntp", Protocol: "nntp", Port: 119})
	return []Species{inn}
}
