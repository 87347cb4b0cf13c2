package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

const (
	jobA = "job-4f8a2c61-9d3e-4b7a-8c15-0e6f7a9b1c2d"
	jobB = "job-5a9b3d72-ae4f-4c8b-9d26-1f708bac2d3e"
)

// bridged is the event of EventBridge that an object was created.
func bridged(bucket, key string) string {
	return `{"version":"0","id":"17793124-05d4-b198-2fde-7ededc63b103","detail-type":"Object Created","source":"aws.s3",
		"account":"111122223333","time":"2021-11-12T00:00:00Z","region":"eu-west-1","resources":["arn:aws:s3:::` + bucket + `"],
		"detail":{"version":"0","bucket":{"name":"` + bucket + `"},"object":{"key":` + inString(key) + `,"size":5,"etag":"b1946ac92492d2347c6235b4d2611184",
		"version-id":"IYV3p45BT0ac8hjHg1houSdS1a.Mro8e","sequencer":"617f08299329d189"},"request-id":"N4N7GDK58NMKJ12R",
		"requester":"123456789012","source-ip-address":"1.2.3.4","reason":"PutObject"}}`
}

// notified is a notification of S3 of several objects, whose keys are encoded.
func notified(bucket string, encodedKeys ...string) string {
	var records []string
	for _, key := range encodedKeys {
		records = append(records, `{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"eu-west-1","eventTime":"1970-01-01T00:00:00.000Z",
			"eventName":"ObjectCreated:Put","userIdentity":{"principalId":"AIDAJDPLRKLG7UEXAMPLE"},"requestParameters":{"sourceIPAddress":"127.0.0.1"},
			"responseElements":{"x-amz-request-id":"C3D13FE58DE4C810"},"s3":{"s3SchemaVersion":"1.0","configurationId":"reports",
			"bucket":{"name":"`+bucket+`","ownerIdentity":{"principalId":"A3NL1KOZZKExample"},"arn":"arn:aws:s3:::`+bucket+`"},
			"object":{"key":`+inString(key)+`,"size":1024,"eTag":"d41d8cd98f00b204e9800998ecf8427e","sequencer":"0055AED6DCD90281E5"}}}`)
	}
	return `{"Records":[` + strings.Join(records, ",") + `]}`
}

// inString returns an event as the string that a queue or a topic hands on.
func inString(event string) string {
	text, err := json.Marshal(event)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func TestParseEvent(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		event     string
		manifests []string
		ignored   string // part of the only sentence
		err       string
	}{
		{name: "EventBridge", event: bridged("b", "reports//"+jobA+"/manifest.json"), manifests: []string{"s3://b/reports//" + jobA + "/manifest.json"}},
		{name: "EventBridge, no encoding", event: bridged("b", "a+b %2B é/"+jobA+"/manifest.json"), manifests: []string{"s3://b/a+b %2B é/" + jobA + "/manifest.json"}},
		{name: "no prefix", event: bridged("b", jobA+"/manifest.json"), manifests: []string{"s3://b/" + jobA + "/manifest.json"}},
		{name: "notification", event: notified("b", "a%2Bb+%252B+%C3%A9/"+jobA+"/manifest.json"), manifests: []string{"s3://b/a+b %2B é/" + jobA + "/manifest.json"}},
		{
			name: "several, one twice", event: notified("b", jobA+"/manifest.json", jobB+"/manifest.json", jobA+"/manifest.json"),
			manifests: []string{"s3://b/" + jobA + "/manifest.json", "s3://b/" + jobB + "/manifest.json"},
		},
		{
			name: "a pipe", event: "[" + bridged("b", jobA+"/manifest.json") + "," + bridged("b", jobB+"/manifest.json") + "]",
			manifests: []string{"s3://b/" + jobA + "/manifest.json", "s3://b/" + jobB + "/manifest.json"},
		},
		{
			name: "a queue", event: `{"Records":[{"messageId":"1","eventSource":"aws:sqs","body":` + inString(notified("b", jobA+"/manifest.json")) + `}]}`,
			manifests: []string{"s3://b/" + jobA + "/manifest.json"},
		},
		{
			name: "a topic", event: `{"Records":[{"EventVersion":"1.0","EventSource":"aws:sns","Sns":{"Type":"Notification","Message":` + inString(bridged("b", jobA+"/manifest.json")) + `}}]}`,
			manifests: []string{"s3://b/" + jobA + "/manifest.json"},
		},
		{
			name: "a topic before a queue", event: `{"Records":[{"eventSource":"aws:sqs","body":` + inString(`{"Type":"Notification","Message":`+inString(notified("b", jobA+"/manifest.json"))+`}`) + `}]}`,
			manifests: []string{"s3://b/" + jobA + "/manifest.json"},
		},

		{name: "a result file", event: bridged("b", jobA+"/results/0.csv"), ignored: "results/0.csv is no manifest of a report"},
		{name: "the checksum", event: notified("b", jobA+"/manifest.json.md5"), ignored: "manifest.json.md5 is no manifest of a report"},
		{name: "an inventory", event: notified("b", "inventory/2024-01-01T00-00Z/manifest.json"), ignored: "is no manifest of a report"},
		{name: "another folder below", event: bridged("b", jobA+"/old/manifest.json"), ignored: "is no manifest of a report"},
		{name: "deleted", event: strings.Replace(notified("b", jobA+"/manifest.json"), "ObjectCreated:Put", "ObjectRemoved:Delete", 1), ignored: "ObjectRemoved:Delete"},
		{name: "deleted, EventBridge", event: strings.Replace(bridged("b", jobA+"/manifest.json"), "Object Created", "Object Deleted", 1), ignored: "Object Deleted of aws.s3"},
		{name: "a schedule", event: `{"detail-type":"Scheduled Event","source":"aws.events","detail":"none"}`, ignored: "Scheduled Event of aws.events"},
		{name: "a test", event: `{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2014-10-13T15:57:02.089Z","Bucket":"b","RequestId":"5582815E1AEA5ADF"}`, ignored: "tests"},
		{name: "none", event: `{"Records":[]}`},

		{name: "something else", event: `{"a":1}`, err: "neither an event of EventBridge nor a notification of S3"},
		{name: "null", event: `null`, err: "neither"},
		{name: "no JSON", event: `{`, err: "unexpected end"},
		{name: "a number", event: `1`, err: "cannot unmarshal"},
		{name: "another service", event: `{"Records":[{"eventSource":"aws:dynamodb"}]}`, err: "a record is of aws:dynamodb"},
		{name: "a bad escape", event: notified("b", jobA+"%/manifest.json"), err: "decode key"},
		{name: "no key", event: bridged("b", ""), err: "names no object"},
		{name: "no bucket", event: bridged("", jobA+"/manifest.json"), err: "names no object"},
		{name: "no detail", event: `{"detail-type":"Object Created","source":"aws.s3"}`, err: "unexpected end"},
		{name: "nested without end", event: strings.Repeat("[", 100_000), err: "exceeded max depth"},
		{name: "nested", event: strings.Repeat("[", 100) + strings.Repeat("]", 100), err: "nested too deeply"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a, err := parseEvent([]byte(test.event))
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Fatalf("error is %v; want one with %q", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(a.manifests, test.manifests) {
				t.Errorf("manifests are %q; want %q", a.manifests, test.manifests)
			}
			if got := strings.Join(a.ignored, "\n"); (got == "") != (test.ignored == "") || !strings.Contains(got, test.ignored) {
				t.Errorf("ignored are %q; want one with %q", got, test.ignored)
			}
		})
	}
}
