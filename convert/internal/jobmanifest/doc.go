// Package jobmanifest writes the manifests of new jobs of S3 Batch Operations: CSV without a
// header, in one file of the objects that have a version and in another of those that have
// none, since a job takes no mixture. The rows wait in a [Spool] until it is known how many
// files there are; [Files] publishes what is complete.
package jobmanifest
