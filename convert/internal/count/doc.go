// Package count counts the rows of reports by the values of columns, without making record
// batches of them: each worker has a [Counter], which counts the rows of a block by itself,
// and what goes on is a handful of groups, which [Counts] puts together in the order of the
// blocks. It holds no row but those of a sample, and all that it holds is bounded.
//
// The files counter.go and counts.go are best read in that order. Most messages need not be
// split: shape.go tells those that say the same from what is known, by the parts that
// token.go finds. The sample of rows that failed is in sampler.go.
package count
