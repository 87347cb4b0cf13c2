// Package convert turns completion reports into tables.
package convert
