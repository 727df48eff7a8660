package zoo

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
)

// websites are servers of pages for people, with what a browser shows of them.
func websites() []Species {
	const head = "Server: nginx/1.24.0\r\nX-Powered-By: Express\r\nSet-Cookie: connect.sid=1; Path=/\r\nX-Zoo-Keeper: 7\r\n"
	const front = `<!doctype html><html><head><title>Zoo &amp; Garden</title><meta name="description" content="Animals of all kinds.">` +
		`<meta name="generator" content="WordPress 6.4.1"><link rel="icon" href="/icon.png"></head>` +
		`<body><h1>Index of animals</h1><a href="mailto:keeper@zoo.example">keeper@zoo.example</a></body></html>`
	icon := answer{200, "Content-Type: image/png\r\nLast-Modified: Sat, 30 Dec 2023 10:00:00 GMT\r\n", stripes()}
	site := goServer(head, map[string]answer{"/": page(front), "/icon.png": icon})
	return []Species{web("web-icon", "nginx", "1.24.0", 80, site)}
}

// stripes is a picture that looks like nothing else in the zoo.
func stripes() string {
	picture := image.NewGray(image.Rect(0, 0, 32, 32))
	for i := range picture.Pix { // the product is cut to a byte, so that stripes bend
		picture.SetGray(i%32, i/32, color.Gray{Y: uint8(i % 32 / 5 * (i / 32) * 77)})
	}
	var b bytes.Buffer
	_ = png.Encode(&b, picture) // a buffer takes anything
	return b.String()
}
