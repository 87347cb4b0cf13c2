package s3

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"batchreport/convert/storage"
)

// connect makes the client of the SDK, and the HTTP client under it.
func connect(ctx context.Context, opts Options, p pace) (*awss3.Client, *http.Client, error) {
	cfg, err := config.LoadDefaultConfig(ctx,
		config.WithRegion(opts.Region),
		config.WithSharedConfigProfile(opts.Profile),
		config.WithLogger(logging.Nop{}), // it would write to standard error
	)
	if err != nil {
		if text := storage.Redact(err.Error()); text != err.Error() {
			err = errors.New(text)
		}
		return nil, nil, fmt.Errorf("load AWS configuration: %w", err)
	}
	if cfg.Region == "" {
		cfg.Region = "us-east-1" // as the AWS command line does; do finds the bucket's own
	}
	if opts.NoSignRequest {
		cfg.Credentials = aws.AnonymousCredentials{}
	}
	attempts := p.attempts
	if cfg.RetryMaxAttempts > 0 {
		attempts = cfg.RetryMaxAttempts
	}
	cfg.RetryMaxAttempts = 0
	cfg.Retryer = func() aws.Retryer {
		retryer := retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts = attempts
			o.MaxBackoff = p.pause
			// The SDK's quota of retries is the process's: a long run with many
			// requests would fail for failures that each were overcome.
			o.RateLimiter = ratelimit.None
			o.Retryables = append(o.Retryables, retry.IsErrorRetryableFunc(garbled), retry.IsErrorRetryableFunc(busy))
		})
		return loggedRetryer{retryer, opts.Log}
	}
	transport := newHTTPClient(cfg, opts, p)
	client := awss3.NewFromConfig(cfg, func(o *awss3.Options) {
		o.HTTPClient = transport
		if opts.EndpointURL != "" {
			o.BaseEndpoint = &opts.EndpointURL
		}
		o.UsePathStyle = opts.PathStyle
		// Objects made of parts and ranges have no checksum to check: no news.
		o.DisableLogOutputChecksumValidationSkipped = true
		if custom(o.BaseEndpoint) {
			// Many stores refuse the checksums that the SDK sends by default.
			request, response := chosenChecksums(cfg)
			o.RequestChecksumCalculation = cmp.Or(request, aws.RequestChecksumCalculationWhenRequired)
			o.ResponseChecksumValidation = cmp.Or(response, aws.ResponseChecksumValidationWhenRequired)
		}
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			return stack.Build.Add(headers{opts}, middleware.After)
		})
	})
	return client, transport, nil
}

// garbled says that an answer that was cut or changed on its way, so that nothing
// can be made of it, is asked for again.
func garbled(err error) aws.Ternary {
	if d := (*smithy.DeserializationError)(nil); errors.As(err, &d) {
		return aws.TrueTernary
	}
	return aws.UnknownTernary
}

// busy says that a write that met another one under way is repeated, as S3 asks.
func busy(err error) aws.Ternary {
	if inProgress(err) {
		return aws.TrueTernary
	}
	return aws.UnknownTernary
}

// custom reports whether an endpoint is not AWS': its private endpoints are.
func custom(endpoint *string) bool {
	if endpoint == nil {
		return false
	}
	u, err := url.Parse(*endpoint)
	if err != nil {
		return true
	}
	host := u.Hostname()
	return !strings.HasSuffix(host, ".amazonaws.com") && !strings.HasSuffix(host, ".amazonaws.com.cn")
}

// chosenChecksums returns what the environment or the profile says of checksums,
// 0 where they say nothing. The configuration itself does not tell what was
// chosen from what is the default.
func chosenChecksums(cfg aws.Config) (request aws.RequestChecksumCalculation, response aws.ResponseChecksumValidation) {
	// The environment comes first, as it should.
	for _, source := range cfg.ConfigSources {
		switch c := source.(type) {
		case config.EnvConfig:
			request, response = cmp.Or(request, c.RequestChecksumCalculation), cmp.Or(response, c.ResponseChecksumValidation)
		case config.SharedConfig:
			request, response = cmp.Or(request, c.RequestChecksumCalculation), cmp.Or(response, c.ResponseChecksumValidation)
		}
	}
	return request, response
}

// headers adds to every request what the options ask for. All operations take
// the first two headers; encryption and storage class are for those that begin
// an object.
type headers struct{ opts Options }

func (headers) ID() string { return "batchreport" }

func (h headers) HandleBuild(ctx context.Context, in middleware.BuildInput, next middleware.BuildHandler) (middleware.BuildOutput, middleware.Metadata, error) {
	req, ok := in.Request.(*smithyhttp.Request)
	if !ok {
		return middleware.BuildOutput{}, middleware.Metadata{}, fmt.Errorf("unexpected request %T", in.Request)
	}
	set := func(name, value string) {
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	if h.opts.RequesterPays {
		set("X-Amz-Request-Payer", "requester")
	}
	set("X-Amz-Expected-Bucket-Owner", h.opts.ExpectedBucketOwner)
	switch awsmiddleware.GetOperationName(ctx) {
	case "PutObject", "CreateMultipartUpload":
		set("X-Amz-Server-Side-Encryption", h.opts.SSE)
		set("X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id", h.opts.SSEKMSKeyID)
		set("X-Amz-Storage-Class", h.opts.StorageClass)
	}
	return next.HandleBuild(ctx, in)
}

// newHTTPClient returns an HTTP client that notices stalls.
func newHTTPClient(cfg aws.Config, opts Options, p pace) *http.Client {
	// The configuration brings one along where it names a CA bundle.
	b, ok := cfg.HTTPClient.(*awshttp.BuildableClient)
	if !ok {
		b = awshttp.NewBuildableClient()
	}
	tr := b.GetTransport()
	tr.DialContext = dialer(b.GetDialer(), p.stall)
	// Uploads, small requests and reads at a time: the SDK keeps 10, and dials for the others.
	tr.MaxIdleConnsPerHost = 8*uploads + int(min(opts.ReadAhead/pieceSize, 1<<10))
	// Under HTTP/2 one connection carries many transfers, so that a stalled one
	// hides behind the others; S3 itself speaks HTTP/1.1 only.
	tr.Protocols = new(http.Protocols)
	tr.Protocols.SetHTTP1(true)
	return &http.Client{
		Transport: tr,
		// A redirect to another region needs another signature: see do.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
