package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"batchreport/convert/storage"
	"batchreport/schema"
)

// machine is the state machine of Step Functions that converts reports which are too large
// for the function: the one that batchreport deploy --engine step-functions prints. It has
// settings of its own.
type machine struct {
	arn    string
	client *sfn.Client
}

// newMachine returns the state machine of that name; nil where there is none.
func newMachine(ctx context.Context, arn string) (*machine, error) {
	if arn == "" {
		return nil, nil
	}
	c, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("configure Step Functions: %w", err)
	}
	return &machine{arn, sfn.NewFromConfig(c)}, nil
}

// machineARN matches the ARN of a state machine, with a version or an alias or without.
var machineARN = regexp.MustCompile(`^arn:aws[\w-]*:states:[\w-]+:\d{12}:stateMachine:[\w-]+(:[\w.-]+)?$`)

// setMachine takes an ARN of a state machine.
func (s *settings) setMachine(text string) error {
	if !machineARN.MatchString(text) {
		return fmt.Errorf("%s is no ARN of a state machine, such as arn:aws:states:us-east-1:123456789012:stateMachine:batchreport", storage.Shown(text))
	}
	s.machine = text
	return nil
}

// start has the machine convert the report of a manifest, and returns the ARN of the
// execution. An invocation of the function that Lambda tries again starts no second one,
// since the name of the execution is that of the job and the invocation.
func (m *machine) start(ctx context.Context, manifest, dest string) (string, error) {
	input, err := json.Marshal(map[string]string{"source": manifest, "dest": dest})
	if err != nil {
		return "", err
	}
	name, _ := schema.SplitJob(manifest)
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		name += "-" + lc.AwsRequestID
	}
	started, err := m.client.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: &m.arn, Name: &name, Input: aws.String(string(input))})
	var before *types.ExecutionAlreadyExists
	if errors.As(err, &before) {
		machine := strings.Join(strings.SplitN(m.arn, ":", 8)[:7], ":") // without version and alias
		return strings.Replace(machine, ":stateMachine:", ":execution:", 1) + ":" + name, nil
	}
	if err != nil {
		return "", fmt.Errorf("start an execution of %s: %w", m.arn, err)
	}
	return *started.ExecutionArn, nil
}
