package indextest

// queries are asked of the sample: each form of the language in each type of
// field. What they should find is not written here: query.Match says it.
func queries() []string {
	return []string{
		// everything and nothing
		`*`, `*:*`, `NOT *`, `nosuchfield:x`, `nosuchfield:*`, `NOT nosuchfield:x`, `host:*`, `NOT host:*`, `http:*`, `http.headers:*`, `tag:*`, `tag.nginx:*`,
		`_exists_:cve`, `ssh.hollow:*`, `ssh.empty:*`, `ssh.nothing:*`, `custom.mixed.deeper:*`, `tag.node.js.version:*`, `tag.node:*`, `tag.node.js:*`, `http.favicon.image:*`,
		// keywords
		`host:www.example.com`, `host:WWW.example.com`, `host:"Mail.PayPal.com"`, `domain:google.com`, `domain:*.google.com`, `domain:*.example.com OR host:*.example.com`, `host:mail*`, `host:Mail*`,
		`domain:*mail*`, `domain:a*.com`, `domain:google.?om`, `domain:?pi-1*`, `domain:google*com`, `host:api-1*.github.com`, `uri:http*`, `uri:"ssh://10.0.0.1:22"`, `path:"/"`, `NOT path:"/"`, `path:\/Path*`,
		`geo.country:GB`, `geo.country:(GB OR AU)`, `geo.country:gb`, `geo.continent:"North America"`, `cve.name:CVE-2019-16759`, `protocol:https`, `prot7:http`, `host_type:("domain")`,
		`http.contacts.emails:*@example.com`, `whois.abuse:*@example.com`, `whois.asn.number:64500`, `certificate.serial_number:1*`, `iteration:0`, `tag.name:"node.js"`, `tag.name:(nginx OR apache) AND port:443`,
		`domain:/(.*\.)?paypal\.[a-z]*/`, `host:/[a-zA-Z.]*\.(com|org)/`, `domain:google.com~1`, `domain:gogle.com~`, `geo.country:[A TO H]`, `geo.country:>GB`, `host:>=m`, `certificate.names:*.com`, `ptr:_sip*`,
		// numbers
		`port:80`, `port:(80 OR 443)`, `port:[80 TO 443]`, `port:{80 TO 443}`, `port:[80 TO 443}`, `port:>1024`, `port:>=1024`, `port:<=1000`, `port:<80`, `port:[* TO 80]`, `port:[30000 TO *]`, `port:(>=8080 AND <8443)`,
		`NOT port:80`, `port:65536`, `port:80.0`, `http.status_code:[400 TO 499]`, `http.status_code:-1`, `http.status_code:<0`, `http.content_length:>1000000`, `geo.location.lat:[-90 TO 0]`, `geo.location.lat:0`, `geo.location.long:<-100.5`,
		`cve.base_score:>9`, `cve.base_score:>=9`, `cve.base_score:9.8`, `cve.base_score:[7 TO 9.8}`, `smb.dialects:>2`, `smb.dialects:3`, `smb.dialects:ntlm`,
		// addresses
		`ip:10.0.0.0/8`, `ip:"10.1.0.0/16"`, `ip:10.1.0.0\/13`, `ip:192.168.*`, `ip:[10.0.0.0 TO 10.1.255.255]`, `ip:>192.168.1.0`, `ip:"2001:db8::/32"`, `ip:2001\:db8\:\:5`, `NOT ip:"0.0.0.0/0"`, `ip:{10.0.0.0/8 TO *]`,
		`certificate.extensions.subject_alt_name.ip_addresses:10.0.0.1`, `whois.net.end_ip:>=10.1.0.0`, `target.ip:10.0.0.0/8`, `custom.client.ip:10.9.8.7`, `custom.client.ip:10.0.0.0/8`, `custom.client.ip:"fe80::/10"`, `custom.client.ip:*`, `host:"10.0.0.0/8"`,
		// dates
		`last_updated:2025`, `last_updated:[2024-06 TO 2025-03]`, `scan_date:2025-03-21`, `scan_date:>=2025-01-01`, `scan_date:{2024-12-31 TO *]`, `last_updated:<2024-02-01T12:00:00Z`, `@timestamp:[now-20y TO now]`, `last_updated:>now`,
		`certificate.validity.end:2025-03-21`, `certificate.validity.end:>2025-03-21`, `certificate.validity.end:[* TO 2025-03-21T12:00]`, `certificate.validity.end:9999`, `certificate.validity.start:<1970`, `http.favicon.last_modified:<=2023-12-31`, `whois.net.created:1993-05`,
		// flags
		`cve.has_exploit:true`, `cve.has_exploit:*`, `NOT cve.has_exploit:true`, `smb.smbv1_support:false`, `certificate.extensions.basic_constraints.is_ca:*`, `certificate.signature.self_signed:true AND certificate.redacted:false`,
		// versions
		`tag.nginx.version:<1.25`, `tag.nginx.version:1.10.3`, `tag.vbulletin.version:>=4 AND tag.vbulletin.version:<=5.6.9`, `tag.\*.version:>2`, `tag.apache.version:1*`, `tag.nginx.version:*`, `NOT tag.nginx.version:>1.9`,
		// text
		`http.title:index`, `http.title:INDEX`, `http.title:"index of"`, `http.title:"of index"`, `http.title:(index of)`, `http.title:"index things"~1`, `http.title:"things index"~5`, `http.title:php*`, `http.title:*admin`, `http.title:in?ex`,
		`http.title:grüße`, `http.title:登`, `http.title:"登录"`, `http.title:o'reilly`, `http.title:""`, `http.title:"&"`, `http.title:/ind.x/`, `http.title:/IND.X/`, `http.title:indx~1`, `http.title:[a TO h]`, `http.title:>p`, `http.title.keyword:"Index of /"`, `http.title.keyword:Index*`, `http.title.keyword:*`, `NOT http.title.keyword:"index of"`,
		`http.body:"<h2>vmagent</h2>"`, `http.body:(stephen hawking)`, `http.body:"stephen hawking"`, `http.body:(camera AND online NOT warning)`, `http.body:mysql_fetch_array http.body:warning`, `http.body:xxx*`, `http.body:tail`, `http.body:*.onion`, `http.body:1.2.3.4`,
		`http.headers.server:nginx`, `http.headers.server:"nginx/1.20"`, `http.headers.server:apache*`, `http.headers.server:"Apache/2.4.41 (Ubuntu)"`, `http.meta:"generator WordPress"`, `http.meta:"viewport robots"`, `http.unknown_headers.key:x_jenkins AND http.unknown_headers.value:2.3`, `http.headers.set_cookie:"path=/ lang"`,
		`certificate.subject.organization:KVH* OR certificate.subject.organization:Cobham*`, `certificate.issuer.street_address:*mcgill*`, `\*.banner:email`, `\*.banner:router`, `\*.banner:*`, `NOT \*.banner:test`, `\*:nginx`, `c\*.name:CVE*`, `http.\*:*`,
		// fields the mapping does not know
		`custom.mixed:7`, `custom.mixed:true`, `custom.mixed:True`, `custom.mixed:>0`, `custom.mixed:seven`, `custom.mixed:t*`, `custom.mixed:/f.*/`, `custom.mixed.keyword:7`, `custom.mixed.keyword:true`, `custom.mixed.keyword:[6 TO 8]`, `custom.token:alpha`, `custom.token:"alpha beta"`, `custom.token.keyword:"Alpha Beta"`, `custom.token.keyword:/[Aa]lpha.*/`,
		`custom.file_hash:ZZZZZ`, `custom.file_hash:Z*`, `custom.count:[5 TO 10]`, `custom.count.keyword:7`, `custom.huge:kkk*`, `custom.huge.keyword:*é`, `custom.client.host:*.com`, `port.keyword:80`, `ip.keyword:10*`, `host.keyword:*.com`, `cve.base_score.keyword:"9.8"`, `smb.smbv1_support.keyword:true`, `signed:x OR certificate.signed_timestamps_here.timestamp:>1700000000004`,
		`custom.session_id:` + longID + `1`, `custom.session_id:` + longID + `3`, `custom.session_id:` + longID + `*`, `custom.session_id:abab*`,
		// no field
		`google.com`, `"index of"`, `nginx`, `10.0.0.0/8`, `example`, `*.example.com`, `camera online`, `camera AND NOT online`, `index OR port:22`,
		// joined
		`host:*.example.com AND http.status_code:[400 TO 499] AND ip:10.0.0.0/8 AND NOT tag.name:nginx`, `(http.title:index OR http.body:camera) AND NOT (port:80 OR domain:*mail*)`, `NOT (NOT port:80)`, `NOT (domain:/.*mail.*/ OR port:>8000)`,
		`port:80 AND NOT (http.title:*admin AND NOT geo.country:GB)`, `!port:22 ssh:*`, `-port:22 +ssh:*`, `NOT tag:* NOT cve:* NOT geo:*`, `(port:80 AND http.title:index) OR (port:443 AND http.body:camera) OR (NOT http:* AND ssh.banner:openssh_8.9p1)`,
		`((((((((port:80 OR port:443) AND http:*) OR port:22) AND NOT cve:*) OR port:53) AND ip:*) OR port:6379) AND NOT geo.city:London)`,
	}
}

// longID is longer than what an index is likely to keep of a value.
const longID = "abababababababababababababababababababababababababababababababababababab" +
	"abababababababababababababababababababababababababababababababababababab" +
	"abababababababababababababababababababababababababababababababababababab" +
	"abababababababababababababababababababababababababababababababab"
