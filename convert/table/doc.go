// Package table says what the table is that a conversion writes: its [Spec], the
// partitions in which its files lie, and the names of jobs, files and fingerprints
// that are believed. It reads and writes nothing.
//
// Read spec.go first, then columns.go (which columns are in the files, and which
// in the path), chunks.go (in which order a row group has them), layout.go, partition.go, format.go and names.go;
// validate.go says what a Spec must not be.
package table
