package s3

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"

	"batchreport/convert/storage"
)

// hint returns what the user can do about a failure; empty if we do not know.
func (s *Store) hint(op, name string, err error, f *failure) string {
	bucket, _, _ := split(name)
	switch f.code {
	case "":
		return s.connectionHint(err, f)
	case "AccessDenied", "Forbidden", "AllAccessDisabled":
		return s.permissionHint(op, name, f.text)
	case "NoSuchBucket":
		return "check the bucket's name, and the endpoint, region and profile in use"
	case "ExpiredToken", "RequestExpired", "TokenRefreshRequired", "InvalidToken":
		return "the credentials have expired: get new ones, for example with `aws sso login`"
	case "InvalidAccessKeyId":
		return "the access key is not known there: check profile, environment and endpoint"
	case "SignatureDoesNotMatch":
		return "the secret key does not fit the access key, or a proxy changed the request"
	case "RequestTimeTooSkewed":
		return "set this machine's clock"
	case "PermanentRedirect", "MovedPermanently", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException":
		return "the bucket " + bucket + " is in another region: give that region"
	case "SlowDown", "ServiceUnavailable", "InternalError", "TooManyRequests":
		return "S3 is busy: run the same command again later"
	case "InvalidObjectState":
		return "the object is archived: restore it first"
	}
	if strings.HasPrefix(f.code, "KMS.") {
		return "check that the KMS key is enabled, and in the bucket's region"
	}
	return ""
}

// permissionHint names what must be allowed
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html).
func (s *Store) permissionHint(op, name, text string) string {
	bucket, key, _ := split(name)
	arn := "arn:aws:s3:::" + bucket + "/" + key
	hint := ""
	switch op {
	case "list":
		hint = "allow s3:ListBucket on arn:aws:s3:::" + bucket
	case "list uploads":
		hint = "allow s3:ListBucketMultipartUploads on arn:aws:s3:::" + bucket
	case "check":
		hint = "allow s3:ListMultipartUploadParts on " + arn
	case "stat", "read":
		hint = fmt.Sprintf("allow s3:GetObject on %s; without s3:ListBucket on its bucket a missing object is denied too", arn)
	case "write", "publish":
		hint = "allow s3:PutObject on " + arn
	case "discard":
		hint = "allow s3:AbortMultipartUpload on " + arn
	case "delete":
		hint = "allow s3:DeleteObject on " + arn
	}
	if strings.Contains(text, "kms:") {
		hint = "allow kms:Decrypt and kms:GenerateDataKey on the KMS key"
	}
	if s.opts.ExpectedBucketOwner != "" {
		hint += "; or the bucket's owner is not " + s.opts.ExpectedBucketOwner
	}
	return hint
}

// connectionHint is for failures without an answer.
func (s *Store) connectionHint(err error, f *failure) string {
	endpoint := "AWS"
	if url := s.client.Options().BaseEndpoint; url != nil {
		endpoint = storage.RedactURL(*url)
	}
	var dns *net.DNSError
	switch {
	case errors.Is(f, fs.ErrPermission):
		return "set AWS_PROFILE, or log in with `aws configure` or `aws sso login`; public buckets need --no-sign-request"
	case errors.Is(err, storage.ErrConflict):
		return "run the same command again"
	case isProxyError(err):
		return "the proxy that HTTPS_PROXY or HTTP_PROXY names does not answer: check these variables, and NO_PROXY"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens there: check the endpoint " + endpoint
	case errors.As(err, &dns):
		if endpoint != "AWS" && !s.opts.PathStyle {
			return "check the endpoint " + endpoint + "; many need --path-style"
		}
		return "check the network, the region and the bucket's name"
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return "check the network: nothing came from " + endpoint + " for a minute"
	}
	return ""
}

// isProxyError reports whether a connection failed on the way to a proxy.
func isProxyError(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "proxyconnect"
}
