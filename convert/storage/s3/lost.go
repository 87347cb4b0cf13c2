package s3

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"

	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"batchreport/convert/storage"
)

// watch returns an option of an operation that sets lost once one of its
// attempts may have been acted upon although no answer said so. The last error
// alone does not tell: a lost answer is followed by one that was not expected.
func watch(lost *bool) func(*awss3.Options) {
	look := middleware.DeserializeMiddlewareFunc("watch", func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
		out, metadata, err := next.HandleDeserialize(ctx, in)
		if err != nil && !denied(err) {
			*lost = true
		}
		return out, metadata, err
	})
	return func(o *awss3.Options) {
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			return stack.Deserialize.Add(look, middleware.Before)
		})
	}
}

// denied reports whether err says that the request was not acted upon: S3 said
// so, or could not be reached at all.
func denied(err error) bool {
	var re *smithyhttp.ResponseError
	status := 0
	if errors.As(err, &re) {
		status = re.HTTPStatusCode() // 0 without an answer
	}
	var op *net.OpError
	unsent := errors.As(err, &op) && op.Op == "dial"
	return unsent || status >= http.StatusMultipleChoices && status < http.StatusInternalServerError
}

// unknown returns the error for a request whose answer was lost, and whose
// outcome could not be read back. Whatever kind its causes are of, it is only
// storage.ErrUnknown: nothing may be concluded from them.
func (s *Store) unknown(ctx context.Context, op, name string, err, readBack error) error {
	cause := context.Cause(ctx)
	switch {
	case cause != nil:
		cause = fmt.Errorf("%w: %w", storage.ErrUnknown, cause)
	case err == nil:
		cause = fmt.Errorf("%w: read back: %s", storage.ErrUnknown, s.short(readBack))
	default:
		cause = fmt.Errorf("%w: %s; read back: %s", storage.ErrUnknown, s.short(err), s.short(readBack))
	}
	return &storage.Error{Op: op, Name: name, Hint: "run the same command again: it finds out what became of it", Err: cause}
}

// short returns what err says, in one line that leaves out the object.
func (s *Store) short(err error) string {
	if se := (*storage.Error)(nil); errors.As(err, &se) {
		err = se.Err
	}
	return s.redact(boil(err).text)
}
