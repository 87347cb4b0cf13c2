// Command aws stands for the AWS command line in tests, for the two commands that
// batchreport deploy prints:
//
//	aws batch register-job-definition --cli-input-json JSON
//	aws batch submit-job [--query jobId --output text] [--depends-on jobId=ID] --cli-input-json JSON
//
// It reads JSON into the types of the AWS SDK, refuses members that they do not have, and
// sends the request by the SDK's client, which checks what is required, to
// AWS_ENDPOINT_URL.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/batch"
	"github.com/aws/aws-sdk-go-v2/service/batch/types"
)

func main() {
	id, err := run(context.Background(), os.Args[1:])
	if err == nil {
		_, err = fmt.Fprintln(os.Stdout, id)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "aws:", err)
		os.Exit(1)
	}
}

// run runs a command line, and returns what it prints.
func run(ctx context.Context, args []string) (string, error) {
	if len(args) < 2 || args[0] != "batch" || len(args)%2 != 0 {
		return "", fmt.Errorf("unexpected command %q", args)
	}
	flags := map[string]string{}
	for i := 2; i < len(args); i += 2 {
		flags[args[i]] = args[i+1]
	}
	client := batch.New(batch.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(os.Getenv("AWS_ENDPOINT_URL")), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
	input := flags["--cli-input-json"]
	switch args[1] {
	case "register-job-definition":
		var in batch.RegisterJobDefinitionInput
		if err := decode(input, &in); err != nil {
			return "", err
		}
		if err := checkDefinition(&in); err != nil {
			return "", err
		}
		out, err := client.RegisterJobDefinition(ctx, &in)
		if err != nil {
			return "", err
		}
		return aws.ToString(out.JobDefinitionArn), nil
	case "submit-job":
		var in batch.SubmitJobInput
		if err := decode(input, &in); err != nil {
			return "", err
		}
		if on, ok := strings.CutPrefix(flags["--depends-on"], "jobId="); ok {
			in.DependsOn = []types.JobDependency{{JobId: &on}}
		}
		if in.ArrayProperties != nil {
			if n := aws.ToInt32(in.ArrayProperties.Size); n < 2 || n > 10_000 {
				return "", fmt.Errorf("an array has 2 to 10,000 jobs, not %d", n)
			}
		}
		out, err := client.SubmitJob(ctx, &in)
		if err != nil {
			return "", err
		}
		return aws.ToString(out.JobId), nil
	}
	return "", fmt.Errorf("unexpected command %q", args)
}

// decode reads JSON, without members that the type does not have.
func decode(text string, to any) error {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.DisallowUnknownFields()
	return d.Decode(to)
}

// checkDefinition reports a word that is none of those that the service takes: to the
// SDK they are strings.
func checkDefinition(in *batch.RegisterJobDefinitionInput) error {
	var errs []error
	known := func(what, word string, is bool) {
		if !is {
			errs = append(errs, fmt.Errorf("%s: %q is no value", what, word))
		}
	}
	known("type", string(in.Type), has(in.Type.Values(), in.Type))
	for _, p := range in.PlatformCapabilities {
		known("platformCapabilities", string(p), has(p.Values(), p))
	}
	for _, r := range in.ContainerProperties.ResourceRequirements {
		known("resourceRequirements", string(r.Type), has(r.Type.Values(), r.Type))
	}
	if in.RetryStrategy != nil {
		if n := len(in.RetryStrategy.EvaluateOnExit); n > 5 {
			errs = append(errs, fmt.Errorf("evaluateOnExit has up to 5 rules, not %d", n))
		}
		for _, e := range in.RetryStrategy.EvaluateOnExit {
			known("evaluateOnExit", string(e.Action), has(e.Action.Values(), e.Action))
		}
	}
	return errors.Join(errs...)
}

func has[T comparable](all []T, one T) bool {
	for _, v := range all {
		if v == one {
			return true
		}
	}
	return false
}
