// Package cause says why a task of S3 Batch Operations failed, what helps, and whether to
// run it again can help by itself.
//
// The answers are rules in rules.json, which is part of the program. Each has a name that
// stays, and says which rows it takes: by error code, action, error type and template, the
// values of columns of the table. The first rule that takes a row explains it. A row that
// none takes is not explained, rather than explained by a guess. Version tells one set of
// rules from another: the table does not have the answers, since rules change more often
// than tables.
//
// The package does no I/O, and imports none of the project's packages.
package cause
