package deploy

import (
	"errors"
	"path"
	"regexp"
	"strings"

	"batchreport/cmd/batchreport/internal/human"
)

// JobName accepts what all engines take for a name, with room for -commit behind it and
// for what they add themselves.
func JobName(to *string) func(string) error {
	pattern := regexp.MustCompile(`^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$`)
	return func(text string) error {
		if !pattern.MatchString(text) {
			return errors.New("not a name of up to 40 small letters, digits and hyphens that begins with a letter")
		}
		*to = text
		return nil
	}
}

// Volume accepts a claim, and the path at which it is mounted.
func Volume(claim, mount *string) func(string) error {
	return func(text string) error {
		name, at, ok := strings.Cut(text, ":")
		if !ok || name == "" || !path.IsAbs(at) || path.Clean(at) == "/" || strings.Contains(at, ":") {
			return errors.New("not CLAIM:PATH, such as reports:/data")
		}
		*claim, *mount = name, path.Clean(at)
		return nil
	}
}

// statesArray returns, as JSON, an intrinsic function of the Amazon States Language that
// makes an array of words. What begins with a $ or is a function itself is computed.
func statesArray(words ...any) string {
	var args []string
	for _, word := range words {
		switch word := word.(type) {
		case string:
			args = append(args, word)
		case []string:
			args = append(args, word...)
		}
	}
	for i, arg := range args {
		if !strings.HasPrefix(arg, "$.") && !strings.HasPrefix(arg, "States.") {
			args[i] = "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, `{`, `\{`, `}`, `\}`).Replace(arg) + "'"
		}
	}
	return human.JSON("States.Array(" + strings.Join(args, ", ") + ")")
}

// CheckPlans checks the folder of a state machine's plans. What an intrinsic function of
// the Amazon States Language would not take as it is, is not taken here either.
func CheckPlans(folder string) error {
	if !regexp.MustCompile(`^s3://[a-z0-9.-]+(/[A-Za-z0-9!_.*()=-]+)*/?$`).MatchString(folder) {
		return errors.New("--plans: not a folder such as s3://my-bucket/plans, of letters, digits and !_.*()=- only")
	}
	return nil
}
