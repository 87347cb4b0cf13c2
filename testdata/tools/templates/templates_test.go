package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var provider = flag.String("provider", "", "`FOLDER` of the npm package @cdktf/provider-aws")

// TestTemplates checks the files that create the Lambda function, and that each of many
// mistakes in them is found.
func TestTemplates(t *testing.T) {
	const folder = "../../../cmd/batchreport-lambda/deploy"
	for _, name := range []string{"template.yaml", "main.tf"} {
		if findings := check(filepath.Join(folder, name), *provider); len(findings) > 0 {
			t.Errorf("%s: %s", name, strings.Join(findings, "\n"))
		}
		data, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		if lines := strings.Count(string(data), "\n"); lines > 60 {
			t.Errorf("%s has %d lines, and is to be read at a glance", name, lines)
		}
	}
	tests := []struct{ file, old, wrong, want string }{
		{"template.yaml", "MemorySize: 1769", "MemorySize: much", "MemorySize"},
		{"template.yaml", "Timeout:", "TimeOut:", "'TimeOut' not allowed"},
		{"template.yaml", "AWS::SQS::Queue", "AWS::SQS::Que", `"AWS::SQS::Que", which SAM does not have`},
		{"template.yaml", "MessageRetentionPeriod:", "RetentionPeriod:", "'RetentionPeriod' not allowed"},
		{"template.yaml", "!GetAtt Failed.Arn", "!GetAtt Dead.Arn", "Dead is referred to"},
		{"template.yaml", "s3://${TableBucket}", "s3://${Table}", "Table is referred to"},
		{"template.yaml", "!Ref ReportBucket", "!Ref Reports", "Reports is referred to"},
		{"template.yaml", "EphemeralStorage: {Size: 1024}", "EphemeralStorage: 1024", "EphemeralStorage"},
		{"template.yaml", "  Function:\n", "\tFunction:\n", "yaml"},
		{"template.yaml", "Transform: AWS::Serverless-2016-10-31", "", "no template of SAM"},
		{"main.tf", "memory_size ", "memory ", "no attribute memory"},
		{"main.tf", "timeout          = 900", `timeout          = "long"`, "a number is required"},
		{"main.tf", "  role             = aws_iam_role.function.arn\n", "", "the attribute role is missing"},
		{"main.tf", "aws_iam_role.function.arn", "aws_iam_role.lambda.arn", "aws_iam_role.lambda is declared nowhere"},
		{"main.tf", "aws_sqs_queue.failed.arn", "aws_sqs_queue.failed.address", "aws_sqs_queue has no attribute address"},
		{"main.tf", "filename         = var.zip", "filename         = var.archive", "var.archive is declared nowhere"},
		{"main.tf", "  environment {", "  env {", "no block env"},
		{"main.tf", "    on_failure {", "    failure {", "no block failure"},
		{"main.tf", "environment { variables", "environment { values", "no attribute values"},
		{"main.tf", `resource "aws_lambda_permission"`, `resource "aws_lambda_permit"`, "no resource aws_lambda_permit"},
		{"main.tf", `resource "aws_lambda_permission"`, `resorce "aws_lambda_permission"`, "a block resorce is not known"},
		{"main.tf", "local.allowed", "local.statements", "local.statements is declared nowhere"},
		{"main.tf", "locals {", "locals", "Argument or block definition required"},
	}
	for _, test := range tests {
		t.Run(test.wrong, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(folder, test.file))
			if err != nil {
				t.Fatal(err)
			}
			wrong := strings.Replace(string(data), test.old, test.wrong, 1)
			if wrong == string(data) {
				t.Fatalf("%s has no %q", test.file, test.old)
			}
			name := filepath.Join(t.TempDir(), test.file)
			if err := os.WriteFile(name, []byte(wrong), 0o666); err != nil {
				t.Fatal(err)
			}
			if findings := strings.Join(check(name, *provider), "\n"); !strings.Contains(findings, test.want) {
				t.Errorf("findings are\n%s\nwant one with %q", findings, test.want)
			}
		})
	}
}
