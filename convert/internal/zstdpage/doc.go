// Package zstdpage compresses pages of strings as Zstandard frames. The comments
// name sections of RFC 8878, which describes them; any decoder reads the frames.
//
// A general compressor has to look everywhere for what came before. Here it is known
// where strings begin and end, so there is little to look for: a string of a report is
// much like an earlier one, byte by byte at the same places, or it is random and like
// none. Encoder.Similar expects the first, Encoder.Lengths the second. Package
// parquetfile calls them, with an Encoder for each worker, and chooses which of them,
// or the general compressor, gets the pages of a column.
//
// An Encoder keeps some 64 KiB of tables of places in the page, and the literals and
// sequences of one block of 128 KiB. The page and the frame are the caller's.
//
// # An example
//
// A page of three keys, each behind four bytes of length, all behind the empty levels of
// a column in which no row is null, has 91 bytes:
//
//	page: 00000000 19000000 customer-0001/invoice.pdf
//	               19000000 customer-0002/invoice.pdf
//	               19000000 customer-0003/invoice.pdf
//
// Similar finds that each string, from its length on, is what the one 29 bytes before it
// is, but for one byte. So the page is these sequences, each of literals, which are
// copied from the frame, and a match, which is copied from what is decoded already. What
// a match has in common with the next string follows without a gap, so it is one match:
//
//	literals                       match
//	customer-0001/invoice.pdf      16 bytes from 29 bytes before: 19000000 customer-000
//	2                              28 bytes from 29 bytes before: /invoice.pdf 19000000 customer-000
//	3                              12 bytes from 29 bytes before: /invoice.pdf
//
// Of each sequence three values are written: the number of literals, the Offset_Value
// and the length of the match. The Offset_Value of the first is 29+3; those of the
// others are 1, which means the offset used last. A value is a code and, in as many bits
// as the code says, the rest:
//
//	value                codes           rests
//	literals 25, 1, 1    20, 1, 1        1 in two bits (20 are 24 to 27 literals), none, none
//	offsets  32, 1, 1     5, 0, 0        0 in five bits (5 are 32 to 63), none, none
//	matches  16, 28, 12  13, 25, 9       none, none, none
//
// Codes are not written themselves. Each kind has a table of states, here 32, that gives
// a code the more of them the more often it comes: of the states of the literals' table
// code 1, which comes twice, has 21, code 20 has 11. How a state of one code leads to a
// state of the code that follows is explained at the type table.
//
// This is the frame, of 73 bytes:
//
//	28 b5 2f fd                 Magic_Number
//	a0                          Frame_Header_Descriptor: one segment, its size in four bytes
//	5b 00 00 00                 Frame_Content_Size: 91
//	40 00 00                    Block_Header: a raw block of 8 bytes
//	00 00 00 00 19 00 00 00     the levels and the first length
//	95 01 00                    Block_Header: the last block, compressed, of 50 bytes
//	bc 01 00                    Literals_Section_Header: 27 raw literals
//	63 75 73 74 6f 6d 65 72     customer
//	2d 30 30 30 31              -0001
//	2f 69 6e 76 6f 69 63 65     /invoice
//	2e 70 64 66                 .pdf
//	32 33                       2 and 3
//	03                          Number_of_Sequences
//	a8                          Symbol_Compression_Modes: three tables follow
//	10 b0 f9 df 07              of literals: 32 states, code 1 has 21, code 20 has 11
//	60 33 0f                    of offsets: 32 states, code 0 has 21, code 5 has 11
//	10 de 15 b2 fc 3d           of matches: 32 states, codes 9, 13, 25 have 10, 11, 11
//	88 80 21 24                 states and rests, 29 bits, read from their end
//
// A decoder reads the last four bytes as a number, 0x24218088, from its highest bit that
// is set down. 5 bits each are the first states of literals, offsets and matches:
// 4, 4 and 6, which stand for the codes 20, 5 and 13. The rests follow: 5 bits of the
// offset, 2 of the literals. Then 2 bits each lead to the states of the second sequence,
// 16 for literals, 17 for matches, 16 for offsets: codes 1, 25 and 0. One more bit leads
// from state 17 to that of the last match's code; the states 16 need no bit for that.
package zstdpage
