package zstdpage

// All that a frame may have by RFC 8878 is not what all decoders take. What is made here
// keeps within bounds in which the decoders in Java that Trino and Spark use, in
// four versions, and libzstd have read 150,000 frames without a mistake. Do not loosen
// them without as many.
const (
	// shortestMatch is the length of the shortest match. The format allows three bytes,
	// but where two such matches are all sequences of a block, their last table and bits may
	// have three bytes, and some decoders want four there.
	shortestMatch = 4

	// farthest is how far back a match may be. Offset_Values up to 2^29 have codes up to
	// 28; decoders need not take larger ones, for the rest of one, with what else they
	// have read, may be wider than the 64 bits that they read at once. A page is rarely
	// larger than 1 MiB, but has a value of any size.
	farthest = 1 << 28

	// maxLog is the binary logarithm of the number of states of the largest table. The
	// format allows 9 for lengths, and no more than 8 for offsets.
	maxLog = 8
)
