package storage

import (
	"regexp"
	"strings"
)

// hidden stands in messages for what must not be read there.
const hidden = "***"

var (
	// What stands before the @ of an address. A password may hold any character, so
	// that only in names of objects, which may hold an @ too, it ends with the host.
	userinfo = regexp.MustCompile(`(?i)\b([a-z][a-z0-9+.-]*:/{1,2})([^\s"'<>]*)@`)
	// The parameters by which an address gives access to whoever has it: of AWS,
	// also its old form, CloudFront, Google, Azure, and others. Those whose names are
	// words count in a query only: a folder may be called token=a.
	grants = regexp.MustCompile(`(?i)(x-(?:amz|goog)-(?:signature|credential|security-token)|` +
		`(?:[?&;]|%3f|%26)(?:signature|awsaccesskeyid|googleaccessid|key-pair-id|policy|sig|(?:access_|id_|session)?token|password|secret))` +
		`(=|(?:%(?:25)*3d))[^&;\s"'<>]+`)
)

// Redact returns a message without what would give access to those who read it: user
// names and passwords in addresses, and the signatures of addresses that are signed.
func Redact(text string) string {
	if strings.Contains(text, "@") {
		text = userinfo.ReplaceAllStringFunc(text, redactUser)
	}
	if strings.ContainsAny(text, "=%") {
		text = grants.ReplaceAllString(text, "${1}${2}"+hidden)
	}
	return text
}

// redactUser hides what stands before the last @ of an address. In names of S3's
// objects and of files an @ is a letter like any other, unless it stands before the
// first slash.
func redactUser(address string) string {
	m := userinfo.FindStringSubmatch(address)
	scheme, user := m[1], m[2]
	switch strings.ToLower(scheme) {
	case "s3://":
		if before, _, _ := strings.Cut(user, "/"); !strings.Contains(before, ":") && before != user {
			return address
		}
	case "file://", "file:/":
		return address
	}
	return scheme + hidden + "@"
}

// RedactURL returns an address of a server without user and password, also where it
// is none that can be parsed.
func RedactURL(address string) string {
	if i := strings.LastIndexByte(address, '@'); i >= 0 {
		scheme, _, ok := strings.Cut(address[:i], "://")
		if ok {
			scheme += "://"
		} else {
			scheme = ""
		}
		address = scheme + hidden + address[i:]
	}
	return Redact(address)
}
