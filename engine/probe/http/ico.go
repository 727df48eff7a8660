package http

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
)

// The ICO format is the ICONDIR and ICONDIRENTRY structures of Windows: a head of 6
// bytes, an entry of 16 bytes for each picture, and the pictures, each a PNG or a
// device-independent bitmap (BITMAPINFOHEADER without a file head) of twice the
// height, whose lower half is the mask of what is transparent.
const (
	icoHead    = 6
	icoEntry   = 16
	maxEntries = 32 // real ones have up to 13
	dibHead    = 40
)

// decodeICO decodes the largest picture that can be decoded; of several of the
// same size the one of most colours.
func decodeICO(data []byte) (image.Image, error) {
	if len(data) < icoHead {
		return nil, errors.New("cut off")
	}
	var best []byte
	var most int
	for i := range min(int(binary.LittleEndian.Uint16(data[4:])), maxEntries) {
		entry := icoHead + i*icoEntry
		if entry+icoEntry > len(data) {
			break
		}
		picture, rank := readEntry(data, data[entry:entry+icoEntry])
		if picture != nil && rank > most {
			best, most = picture, rank
		}
	}
	switch {
	case best == nil:
		return nil, errors.New("no picture in it")
	case bytes.HasPrefix(best, []byte("\x89PNG")):
		return decodeSmall(best, png.DecodeConfig, png.Decode, maxPixels)
	}
	return decodeDIB(best)
}

// readEntry gives the bytes of an entry's picture, nil if they are not there, and
// how it ranks: by its area, then by its bits for a point.
func readEntry(data, entry []byte) (picture []byte, rank int) {
	size, offset := binary.LittleEndian.Uint32(entry[8:]), binary.LittleEndian.Uint32(entry[12:])
	if uint64(offset)+uint64(size) > uint64(len(data)) || size < dibHead {
		return nil, 0
	}
	width, height := (int(entry[0])+255)%256+1, (int(entry[1])+255)%256+1 // 0 is 256
	return data[offset : offset+size], width*height*256 + min(int(binary.LittleEndian.Uint16(entry[6:])), 255)
}

// bitmap is a device-independent bitmap without compression.
type bitmap struct {
	width, height, bits int
	palette             []byte // four bytes for each colour: blue, green, red, nothing
	points              []byte // rows from the bottom up, each a multiple of four bytes
	mask                []byte // likewise, one bit for a point; may be missing
}

func decodeDIB(data []byte) (image.Image, error) {
	b, err := readDIB(data)
	if err != nil {
		return nil, err
	}
	picture := image.NewNRGBA(image.Rect(0, 0, b.width, b.height))
	for y := range b.height {
		for x := range b.width {
			picture.SetNRGBA(x, b.height-1-y, b.at(x, y))
		}
	}
	return picture, nil
}

func readDIB(data []byte) (bitmap, error) {
	if len(data) < dibHead || binary.LittleEndian.Uint32(data) != dibHead {
		return bitmap{}, errors.New("no bitmap")
	}
	width, height := binary.LittleEndian.Uint32(data[4:]), binary.LittleEndian.Uint32(data[8:])/2
	if width > maxPixels || height > maxPixels {
		return bitmap{}, fmt.Errorf("a picture of %d × %d is not decoded", width, height)
	}
	b := bitmap{width: int(width), height: int(height), bits: int(binary.LittleEndian.Uint16(data[14:]))}
	if err := checkSize(b.width, b.height, maxPixels); err != nil {
		return bitmap{}, err
	}
	colours := binary.LittleEndian.Uint32(data[32:])
	switch b.bits {
	case 1, 4, 8:
		if full := uint32(1) << b.bits; colours == 0 || colours > full {
			colours = full
		}
	case 24, 32:
		colours = 0
	default:
		return bitmap{}, fmt.Errorf("%d bits for a point", b.bits)
	}
	return b, b.divide(data[dibHead:], 4*int(colours), binary.LittleEndian.Uint32(data[16:]))
}

// divide finds the palette, the points and the mask.
func (b *bitmap) divide(data []byte, palette int, compression uint32) error {
	points := rowSize(b.width, b.bits) * b.height
	if compression != 0 || len(data) < palette+points {
		return errors.New("compressed or cut off")
	}
	b.palette, b.points = data[:palette], data[palette:palette+points]
	if mask := data[palette+points:]; len(mask) >= rowSize(b.width, 1)*b.height {
		b.mask = mask
	}
	return nil
}

// rowSize is in bytes.
func rowSize(width, bits int) int { return (width*bits + 31) / 32 * 4 }

// at is the point in a row counted from the bottom.
func (b *bitmap) at(x, y int) color.NRGBA {
	row := b.points[y*rowSize(b.width, b.bits):]
	switch b.bits {
	case 32: // with an alpha of its own
		return color.NRGBA{B: row[4*x], G: row[4*x+1], R: row[4*x+2], A: row[4*x+3]}
	case 24:
		return color.NRGBA{B: row[3*x], G: row[3*x+1], R: row[3*x+2], A: b.alpha(x, y)}
	}
	perByte := 8 / b.bits
	i := 4 * (int(row[x/perByte]>>(8-b.bits*(x%perByte+1))) & (1<<b.bits - 1))
	if i+4 > len(b.palette) {
		return color.NRGBA{A: b.alpha(x, y)}
	}
	return color.NRGBA{B: b.palette[i], G: b.palette[i+1], R: b.palette[i+2], A: b.alpha(x, y)}
}

func (b *bitmap) alpha(x, y int) uint8 {
	if b.mask != nil && b.mask[y*rowSize(b.width, 1)+x/8]>>(7-x%8)&1 == 1 {
		return 0
	}
	return 0xff
}
