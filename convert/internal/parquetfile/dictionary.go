package parquetfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/bits"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	pq "github.com/parquet-go/parquet-go/format"

	"batchreport/convert/internal/batch"
)

// dictionaryValues are RLE_DICTIONARY strings. Every batch has a dictionary of its own;
// that of the chunk has the entries that rows refer to, in order of their first use.
// The code of an entry is its number in the chunk's dictionary.
type dictionaryValues struct {
	// Of the chunk.
	codes   map[string]uint32 // by entry
	entries [][]byte          // by code, views of the batches' dictionaries
	page    []byte            // the dictionary page: the entries as PLAIN strings

	// Of the array being read.
	indices []int32
	source  arrow.ArrayData // its dictionary
	offsets []int32         // of the dictionary's entries
	data    []byte
	mapped  []uint32 // the codes of the dictionary's entries, or unmapped

	// Of the data page.
	rows []uint32 // codes
	seen []bool   // by code, whether the page has it
}

const unmapped = ^uint32(0)

func newDictionaryValues() *dictionaryValues {
	return &dictionaryValues{codes: map[string]uint32{}}
}

func (v *dictionaryValues) kind() pq.Type           { return pq.ByteArray }
func (v *dictionaryValues) encoding() pq.Encoding   { return pq.RLEDictionary }
func (v *dictionaryValues) weigh(_, n int) int      { return n * v.width() / 8 }
func (v *dictionaryValues) size() int               { return len(v.rows) * v.width() / 8 }
func (v *dictionaryValues) compare(a, b []byte) int { return bytes.Compare(a, b) }

// width returns the number of bits of a code in the data page: one at least, for some
// readers do not understand 0.
func (v *dictionaryValues) width() int { return bits.Len(uint(max(1, len(v.entries)-1))) }

func (v *dictionaryValues) reset() {
	clear(v.codes)
	v.entries, v.page = v.entries[:0], v.page[:0]
	v.rows, v.seen = v.rows[:0], v.seen[:0]
	v.source = nil
}

func (v *dictionaryValues) use(arr arrow.Array) error {
	d := arr.(*array.Dictionary)
	v.indices = arrow.GetValues[int32](d.Data(), 1)
	dict := d.Dictionary()
	if dict.Data() == v.source {
		return nil
	}
	if dict.NullN() > 0 {
		return errors.New("a dictionary has a null entry")
	}
	v.source = dict.Data()
	v.offsets, v.data = batch.Strings(dict)
	v.mapped = v.mapped[:0]
	for range dict.Len() {
		v.mapped = append(v.mapped, unmapped)
	}
	return nil
}

func (v *dictionaryValues) append(at int, valid uint64) {
	for ; valid != 0; valid &= valid - 1 {
		i := v.indices[at+bits.TrailingZeros64(valid)]
		code := v.mapped[i]
		if code == unmapped {
			code = v.add(v.data[v.offsets[i]:v.offsets[i+1]])
			v.mapped[i] = code
		}
		v.seen[code] = true
		v.rows = append(v.rows, code)
	}
}

// add returns the code of an entry, which it adds if it is new.
func (v *dictionaryValues) add(entry []byte) uint32 {
	if code, ok := v.codes[string(entry)]; ok {
		return code
	}
	code := uint32(len(v.entries))
	v.codes[string(entry)] = code
	v.entries = append(v.entries, entry)
	v.seen = append(v.seen, false)
	v.page = binary.LittleEndian.AppendUint32(v.page, uint32(len(entry)))
	v.page = append(v.page, entry...)
	return code
}

func (v *dictionaryValues) flush(dst []byte) ([]byte, bounds) {
	dst = appendIndices(dst, v.rows, v.width())
	var b stringBounds
	for code, seen := range v.seen {
		if seen {
			b.add(v.entries[code])
		}
	}
	v.rows = v.rows[:0]
	clear(v.seen)
	return dst, b.bounds()
}
