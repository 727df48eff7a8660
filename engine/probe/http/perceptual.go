package http

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
)

const (
	// maxPixels is how large a picture may be to be decoded, by what its head says
	// and before anything is allocated: 512 × 512, 1 MB in memory. Icons have up to
	// 256 × 256.
	maxPixels = 512 * 512
	// maxPixelsJPEG is less because a progressive picture is kept as 4-byte
	// coefficients of three components until its end.
	maxPixelsJPEG = maxPixels / 4
)

// PerceptualHash is the same, or differs in few bits, for pictures that look alike:
// a difference hash of 64 bits (dHash), as 16 hexadecimal digits; "" for what is no
// PNG, GIF, JPEG or ICO, or too large.
//
//  1. The picture (the first of a GIF, the largest of an ICO) is laid over white.
//  2. It is shrunk to 9 × 8 cells, each the mean brightness of its part of the
//     picture: 299 parts of red, 587 of green, 114 of blue (ITU-R BT.601).
//  3. Row by row from the top left, a bit is 1 where a cell is brighter than its
//     right neighbour; the first bit is the highest.
func PerceptualHash(data []byte) string {
	picture, err := decodePicture(data)
	if err != nil || picture.Bounds().Empty() {
		return ""
	}
	var hash uint64
	for y := range 8 {
		left := brightness(picture, 0, y)
		for x := 1; x < 9; x++ {
			right := brightness(picture, x, y)
			hash <<= 1
			if left > right {
				hash |= 1
			}
			left = right
		}
	}
	return fmt.Sprintf("%016x", hash)
}

// brightness is the mean of a cell of the 9 × 8, of at most 16 × 16 points in it.
func brightness(picture image.Image, column, row int) uint64 {
	const points = 16
	r := picture.Bounds()
	x0, x1 := part(r.Min.X, r.Dx(), column, 9)
	y0, y1 := part(r.Min.Y, r.Dy(), row, 8)
	var sum, n uint64
	for y := y0; y < y1; y += 1 + (y1-y0-1)/points {
		for x := x0; x < x1; x += 1 + (x1-x0-1)/points {
			red, green, blue, alpha := picture.At(x, y).RGBA()
			sum += uint64(299*red+587*green+114*blue)/1000 + uint64(0xffff-alpha) // colours come multiplied by alpha
			n++
		}
	}
	return sum / n
}

// part is the i-th of n parts of a length, at least one point wide.
func part(start, length, i, n int) (from, to int) {
	from, to = start+i*length/n, start+(i+1)*length/n
	return min(from, start+length-1), max(to, min(from, start+length-1)+1)
}

// decodePicture goes by the first bytes, not by what the server calls it.
func decodePicture(data []byte) (image.Image, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return decodeSmall(data, png.DecodeConfig, png.Decode, maxPixels)
	case bytes.HasPrefix(data, []byte("GIF8")):
		return decodeSmall(data, gif.DecodeConfig, gif.Decode, maxPixels)
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return decodeSmall(data, jpeg.DecodeConfig, jpeg.Decode, maxPixelsJPEG)
	case bytes.HasPrefix(data, []byte("\x00\x00\x01\x00")):
		return decodeICO(data)
	}
	return nil, errors.New("not a picture that is known")
}

// decodeSmall decodes a picture whose head says that it is small.
func decodeSmall(data []byte, measure func(io.Reader) (image.Config, error), decode func(io.Reader) (image.Image, error), most int) (image.Image, error) {
	size, err := measure(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	if err := checkSize(size.Width, size.Height, most); err != nil {
		return nil, err
	}
	return decode(bytes.NewReader(data))
}

func checkSize(width, height, most int) error {
	if width <= 0 || height <= 0 || width > most || height > most || width*height > most {
		return fmt.Errorf("a picture of %d × %d is not decoded", width, height)
	}
	return nil
}
