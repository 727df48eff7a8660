package zoo

// news speaks NNTP (RFC 3977) and IRC (RFC 2812, IRCv3).
func news() []Species {
	inn := script{greeting: "200 news.zoo.example InterNetNews NNRP server INN 2.7.1 (20230422 snapshot) ready (posting ok)\n", answers: map[string]string{
		"CAPABILITIES": "101 Capability list:\nVERSION 2\nIMPLEMENTATION INN 2.7.1\nAUTHINFO USER SASL\nHDR\nLIST ACTIVE NEWSGROUPS\nOVER\nPOST\nREADER\n.\n",
		"QUIT":         "205 Bye!\n", "": "500 What?\n",
	}}.over(Species{Name: "inn", Base: "nntp", Protocol: "nntp", Product: "inn", Version: "2.7.1", Port: 119})
	irc := script{greeting: ":irc.zoo.example NOTICE * :*** Looking up your hostname...\n", answers: map[string]string{
		"CAP": ":irc.zoo.example CAP * LS :multi-prefix sasl=PLAIN server-time\n", "PING": ":irc.zoo.example PONG irc.zoo.example :x\n",
		"QUIT": "ERROR :Closing Link: [127.0.0.1] (Client exited)\n", "": ":irc.zoo.example 451 * :You have not registered.\n",
	}}.over(Species{Name: "irc", Base: "irc", Protocol: "irc", Port: 6667})
	return []Species{inn, secured(inn, 563), irc, secured(irc, 6697)}
}
