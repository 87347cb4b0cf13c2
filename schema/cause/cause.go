package cause

import (
	"bytes"
	_ "embed" // the rules
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Failure is a row that failed, or a group of them: the values of its columns, empty
// where they are null.
type Failure struct {
	ErrorCode         string
	HTTPStatusCode    string
	Service           string
	ServiceErrorCode  string
	ServiceStatusCode string
	DeniedAction      string
	ErrorType         string
	Template          string // result_template
}

// Rule explains failures.
type Rule struct {
	// Name is what the cause is called. Another version of the rules has it for the same.
	Name string `json:"name"`

	// What the rule takes: failures that have one of each list that is not empty or, if
	// Any says so, one of any list. Codes, Actions and Types may begin or end in a *,
	// which stands for any text, and * alone for any that is not empty.
	Codes     []string `json:"codes,omitempty"`     // of error_code, of service_error_code, or of a service_status_code without one
	Actions   []string `json:"actions,omitempty"`   // of denied_action, by how it begins
	Types     []string `json:"types,omitempty"`     // of error_type
	Templates []string `json:"templates,omitempty"` // parts of result_template, in lower case
	Any       bool     `json:"any,omitempty"`

	// Cause and Remedy are sentences, in which {action}, {code} and {type} stand for what
	// a failure has: see Text.
	Cause  string `json:"cause"`
	Remedy string `json:"remedy"`
	// Retryable says that the same task can succeed when it is run again and nothing else
	// is done. Where it is false, the remedy comes first.
	Retryable bool `json:"retryable"`
}

//go:embed rules.json
var source []byte

type table struct {
	Version int    `json:"version"`
	Rules   []Rule `json:"rules"`
}

// load parses the rules.
var load = sync.OnceValues(func() (t table, err error) {
	d := json.NewDecoder(bytes.NewReader(source))
	d.DisallowUnknownFields()
	if err := d.Decode(&t); err != nil {
		return table{}, fmt.Errorf("parse rules of causes: %w", err)
	}
	if t.Version < 1 || len(t.Rules) == 0 {
		return table{}, errors.New("parse rules of causes: there are none")
	}
	return t, nil
})

// Version returns the version of the rules.
func Version() int {
	t, _ := load() // a test makes sure that it can be parsed
	return t.Version
}

// Rules returns all rules, in the order in which they are tried.
func Rules() []Rule {
	t, _ := load()
	return slices.Clone(t.Rules)
}

// Find returns the rule that explains a failure; nil if none does.
func Find(f Failure) *Rule {
	t, _ := load()
	f.Template = strings.ToLower(f.Template)
	for i := range t.Rules {
		if t.Rules[i].takes(&f) {
			return &t.Rules[i]
		}
	}
	return nil
}

// takes reports whether the rule explains a failure, whose template is in lower case.
func (r *Rule) takes(f *Failure) bool {
	has, wanted := 0, 0
	count := func(patterns []string, match func(string) bool) {
		if len(patterns) > 0 {
			wanted++
		}
		if slices.ContainsFunc(patterns, match) {
			has++
		}
	}
	count(r.Codes, func(p string) bool { return matches(p, f.ErrorCode) || matches(p, f.code()) })
	count(r.Actions, func(p string) bool {
		return matches(p, f.DeniedAction) || p != "*" && strings.HasPrefix(f.DeniedAction, p)
	})
	count(r.Types, func(p string) bool { return matches(p, f.ErrorType) })
	count(r.Templates, func(p string) bool { return strings.Contains(f.Template, p) })
	return has > 0 && (r.Any || has == wanted)
}

// code returns the code of the service, or the status where it gave no code.
func (f *Failure) code() string {
	if f.ServiceErrorCode != "" {
		return f.ServiceErrorCode
	}
	return f.ServiceStatusCode
}

// matches reports whether a text is one that a pattern stands for.
func matches(pattern, text string) bool {
	if text == "" {
		return false
	}
	if end, ok := strings.CutPrefix(pattern, "*"); ok {
		return strings.HasSuffix(text, end)
	}
	if begin, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(text, begin)
	}
	return text == pattern
}

// Text returns the sentences of the cause and of the remedy for a failure.
func (r *Rule) Text(f Failure) (cause, remedy string) {
	code := f.code()
	if code == "" || f.ErrorCode != "" && f.ErrorCode != "PermanentFailure" && f.ErrorCode != "TemporaryFailure" {
		code = f.ErrorCode
	}
	action := f.DeniedAction
	if action == "" {
		action = "what the message names"
	}
	values := strings.NewReplacer("{action}", action, "{code}", code, "{type}", f.ErrorType)
	return values.Replace(r.Cause), values.Replace(r.Remedy)
}
