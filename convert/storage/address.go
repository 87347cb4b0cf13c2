package storage

import (
	"fmt"
	"net/url"
	"runtime"
	"slices"
	"strings"
)

// AddressError says that what a user gave for an address is none. Taken for a path
// it would be a folder that nobody looks for.
type AddressError struct {
	Role   string // what it was given for: "SOURCE", "DEST", "--plan"
	Text   string // what was given
	Reason string // empty where Text is wrong as a whole
	Hint   string // what the user can do; may be empty
}

// Error names the role, the address and what is wrong with it.
func (e *AddressError) Error() string {
	if e.Reason != "" {
		return fmt.Sprintf("%s %s %s", e.Role, Shown(e.Text), e.Reason)
	}
	return fmt.Sprintf("%s %s is neither a path nor an address that is known: s3://bucket/key or file:///path", e.Role, Shown(e.Text))
}

// ParseAddress returns the name that a user gave for a role, or an *AddressError: a
// path, s3://bucket/key, or Stdio, all taken verbatim, or file:///path, which
// becomes a path. What looks like an address of another kind is an error, for it
// would name a local folder. A folder that really is called so is named with ./
// before it.
func ParseAddress(role, text string) (string, error) {
	wrong := func(reason, hint string) (string, error) {
		if hint == "" {
			hint = "a folder that is called so is named ./" + Shown(text)
		}
		return "", &AddressError{role, text, reason, hint}
	}
	scheme, rest := splitScheme(text)
	// A shell takes these away; a configuration file or an environment may not.
	if bare := strings.TrimLeft(text, " \t\r\n\"'`<\u00a0\ufeff"); bare != text {
		if s, _ := splitScheme(bare); s != "" || isHome(bare) {
			return wrong("begins with a space or a quote", "")
		}
	}
	switch strings.ToLower(scheme) {
	case "":
	case "s3":
		bucket, ok := strings.CutPrefix(rest, "//")
		bucket, _, _ = strings.Cut(bucket, "/")
		switch {
		case scheme != "s3" || !ok:
			return wrong("", "an object of S3 is named s3://bucket/key; a folder that is called so ./"+Shown(text))
		case bucket == "":
			return "", &AddressError{role, text, "has no bucket", "an object of S3 is named s3://bucket/key"}
		case strings.HasSuffix(bucket, ":"):
			return "", &AddressError{role, text, "has another address where its bucket is to be", "an object of S3 is named s3://bucket/key"}
		}
	case "s3a", "s3n":
		return wrong("", "an object of S3 is named s3://bucket/key; a folder that is called so ./"+Shown(text))
	case "file":
		return filePath(role, text, rest)
	case "arn":
		return wrong("is an ARN", "an object of S3 is named s3://bucket/key; a folder that is called so ./"+Shown(text))
	case "http", "https":
		return wrong("is an address of the web", "an object of S3 is named s3://bucket/key, and another server by --endpoint-url; a folder that is called so ./"+Shown(text))
	default:
		return wrong("", "")
	}
	if isHome(text) {
		return wrong("begins with ~, which only a shell takes for the home folder", "without quotes the shell puts the home folder there; a folder that is called so is named ./"+Shown(text))
	}
	if strings.HasPrefix(text, "s3//") {
		return wrong("lacks a colon", "an object of S3 is named s3://bucket/key")
	}
	return text, nil
}

// otherSchemes are schemes of other stores: a colon alone tells them, for what
// cleans a path makes one slash of two.
var otherSchemes = []string{"s3a", "s3n", "gs", "gcs", "abfs", "abfss", "wasb", "wasbs", "adl", "hdfs", "viewfs", "http", "https", "ftp", "sftp", "dbfs"}

// splitScheme returns the scheme of what looks like an address, as it is spelled,
// and what follows its colon; the scheme is empty where text looks like a path. A
// colon makes no address by itself: run:1/a.csv is a path.
func splitScheme(text string) (scheme, rest string) {
	before, after, ok := strings.Cut(text, ":")
	if !ok || before == "" || strings.ContainsFunc(before, func(r rune) bool { return !isSchemeByte(r) }) {
		return "", ""
	}
	switch lower := strings.ToLower(before); {
	case strings.HasPrefix(after, "//"), lower == "s3", lower == "arn", slices.Contains(otherSchemes, lower):
		return before, after
	case lower == "file" && strings.HasPrefix(after, "/"):
		return before, after
	case runtime.GOOS != "windows" && len(before) == 1 && before[0] >= 'A' && strings.HasPrefix(after, `\`):
		return before, after // a drive of another system
	}
	return "", ""
}

func isSchemeByte(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '+' || r == '-' || r == '.'
}

// isHome reports whether a shell would put a home folder, of the user or of one who is
// named, in place of a name's beginning. A name alone, such as ~x, is that of a file.
func isHome(text string) bool {
	if text == "~" {
		return true
	}
	user, isBelow := strings.CutPrefix(text, "~")
	user, _, hasSlash := strings.Cut(user, "/")
	return isBelow && hasSlash && !strings.ContainsFunc(user, func(r rune) bool { return !isSchemeByte(r) && r != '_' })
}

// filePath returns the path that a file: address names; rest follows its colon.
func filePath(role, text, rest string) (string, error) {
	wrong := func(reason string) (string, error) {
		return "", &AddressError{role, text, reason, "file:///path names the path /path"}
	}
	if after, ok := strings.CutPrefix(rest, "//"); ok {
		host, _, _ := strings.Cut(after, "/")
		if host != "" && !strings.EqualFold(host, "localhost") {
			return wrong("names another machine, " + Shown(host))
		}
		rest = after[len(host):]
	}
	path, err := url.PathUnescape(rest)
	switch {
	case err != nil:
		return wrong("has a % that two hexadecimal digits do not follow")
	case path == "" || strings.ContainsRune(path, 0):
		return wrong("has no path")
	}
	return path, nil
}

// ParsePath is ParseAddress for what can only be a path.
func ParsePath(role, text string) (string, error) {
	name, err := ParseAddress(role, text)
	if err == nil && IsS3(name) {
		err = &AddressError{role, text, "is an address of S3, and must be a local path", ""}
	}
	return name, err
}
