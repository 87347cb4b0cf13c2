package parquetfile

import (
	"math"
	"math/bits"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/parquet-go/parquet-go/bloom"
	pq "github.com/parquet-go/parquet-go/format"

	"batchreport/convert/internal/batch"
)

// bloomFilter collects the values of a column chunk for a split-block filter, as in
// BloomFilter.md. It keeps their hashes, because the filter's size depends on their
// number: the number of entries where the chunk has a dictionary, else that of all
// values but nulls and those that are the same as the one before.
type bloomFilter struct {
	hashes []uint64
	blocks bloom.SplitBlockFilter
}

func (f *bloomFilter) reset() { f.hashes = f.hashes[:0] }

// add adds the hash of a value.
func (f *bloomFilter) add(hash uint64) {
	if n := len(f.hashes); n == 0 || f.hashes[n-1] != hash {
		f.hashes = append(f.hashes, hash)
	}
}

// addArray adds the values of an array that has no dictionary.
func (f *bloomFilter) addArray(arr arrow.Array) {
	var hash bloom.XXH64
	var of func(row int) uint64
	switch a := arr.(type) {
	case *array.String:
		offsets, data := batch.Strings(a)
		of = func(row int) uint64 { return hash.Sum64(data[offsets[row]:offsets[row+1]]) }
	case *array.Int32:
		of = func(row int) uint64 { return hash.Sum64Uint32(uint32(a.Value(row))) }
	default: // int64, timestamp
		values := arrow.GetValues[int64](arr.Data(), 1)
		of = func(row int) uint64 { return hash.Sum64Uint64(uint64(values[row])) }
	}
	for row := range arr.Len() {
		if arr.IsValid(row) {
			f.add(of(row))
		}
	}
}

// addEntries adds the entries of a dictionary.
func (f *bloomFilter) addEntries(entries [][]byte) {
	var hash bloom.XXH64
	for _, entry := range entries {
		f.add(hash.Sum64(entry))
	}
}

// write appends the filter and notes in meta where it is.
func (f *bloomFilter) write(dst *thriftBuffer, meta *pq.ColumnMetaData) error {
	n := bloomBlocks(len(f.hashes))
	if n > cap(f.blocks) {
		f.blocks = make(bloom.SplitBlockFilter, n)
	}
	f.blocks = f.blocks[:n]
	f.blocks.Reset()
	f.blocks.InsertBulk(f.hashes)

	header := pq.BloomFilterHeader{NumBytes: int32(n * bloom.BlockSize)}
	header.Algorithm.Value = &pq.SplitBlockAlgorithm{}
	header.Hash.Value = &pq.XxHash{}
	header.Compression.Value = &pq.BloomFilterUncompressed{}
	meta.BloomFilterOffset = int64(len(*dst))
	length, err := dst.write(&header)
	*dst = append(*dst, f.blocks.Bytes()...)
	meta.BloomFilterLength = int32(length + len(f.blocks.Bytes()))
	return err
}

// bloomBits is how many bits of a filter each of its values has at least. By the table
// of BloomFilter.md one absent value in a hundred passes a filter with 10.5 bits for
// each; as sizes are rounded up, most filters let fewer pass.
const bloomBits = 10.5

// bloomBlocks returns the number of blocks of a filter of so many values. It is
// a power of two: the format takes any, but readers built on Arrow's C++ library
// refuse all others.
func bloomBlocks(values int) int {
	const blockBits = 8 * bloom.BlockSize
	blocks := max(1, int(math.Ceil(float64(values)*bloomBits/blockBits))) // one block, where there is no value: it says so
	return min(1<<bits.Len(uint(blocks-1)), mostBloomBlocks)
}

// mostBloomBlocks is the size of the largest filter that readers accept, 128 MiB.
const mostBloomBlocks = 128 << 20 / bloom.BlockSize
