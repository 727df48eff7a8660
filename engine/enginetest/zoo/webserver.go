package zoo

// webServers are the usual ones with their own pages.
func webServers() []Species {
	const html = "Content-Type: text/html\r\n"
	bad := func(body string) answer { return answer{400, "Connection: close\r\n" + html, body} }
	nginxBad := "<html>\r\n<head><title>400 Bad Request</title></head>\r\n<body>\r\n<center><h1>400 Bad Request</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n"
	nginx := website{
		head: "Server: nginx/1.22.1\r\n", bad: bad(nginxBad),
		missing: answer{404, html, "<html>\r\n<head><title>404 Not Found</title></head>\r\n</html>\r\n"},
		pages:   map[string]answer{"/": page("<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n</head></html>\n")},
	}
	apache := website{
		head:    "Date: Wed, 25 Nov 2026 02:00:00 GMT\r\nServer: Apache/2.4.57 (Debian)\r\n",
		bad:     bad("<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\n<html><head>\n<title>400 Bad Request</title>\n</head></html>\n"),
		missing: answer{404, html, "<html><head><title>404 Not Found</title></head></html>"},
		pages:   map[string]answer{"/": page("<html><head><title>Apache2 Debian Default Page: It works</title></head></html>")},
	}
	iis := website{
		head:    "Server: Microsoft-IIS/10.0\r\nX-Powered-By: ASP.NET\r\n",
		bad:     answer{400, html + "Server: Microsoft-HTTPAPI/2.0\r\nConnection: close\r\n", "<HTML><HEAD><TITLE>Bad Request</TITLE></HEAD></HTML>"},
		missing: answer{404, html, "404 - File or directory not found."},
		pages:   map[string]answer{"/": page("<title>IIS Windows Server</title>")},
	}
	lighttpd := website{head: "Server: lighttpd/1.4.69\r\n", bad: bad("<title>400 Bad Request</title>"), missing: answer{404, html, "<title>404 Not Found</title>"}, pages: map[string]answer{"/": page("<title>Placeholder page</title>")}}
	tomcat := website{bad: bad("<!doctype html><html lang=\"en\"><head><title>HTTP Status 400 – Bad Request</title></head></html>"), missing: answer{404, html, "<title>HTTP Status 404 – Not Found</title><h3>Apache Tomcat/9.0.70</h3>"}, pages: map[string]answer{"/": page("<title>Apache Tomcat/9.0.70</title>")}}
	python := website{head: "Server: SimpleHTTP/0.6 Python/3.11.2\r\n", bad: bad("<title>Error response</title>"), missing: answer{404, html, "<title>Error response</title>"}, pages: map[string]answer{"/": page("<title>Directory listing for /</title>")}}
	express := website{head: "X-Powered-By: Express\r\n", bad: answer{400, "Connection: close\r\n", ""}, missing: answer{404, html, "<pre>Cannot GET /x</pre>"}, pages: map[string]answer{"/": page("<title>App</title>")}}
	caddy := goServer("Server: Caddy\r\n", map[string]answer{"/": page("<title>Caddy works!</title>")})
	wordpress := website{
		head: "Server: Apache\r\nX-Powered-By: PHP/8.2.7\r\nLink: <http://x/index.php?rest_route=/>; rel=\"https://api.w.org/\"\r\n", bad: apache.bad, missing: apache.missing,
		pages: map[string]answer{"/": page(`<title>Blog</title><meta name="generator" content="WordPress 6.4.1" /><link href="/wp-content/themes/x.css">`)},
	}
	return []Species{
		web("nginx", "nginx", "1.22.1", 80, nginx), secured(web("nginx", "nginx", "1.22.1", 80, nginx), 443),
		web("apache", "apache", "2.4.57", 80, apache), web("iis", "iis", "10.0", 80, iis), web("lighttpd", "lighttpd", "1.4.69", 80, lighttpd),
		web("tomcat", "apache_tomcat", "9.0.70", 8080, tomcat), web("python", "python", "3.11.2", 8000, python), web("express", "express", "", 3000, express),
		web("caddy", "caddy", "", 80, caddy), web("wordpress", "wordpress", "6.4.1", 80, wordpress),
	}
}
