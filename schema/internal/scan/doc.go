// Package scan reads what the bytes of a report begin with: digits, times, and runs
// of bytes up to one that is looked for, eight at a time. Package schema needs it for
// records, and package message for what is in them.
package scan
