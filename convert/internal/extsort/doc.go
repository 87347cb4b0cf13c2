// Package extsort sorts more rows than fit into memory: an external merge sort.
//
// Its Sorter is a stage of the writer of package convert, between the rows that wait
// and the encoders, and only there where rows are to be sorted:
//
//	Rows of a partition ─▶ run, sorted by one of several workers ─▶ memory, or the spill file
//	                                          end of input ─▶ merge of a partition's runs ─▶ Rows
//
// A run is rows of one partition in order, as compressed blocks of one small batch
// each. A merge reads one block of each run at a time. Where a partition has more runs
// than can be merged at once, several become one on disk first.
//
// Equal rows keep the order in which they came. Which rows make a run follows from
// the rows alone, and so does what is merged with what: the output is the same
// whatever the number of workers.
//
// The package owns the spill file, a temporary file without a name, and drops it
// when Run returns. It holds 32 MiB of runs in memory. While W workers make runs, there
// are also 2W+2 of 8 MiB that wait or are worked on; while runs are merged, 32 MiB of
// their batches, or two batches where rows are longer, and the row group being made.
package extsort
