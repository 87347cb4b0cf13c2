# First make lambda, and turn on EventBridge for the bucket of the reports: aws_s3_bucket_notification with eventbridge = true; a bucket has only one.
terraform {
  required_providers { aws = { source = "hashicorp/aws", version = ">= 5.0" } }
}
variable "report_bucket" { type = string }
variable "table_bucket" { type = string }
variable "table_prefix" { default = "batch-reports" } # without slashes at its ends
variable "state_machine" { default = "" } # ARN of what batchreport deploy --engine step-functions prints, for reports too large for the function
variable "zip" { default = "../../../.bin/lambda/batchreport-lambda-arm64.zip" }
locals {
  allowed = concat([for arn in compact([var.state_machine]) : { Action = ["states:StartExecution"], Resource = [arn] }], [
    { Action = ["s3:ListBucket", "s3:ListBucketMultipartUploads"], Resource = ["arn:aws:s3:::${var.report_bucket}", "arn:aws:s3:::${var.table_bucket}"] },
    { Action = ["s3:GetObject"], Resource = ["arn:aws:s3:::${var.report_bucket}/*"] },
    { Action = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"], Resource = ["arn:aws:s3:::${var.table_bucket}/${var.table_prefix}/*"] },
    { Action = ["sqs:SendMessage"], Resource = [aws_sqs_queue.failed.arn] },
    { Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = ["${aws_cloudwatch_log_group.function.arn}:*"] },
  ])
}
resource "aws_iam_role" "function" {
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }] })
}
resource "aws_iam_role_policy" "function" {
  role   = aws_iam_role.function.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [for s in local.allowed : merge(s, { Effect = "Allow" })] })
}
resource "aws_cloudwatch_log_group" "function" { name = "/aws/lambda/batchreport" }
resource "aws_sqs_queue" "failed" { message_retention_seconds = 1209600 } # events of reports that were not converted, with the errors
resource "aws_lambda_function" "function" {
  function_name    = "batchreport"
  role             = aws_iam_role.function.arn
  filename         = var.zip
  source_code_hash = filebase64sha256(var.zip)
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = ["arm64"]
  timeout          = 900
  memory_size      = 1769 # one virtual CPU
  environment { variables = { BATCHREPORT_DEST = "s3://${var.table_bucket}/${var.table_prefix}", BATCHREPORT_STATE_MACHINE = var.state_machine } }
  depends_on = [aws_iam_role_policy.function]
}
resource "aws_lambda_function_event_invoke_config" "function" {
  function_name          = aws_lambda_function.function.function_name
  maximum_retry_attempts = 2
  destination_config {
    on_failure { destination = aws_sqs_queue.failed.arn }
  }
}
resource "aws_cloudwatch_event_rule" "report" {
  event_pattern = jsonencode({ source = ["aws.s3"], detail-type = ["Object Created"], detail = { bucket = { name = [var.report_bucket] }, object = { key = [{ suffix = "/manifest.json" }] } } })
}
resource "aws_cloudwatch_event_target" "report" {
  rule = aws_cloudwatch_event_rule.report.name
  arn  = aws_lambda_function.function.arn
}
resource "aws_lambda_permission" "report" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.function.function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.report.arn
}
