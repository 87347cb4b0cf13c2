#!/bin/bash
# Runs a plan of batchreport on AWS Batch: a job definition{{if .Plan}}, an array job that runs the
# tasks, and a job that depends on it and commits the table{{else}} for "batchreport deploy
# --engine step-functions", whose state machine submits its jobs{{end}}.
#
#   bash FILE
#
# It needs the AWS command line. The role of the jobs is what "batchreport deploy
# --policy jobs" prints. No AWS has run this: each request was checked against the types
# of the AWS SDK.
set -euo pipefail

# A job is tried again unless its exit code is the same the next time: 2 is wrong usage;
# 3 and 4 say that the table is there, but rows were rejected or --fail-on was passed; 11
# says that another run has committed the job meanwhile. Flags of batchreport can be set as variables here
# too, such as BATCHREPORT_COLUMNS.
aws batch register-job-definition --cli-input-json "$(cat <<'JSON'
{
  "jobDefinitionName": {{json .Name}},
  "type": "container",
  "platformCapabilities": ["FARGATE"],
  "containerProperties": {
    "image": {{json .Image}},
    "command": ["version"],
    "environment": [],
    "resourceRequirements": [
      {"type": "VCPU", "value": "{{.CPUs}}"},
      {"type": "MEMORY", "value": "{{.MemoryMiB}}"}
    ],
    "jobRoleArn": {{json .Role}},
    "executionRoleArn": {{json .ExecutionRole}},
    "fargatePlatformConfiguration": {"platformVersion": "LATEST"},
    "readonlyRootFilesystem": false
  },
  "retryStrategy": {
    "attempts": {{.Attempts}},
    "evaluateOnExit": [
      {"onExitCode": "2", "action": "EXIT"},
      {"onExitCode": "3", "action": "EXIT"},
      {"onExitCode": "4", "action": "EXIT"},
      {"onExitCode": "11", "action": "EXIT"},
      {"onReason": "*", "action": "RETRY"}
    ]
  },
  "timeout": {"attemptDurationSeconds": {{.Seconds}}}
}
JSON
)"
{{- if .Plan}}

# So many jobs share the tasks of the plan ({{.Tasks}}); how many run at once is said by the
# maximum of vCPUs of the queue's compute environment. An array has 2 to 10,000 jobs.
tasks=$(aws batch submit-job --query jobId --output text --cli-input-json "$(cat <<'JSON'
{
  "jobName": "{{.Name}}-tasks",
  "jobQueue": {{json .Queue}},
  "jobDefinition": {{json .Name}},
  "arrayProperties": {"size": {{.Size}}},
  "containerOverrides": {"command": {{json .TaskArgs}}}
}
JSON
)")

# The commit begins when all jobs of the array have ended well; where one has failed for
# good, it fails too. When the reason is mended, run this again: what has ended is not
# run again.
aws batch submit-job --depends-on "jobId=$tasks" --cli-input-json "$(cat <<'JSON'
{
  "jobName": "{{.Name}}-commit",
  "jobQueue": {{json .Queue}},
  "jobDefinition": {{json .Name}},
  "containerOverrides": {"command": {{json .CommitArgs}}}
}
JSON
)"
{{- end}}
