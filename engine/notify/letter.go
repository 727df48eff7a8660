package notify

import (
	"bytes"
	"fmt"
	"html/template"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"strings"
	"time"
)

// letter is a mail: plain text and HTML of the same message.
type letter struct {
	from    string
	to      []string
	id      string // of the delivery
	at      time.Time
	message message
}

// htmlLetter shows the message as text: the template escapes all of it.
const htmlLetter = `<!doctype html>
<html><head><meta charset="utf-8"><title>{{.Title}}</title></head>
<body style="font-family:sans-serif">
<h2>{{.Title}}</h2>
<ul>{{range .Facts}}
<li>{{.}}</li>{{end}}
</ul>{{if .Items}}
<h3>Issues</h3>
<ol>{{range .Items}}
<li>{{.}}</li>{{end}}
</ol>{{end}}
</body></html>
`

// write gives the mail as it is sent (RFC 5322, RFC 2045). Addresses were checked when
// they were declared, the title is one line and encoded: no header can be added.
func (l letter) write() ([]byte, error) {
	var mail, parts bytes.Buffer
	w := multipart.NewWriter(&parts)
	if err := writePart(w, "text/plain", l.plain()); err != nil {
		return nil, err
	}
	html, err := l.html()
	if err != nil {
		return nil, err
	}
	if err := writePart(w, "text/html", html); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	_, domain, _ := strings.Cut(l.from, "@")
	for _, header := range [][2]string{
		{"From", "Portolan <" + l.from + ">"},
		{"To", "<" + strings.Join(l.to, ">,\r\n <") + ">"},
		{"Subject", mime.QEncoding.Encode("utf-8", cut(l.message.title, 200))},
		{"Date", l.at.Format(time.RFC1123Z)},
		{"Message-ID", fmt.Sprintf("<%s@%s>", l.id, domain)},
		{"Auto-Submitted", "auto-generated"}, // RFC 3834: nobody answers that they are on holiday
		{"MIME-Version", "1.0"},
		{"Content-Type", "multipart/alternative; boundary=" + w.Boundary()},
	} {
		mail.WriteString(header[0] + ": " + header[1] + "\r\n")
	}
	mail.WriteString("\r\n")
	mail.Write(parts.Bytes())
	return mail.Bytes(), nil
}

func writePart(w *multipart.Writer, contentType, text string) error {
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Type": {contentType + "; charset=utf-8"}, "Content-Transfer-Encoding": {"quoted-printable"},
	})
	if err != nil {
		return err
	}
	encoder := quotedprintable.NewWriter(part)
	if _, err := encoder.Write([]byte(text)); err != nil {
		return err
	}
	return encoder.Close()
}

func (l letter) plain() string {
	lines := append([]string{l.message.title, ""}, l.message.facts...)
	if len(l.message.items) > 0 {
		lines = append(append(lines, "", "Issues:"), l.message.items...)
	}
	return strings.Join(lines, "\n") + "\n"
}

func (l letter) html() (string, error) {
	page, err := template.New("letter").Parse(htmlLetter)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	err = page.Execute(&b, map[string]any{"Title": l.message.title, "Facts": l.message.facts, "Items": l.message.items})
	return b.String(), err
}
