package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"batchreport/convert/storage"
)

// failed returns err as a *storage.Error, nil for nil: what S3 said in one line,
// without the SDK's account of its layers. A cancelled context's cause goes first.
func (s *Store) failed(ctx context.Context, op, name string, err error) error {
	if err == nil {
		return nil
	}
	if se := (*storage.Error)(nil); errors.As(err, &se) {
		return err
	}
	if cause := context.Cause(ctx); cause != nil {
		return &storage.Error{Op: op, Name: name, Err: cause}
	}
	cause := boil(err)
	cause.text = s.redact(cause.text)
	return &storage.Error{Op: op, Name: name, Hint: s.hint(op, name, err, cause), Err: cause}
}

// redact takes out of a message what must not be read there: the SDK quotes the
// endpoint, also where it cannot be parsed.
func (s *Store) redact(text string) string {
	if s.client != nil {
		if url := s.client.Options().BaseEndpoint; url != nil && strings.Contains(*url, "@") {
			user := (*url)[:strings.LastIndexByte(*url, '@')]
			if _, after, ok := strings.Cut(user, "://"); ok {
				user = after
			}
			text = strings.ReplaceAll(text, user, "***")
		}
	}
	return storage.Redact(text)
}

// failure is a failed request, boiled down.
type failure struct {
	code string // of S3; empty where no answer came
	text string
	kind error // fs.ErrNotExist, fs.ErrPermission or nil
	err  error // the SDK's, but never io.EOF
}

func (f *failure) Error() string { return f.text }

func (f *failure) Unwrap() []error {
	if f.kind == nil {
		return []error{f.err}
	}
	return []error{f.kind, f.err}
}

// boil makes one line of an error of the SDK.
func boil(err error) *failure {
	f := &failure{err: err}
	if errors.Is(err, io.EOF) {
		f.err = io.ErrUnexpectedEOF // no answer came: to a reader io.EOF would be the end of the object
	}
	var api smithy.APIError
	var sent *url.Error
	var garbled *smithy.DeserializationError
	var operation *smithy.OperationError
	_, reason, nobody := strings.Cut(err.Error(), noCredentials)
	switch {
	case nobody:
		// The reasons of all sources, and the requests that some of them made.
		// What a process prints that should print credentials may hold some.
		if before, _, quoted := strings.Cut(reason, processOutput); quoted {
			reason = before + "the output of credential_process is not the JSON that is expected"
		}
		reason, _, _ = strings.Cut(reason, ", operation error")
		f.text, f.kind = "no AWS credentials: "+reason, fs.ErrPermission
	case errors.As(err, &api):
		f.code = api.ErrorCode()
		f.text = f.code
		if m := api.ErrorMessage(); m != "" && m != f.code && m != "UnknownError" {
			f.text += ": " + m
		}
		var re *awshttp.ResponseError
		status := 0
		if errors.As(err, &re) {
			status = re.HTTPStatusCode()
			if id := re.ServiceRequestID(); id != "" {
				f.text += " (request " + id + ")"
			}
		}
		f.kind = kind(f.code, status)
	case errors.As(err, &sent):
		f.text = sent.Err.Error() // what it says of the URL, the name says too
	case errors.As(err, &garbled):
		f.text = fmt.Sprintf("read the answer: %v", garbled.Err)
	case errors.As(err, &operation):
		f.text = operation.Err.Error()
	default:
		f.text = err.Error()
	}
	var many *retry.MaxAttemptsError
	if errors.As(err, &many) && many.Attempt > 1 {
		f.text += fmt.Sprintf(", %d times", many.Attempt)
	}
	f.text = strings.Join(strings.Fields(f.text), " ")
	return f
}

// absent reports whether an error of the SDK says that something is missing.
func absent(err error) bool { return errors.Is(boil(err), fs.ErrNotExist) }

// noCredentials is what the SDK says before the reasons of each of its sources.
const noCredentials = "get credentials: "

// processOutput is what the SDK says before the whole output of a credential_process
// that it cannot parse.
const processOutput = "parse failed of process output: "

// kind tells what callers act upon. Codes go before the status: some stores
// answer an unknown access key with 404. A bucket that is missing says nothing of
// what was in it, for stores lose sight of one for a while: that is just an error.
func kind(code string, status int) error {
	switch code {
	case "NoSuchKey", "NoSuchUpload", "NotFound":
		return fs.ErrNotExist
	case "AccessDenied", "AllAccessDisabled", "ExpiredToken", "Forbidden", "InvalidAccessKeyId",
		"InvalidToken", "RequestExpired", "RequestTimeTooSkewed", "SignatureDoesNotMatch", "TokenRefreshRequired":
		return fs.ErrPermission
	case "InvalidObjectState": // 403, but it is archived, not forbidden
		return nil
	}
	if status == http.StatusForbidden || status == http.StatusUnauthorized {
		return fs.ErrPermission
	}
	return nil
}
