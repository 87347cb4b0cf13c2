// Package reading reads the result files of a task, proves that they are what their manifest
// lists, and cuts them into blocks of whole records. It is the first stage of package convert:
//
//	store ─▶ files, opened ahead ─▶ cutter ─▶ prover ─▶ blocks, in the order of the files
//
// A [Reader] takes a store, files of it, how to verify them and how long a record may be, and
// sends each [Block] with its place in its file. It is best read in this order: reader.go;
// ahead.go, which opens files before their turn; input.go, which is an open one; cutter.go,
// which finds where records end, and what is none; prover.go, which hashes what was read
// meanwhile, by proof.go. What a record says is no concern of it, but for the order of two
// columns that differs between reports.
//
// A block belongs to whoever has received it, and goes back with Release. Beside those that it
// has sent a Reader holds some eight blocks, of BlockSize bytes or, where a record is longer,
// of up to MaxRecord; and what the store reads ahead of the files that are open, fewer than 20.
package reading
