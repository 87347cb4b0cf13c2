// Package states starts executions of a state machine of AWS Step Functions.
package states

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// Machine is a state machine.
type Machine struct {
	client *sfn.Client
	arn    string
}

// CheckARN reports why a text is not the ARN of a state machine.
func CheckARN(arn string) error {
	if fields := strings.Split(arn, ":"); len(fields) != 7 || fields[0] != "arn" || fields[2] != "states" || fields[5] != "stateMachine" || fields[6] == "" {
		return fmt.Errorf("%q is no ARN of a state machine, such as arn:aws:states:eu-west-1:123456789012:stateMachine:batchreport", arn)
	}
	return nil
}

// New returns the state machine of an ARN, in the region that the ARN names. It asks for
// credentials as the AWS command line finds them.
func New(ctx context.Context, arn string) (*Machine, error) {
	if err := CheckARN(arn); err != nil {
		return nil, err
	}
	c, err := config.LoadDefaultConfig(ctx, config.WithRegion(strings.Split(arn, ":")[3]))
	if err != nil {
		return nil, fmt.Errorf("read the configuration of AWS: %w", err)
	}
	return &Machine{sfn.NewFromConfig(c), arn}, nil
}

// Start starts an execution of that name with an input, which becomes JSON, and returns
// its ARN. An execution of that name which has been started before is none that it starts
// again, and no error.
func (m *Machine) Start(ctx context.Context, name string, input any) (execution string, started bool, err error) {
	text, err := json.Marshal(input)
	if err != nil {
		return "", false, fmt.Errorf("write the input of the execution: %w", err)
	}
	out, err := m.client.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: &m.arn, Name: &name, Input: aws.String(string(text))})
	var exists *types.ExecutionAlreadyExists
	switch {
	case errors.As(err, &exists):
		return strings.Replace(m.arn, ":stateMachine:", ":execution:", 1) + ":" + name, false, nil
	case err != nil:
		return "", false, fmt.Errorf("start an execution of %s: %w", m.arn, err)
	}
	return aws.ToString(out.ExecutionArn), true, nil
}
