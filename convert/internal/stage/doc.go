// Package stage has what the stages of a pipeline share: how values go from one
// goroutine to the next, how work is spread over several workers and comes back
// in order, and how a panic becomes an error.
//
// Package convert builds its reader, normalizer and writer of it, extsort its
// sorting; ledger and verify use Each and Guard for requests that are made several
// at a time. The package imports none of ours.
//
// Whatever is sent through a channel belongs to whoever receives it: Releaser
// says how it is given back. The package itself holds no memory beside the values
// that wait in InOrder, whose number its parameters say.
package stage
