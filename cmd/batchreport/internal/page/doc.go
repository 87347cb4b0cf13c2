// Package page writes what a summary found as one HTML page that needs nothing else.
//
// A [Page] says what is on it, in the words and numbers of the caller, and [Page.Render]
// returns its bytes, which follow from it alone. The page makes no request: its policy
// forbids all but its own style and script, which are in it and named by their hashes.
// All texts may be hostile. It can be read without its script, which adds buttons that
// copy, a filter for rows, and their download.
//
// The page is bounded: apart from the rows it has at most 300 KB, whatever the texts are.
// What there is no room for is counted. It imports none of the project's packages.
package page
