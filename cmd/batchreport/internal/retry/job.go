package retry

import (
	"strings"

	"batchreport/cmd/batchreport/internal/human"
	"batchreport/cmd/batchreport/internal/shell"
	"batchreport/convert"
	"batchreport/convert/storage"
)

// What stands in a job's description for what retry does not know.
const (
	accountHere   = "ACCOUNT_ID"
	operationHere = "OPERATION"
	roleHere      = "ROLE_ARN"
	bucketHere    = "BUCKET"
	keyHere       = "KEY"
	reportHere    = "REPORT_BUCKET"
)

// jobRequest is the request that creates a job, as aws s3control create-job takes it by
// --cli-input-json:
// https://docs.aws.amazon.com/cli/latest/reference/s3control/create-job.html
type jobRequest struct {
	AccountID            string              `json:"AccountId"`
	ConfirmationRequired bool                `json:"ConfirmationRequired"`
	Operation            map[string]struct{} `json:"Operation"`
	Report               jobReport           `json:"Report"`
	Manifest             jobManifest         `json:"Manifest"`
	Description          string              `json:"Description"`
	Priority             int                 `json:"Priority"`
	RoleARN              string              `json:"RoleArn"`
}

// jobReport asks for the report of all tasks: what succeeds in this job is not to be run
// a third time.
type jobReport struct {
	Bucket      string `json:"Bucket"`
	Prefix      string `json:"Prefix,omitempty"`
	Format      string `json:"Format"`
	Enabled     bool   `json:"Enabled"`
	ReportScope string `json:"ReportScope"`
}

type jobManifest struct {
	Spec struct {
		Format string   `json:"Format"`
		Fields []string `json:"Fields"`
	} `json:"Spec"`
	Location struct {
		ObjectARN string `json:"ObjectArn"`
		ETag      string `json:"ETag"`
	} `json:"Location"`
}

// newJobRequest returns the request that creates a job of a manifest. Of a manifest on the
// local disk it names the place in S3 as BUCKET and KEY, and the ETag is that of an object
// with these bytes that is put there in one request.
func newJobRequest(m convert.JobManifest, reports, partition string) jobRequest {
	r := jobRequest{
		AccountID: accountHere, ConfirmationRequired: true, Operation: map[string]struct{}{operationHere: {}},
		Description: "retry of what failed", Priority: 10, RoleARN: roleHere,
		Report: jobReport{Format: "Report_CSV_20180820", Enabled: true, ReportScope: "AllTasks"},
	}
	arn := "arn:" + partition + ":s3:::"
	r.Report.Bucket = arn + reportHere
	if place, ok := strings.CutPrefix(reports, "s3://"); ok {
		bucket, prefix, _ := strings.Cut(place, "/")
		r.Report.Bucket, r.Report.Prefix = arn+bucket, strings.TrimSuffix(prefix, "/")
	}
	r.Manifest.Spec.Format, r.Manifest.Spec.Fields = "S3BatchOperations_CSV_20180820", []string{"Bucket", "Key"}
	if m.Versions {
		r.Manifest.Spec.Fields = append(r.Manifest.Spec.Fields, "VersionId")
	}
	r.Manifest.Location.ObjectARN, r.Manifest.Location.ETag = arn+bucketHere+"/"+keyHere, m.MD5
	if place, ok := strings.CutPrefix(m.Name, "s3://"); ok {
		r.Manifest.Location.ObjectARN, r.Manifest.Location.ETag = arn+place, m.ETag
	}
	return r
}

// command returns the line of a shell that creates the job.
func (r *jobRequest) command() string {
	return strings.Join([]string{
		"aws s3control create-job", "--account-id", r.AccountID,
		"--operation", shell.Quoted(human.JSON(r.Operation)),
		"--manifest", shell.Quoted(human.JSON(r.Manifest)),
		"--report", shell.Quoted(human.JSON(r.Report)),
		"--description", shell.Quoted(r.Description), "--priority 10", "--role-arn", r.RoleARN, "--confirmation-required",
	}, " ")
}

// uploadCommand returns the line of a shell that puts a manifest of the local disk to S3;
// it is empty where the manifest is there.
func uploadCommand(m convert.JobManifest) string {
	if storage.IsS3(m.Name) {
		return ""
	}
	name := m.Name
	if strings.HasPrefix(name, "-") {
		name = "./" + name
	}
	return "aws s3api put-object --bucket " + bucketHere + " --key " + keyHere + " --body " + shell.Quoted(name)
}
