// Package tally counts rows by key in bounded memory.
//
// A [Table] is exact while its keys fit its limits. When they do not, it keeps the
// larger half of its entries, and lets the others go with their rows counted together.
// A key that comes after that may have been let go before, so its rows may be more than
// its entry says: Entry.Missed is how many more at most. This is the algorithm of Misra
// and Gries as in A. Anderson et al., "A High-Performance Algorithm for Identifying
// Frequent Items in Data Streams" (2017): of n rows, Missed is at most n divided by the
// number of entries that stay. So every key that has more rows than that is in the table.
//
// What a table holds follows from the rows and their order alone. It imports none of the
// project's packages.
package tally
