package deploy

import (
	"slices"
	"strings"

	"batchreport/cmd/batchreport/internal/human"
	"batchreport/convert/storage"
)

// The roles that have policies.
const (
	JobsPolicy    = "jobs"
	MachinePolicy = "state-machine"
)

// statement is a statement of an IAM policy, which allows actions.
type statement struct{ actions, resources []string }

// renderPolicy returns an IAM policy.
func (d *deployment) renderPolicy() string {
	statements := d.machineStatements
	if d.set.Policy == JobsPolicy {
		statements = d.jobStatements
	}
	var lines []string
	for _, s := range statements() {
		lines = append(lines, "    "+s.String())
	}
	return "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n" + strings.Join(lines, ",\n") + "\n  ]\n}\n"
}

// String returns the statement as a line of JSON.
func (s statement) String() string {
	list := func(texts []string) string {
		var quoted []string
		for _, text := range texts {
			quoted = append(quoted, human.JSON(text))
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	}
	return `{"Effect": "Allow", "Action": ` + list(s.actions) + `, "Resource": ` + list(s.resources) + "}"
}

// jobStatements allow what plan, task, commit and abort do on S3: they list the buckets,
// read reports, and write the table.
func (d *deployment) jobStatements() []statement {
	var buckets, read []string
	folders := map[string]string{} // of reports, by bucket
	add := func(name string) (bucket, key string, ok bool) {
		if !storage.IsS3(name) {
			return "", "", false
		}
		bucket, key, _ = strings.Cut(strings.TrimPrefix(name, "s3://"), "/")
		if arn := "arn:aws:s3:::" + bucket; !slices.Contains(buckets, arn) {
			buckets = append(buckets, arn)
		}
		return bucket, key, true
	}
	for _, path := range d.paths[min(1, len(d.paths)):] {
		if bucket, key, ok := add(path); ok {
			folder := key
			if d.set.Plan == "" && !isFileName(key) {
				folder = folderPrefix(key)
			}
			if before, ok := folders[bucket]; ok {
				folder = commonPrefix(before, key)
			}
			folders[bucket] = folder
		}
	}
	for _, arn := range buckets {
		bucket := strings.TrimPrefix(arn, "arn:aws:s3:::")
		folder := folders[bucket]
		read = append(read, arn+"/"+folder[:strings.LastIndexByte(folder, '/')+1]+"*")
	}
	if bucket, key, ok := add(d.set.Plan); ok {
		read = append(read, "arn:aws:s3:::"+bucket+"/"+key+"*")
	}
	var written []string
	table := []string{"s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"}
	if bucket, key, ok := add(d.set.Dest); ok {
		written = append(written, "arn:aws:s3:::"+bucket+"/"+folderPrefix(key)+"*")
	}
	var all []statement
	allow := func(actions, resources []string) {
		if len(resources) > 0 {
			all = append(all, statement{actions, resources})
		}
	}
	allow([]string{"s3:ListBucket", "s3:ListBucketMultipartUploads"}, buckets)
	allow([]string{"s3:GetObject"}, read)
	allow(table, written)
	if d.set.Plans != "" {
		allow([]string{"s3:GetObject", "s3:PutObject"}, []string{"arn:aws:s3:::" + d.PlansBucket() + "/" + d.PlansPrefix() + "*"})
	}
	if strings.HasPrefix(d.set.S3.SSE, "aws:kms") {
		allow([]string{"kms:Decrypt", "kms:GenerateDataKey"}, []string{d.or(d.set.S3.SSEKMSKeyID, "sse-kms-key-id", "ARN of the key")})
	}
	return all
}

// machineStatements allow what the state machine does: it submits jobs, waits for them
// by a rule of EventBridge, and reads what plan has found.
func (d *deployment) machineStatements() []statement {
	const any = "arn:aws:batch:*:*:"
	queue := d.or(d.set.Queue, "queue", "job queue of AWS Batch")
	if !strings.HasPrefix(queue, "arn:") {
		queue = any + "job-queue/" + queue
	}
	return []statement{
		{[]string{"batch:SubmitJob"}, []string{queue, any + "job-definition/" + d.set.Name, any + "job-definition/" + d.set.Name + ":*"}},
		{[]string{"batch:DescribeJobs", "batch:TerminateJob"}, []string{"*"}},
		{[]string{"events:PutTargets", "events:PutRule", "events:DescribeRule"}, []string{"arn:aws:events:*:*:rule/StepFunctionsGetEventsForBatchJobsRule"}},
		{[]string{"s3:GetObject"}, []string{"arn:aws:s3:::" + d.PlansBucket() + "/" + d.PlansPrefix() + "*/result.json"}},
	}
}

// isFileName reports whether a key that is named as a SOURCE is that of a manifest or of
// result files, and no folder.
func isFileName(key string) bool {
	name := key[strings.LastIndexByte(key, '/')+1:]
	return strings.HasSuffix(name, ".json") || strings.Contains(name, ".csv")
}

// commonPrefix returns what two keys begin with.
func commonPrefix(a, b string) string {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return a[:n]
}

// folderPrefix returns what the keys in a folder begin with.
func folderPrefix(key string) string {
	if key = strings.TrimSuffix(key, "/"); key == "" {
		return ""
	}
	return key + "/"
}
