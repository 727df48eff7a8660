package http_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/bits"
	"strconv"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe/http"
)

// slope is a picture that gets darker from left to right in its upper half and
// brighter in the lower.
func slope(size int) *image.NRGBA {
	picture := image.NewNRGBA(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			shade := uint8(255 - 255*x/size)
			if y >= size/2 {
				shade = 255 - shade
			}
			picture.SetNRGBA(x, y, color.NRGBA{R: shade, G: shade, B: shade, A: 255})
		}
	}
	return picture
}

func encoded(tb testing.TB, encode func(*bytes.Buffer) error) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := encode(&b); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(tb testing.TB, picture image.Image) []byte {
	tb.Helper()
	return encoded(tb, func(b *bytes.Buffer) error { return png.Encode(b, picture) })
}

// dib is the picture as a bitmap of 24 or 32 bits in an ICO, with an empty mask.
func dib(picture *image.NRGBA, depth int) []byte {
	size := picture.Bounds().Dx()
	data := make([]byte, 40)
	binary.LittleEndian.PutUint32(data, 40)
	binary.LittleEndian.PutUint32(data[4:], uint32(size))
	binary.LittleEndian.PutUint32(data[8:], uint32(2*size))
	binary.LittleEndian.PutUint16(data[14:], uint16(depth))
	for y := size - 1; y >= 0; y-- {
		row := []byte{}
		for x := range size {
			c := picture.NRGBAAt(x, y)
			row = append(row, []byte{c.B, c.G, c.R, c.A}[:depth/8]...)
		}
		data = append(data, append(row, make([]byte, (4-len(row)%4)%4)...)...)
	}
	return append(data, make([]byte, (size+31)/32*4*size)...)
}

func ico(pictures ...[]byte) []byte {
	head := []byte{0, 0, 1, 0, byte(len(pictures)), 0}
	var body []byte
	for i, p := range pictures {
		entry := make([]byte, 16)
		entry[0], entry[1], entry[6] = byte(16*(i+1)), byte(16*(i+1)), 32
		binary.LittleEndian.PutUint32(entry[8:], uint32(len(p)))
		binary.LittleEndian.PutUint32(entry[12:], uint32(6+16*len(pictures)+len(body)))
		head, body = append(head, entry...), append(body, p...)
	}
	return append(head, body...)
}

// monochrome is a bitmap of one bit: white in the left half, black in the right.
func monochrome() []byte {
	data := make([]byte, 48, 48+2*16*4)
	binary.LittleEndian.PutUint32(data, 40)
	binary.LittleEndian.PutUint32(data[4:], 16)
	binary.LittleEndian.PutUint32(data[8:], 32)
	binary.LittleEndian.PutUint16(data[14:], 1)
	copy(data[44:], "\xff\xff\xff\x00")
	for range 16 {
		data = append(data, 0xff, 0x00, 0, 0)
	}
	return append(data, make([]byte, 64)...)
}

func TestPerceptualHash(t *testing.T) {
	const want = "ffffffff00000000"
	glass := image.NewNRGBA(image.Rect(0, 0, 32, 32)) // transparent is white
	for name, tt := range map[string]struct {
		data []byte
		want string
	}{
		"PNG":         {pngOf(t, slope(64)), want},
		"large PNG":   {pngOf(t, slope(300)), want},
		"tiny PNG":    {pngOf(t, slope(1)), "0000000000000000"},
		"transparent": {pngOf(t, glass), "0000000000000000"},
		"GIF":         {encoded(t, func(b *bytes.Buffer) error { return gif.Encode(b, slope(64), nil) }), want},
		"JPEG":        {encoded(t, func(b *bytes.Buffer) error { return jpeg.Encode(b, slope(64), nil) }), want},
		"ICO, 32":     {ico(dib(slope(16), 32)), want},
		"ICO, 24":     {ico(dib(slope(16), 24)), want},
		"ICO, best":   {ico(monochrome(), dib(slope(32), 24)), want},
		"ICO of PNG":  {ico(pngOf(t, slope(64))), want},
		"ICO, 1":      {ico(monochrome()), "0808080808080808"},
		"too large":   {pngOf(t, image.NewGray(image.Rect(0, 0, 600, 600))), ""},
		"SVG":         {[]byte("<svg/>"), ""},
		"cut off":     {ico(dib(slope(16), 32))[:300], ""},
		"empty ICO":   {[]byte{0, 0, 1, 0, 0, 0}, ""},
		"nothing":     {nil, ""},
	} {
		got := http.PerceptualHash(tt.data)
		a, _ := strconv.ParseUint(got, 16, 64)
		b, _ := strconv.ParseUint(tt.want, 16, 64)
		if len(got) != len(tt.want) || bits.OnesCount64(a^b) > 4 { // GIF and JPEG lose a little
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

// bomb is a small PNG whose head promises a picture of 3.6 GB.
func bomb(tb testing.TB) []byte {
	tb.Helper()
	data := pngOf(tb, image.NewGray(image.Rect(0, 0, 8, 8)))
	binary.BigEndian.PutUint32(data[16:], 60000)
	binary.BigEndian.PutUint32(data[20:], 60000)
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	return data
}

func TestPictureBomb(t *testing.T) {
	if allocated := testing.Benchmark(func(b *testing.B) {
		for range b.N {
			if hash := http.PerceptualHash(bomb(b)); hash != "" {
				b.Fatal(hash)
			}
		}
	}).AllocedBytesPerOp(); allocated > 1<<20 {
		t.Errorf("%d bytes for a picture that is not decoded", allocated)
	}
}

// TestMMH3 has values of another implementation, which was checked against published ones.
func TestMMH3(t *testing.T) {
	pixel, err := base64.StdEncoding.DecodeString("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		data []byte
		want int32
	}{{nil, 0}, {pixel, -1542678720}, {bytes.Repeat([]byte("favicon"), 30), 2140865879}} {
		if got := http.MMH3(tt.data); got != tt.want {
			t.Errorf("%s…: %d, want %d", hex.EncodeToString(tt.data[:min(8, len(tt.data))]), got, tt.want)
		}
	}
}

func FuzzPerceptualHash(f *testing.F) {
	f.Add(ico(monochrome(), dib(slope(16), 24), pngOf(f, slope(16))))
	f.Add(ico(dib(slope(16), 32)))
	f.Add(pngOf(f, slope(8)))
	f.Add(bomb(f))
	f.Add(encoded(f, func(b *bytes.Buffer) error { return gif.Encode(b, slope(8), nil) }))
	f.Fuzz(func(t *testing.T, data []byte) {
		if hash := http.PerceptualHash(data); hash != "" && len(hash) != 16 {
			t.Error(hash)
		}
	})
}
