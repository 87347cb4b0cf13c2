package message

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"batchreport/schema"
)

// TestExamples checks that the example of each form is of it, and fills nothing but what
// the table says.
func TestExamples(t *testing.T) {
	t.Parallel()
	for _, f := range forms() {
		t.Run(f.find+"/"+f.kind.String(), func(t *testing.T) {
			t.Parallel()
			var m Message
			NewParser(nil).Parse(&m, []byte(f.example), Row{})
			if (f.place == anywhere) != (f.read != nil) {
				t.Errorf("it may stand in place %d, but has no reader for that", f.place)
			}
			if m.Kind != f.kind {
				t.Fatalf("%s is of kind %s, want %s", f.example, m.Kind, f.kind)
			}
			filled := 0
			for _, c := range columns(&m) {
				switch c.column {
				case schema.ResultKind, schema.ResultText, schema.ResultTemplate, schema.ResultJSON:
					continue
				}
				filled++
				if !slices.Contains(f.fills, c.column) {
					t.Errorf("%s fills %s, which the table does not say", f.example, c.column)
				}
			}
			if len(f.fills) > 0 && filled == 0 {
				t.Errorf("%s fills no column", f.example)
			}
		})
	}
}

// TestMarks checks what find relies on: a text of a form holds its mark, which has a bit.
func TestMarks(t *testing.T) {
	t.Parallel()
	for _, f := range forms() {
		if f.read == nil {
			continue
		}
		if f.find == "" || markBits[f.mark] == 0 || !strings.Contains(f.example, string(f.mark)) || !strings.Contains(f.example, f.find) {
			t.Errorf("%s: the mark %q or %q is not in %s", f.kind, f.mark, f.find, f.example)
		}
	}
}

// TestOpens checks that no message which a form may take as a whole is kept from it.
func TestOpens(t *testing.T) {
	t.Parallel()
	p := NewParser(nil)
	for c := range 256 {
		for _, rest := range []string{"", "{", "one", "rderedDict([])", "efaultdict(a, {})", "et([])", "rozenset([])"} {
			if text := string([]byte{byte(c)}) + rest; opensLiteral([]byte(text)) && p.opened[c] == 0 {
				t.Errorf("%q opens a literal, and no form takes it", text)
			}
		}
	}
	for i, f := range p.messages {
		if p.opened[f.example[0]]&(1<<i) == 0 {
			t.Errorf("%s does not open with %q", f.kind, f.example[0])
		}
	}
}

// made is a text of a form that is made of parts, with what must come of it.
type made struct {
	kind Kind
	text string
	want map[schema.Column]string
}

// maker makes random ids, codes and sentences.
type maker struct{ *rand.Rand }

func (g maker) from(letters string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = letters[g.IntN(len(letters))]
	}
	return string(b)
}

func (g maker) request() string {
	const hex = "0123456789abcdef"
	switch g.IntN(4) {
	case 0:
		return g.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 16)
	case 1:
		return g.from(hex, 8) + "-" + g.from(hex, 4) + "-" + g.from(hex, 4) + "-" + g.from(hex, 4) + "-" + g.from(hex, 12)
	case 2:
		return "tx" + g.from(hex, 21) + "-" + g.from(hex, 10) + "-" + g.from(hex, 4) + "-default"
	default:
		return g.from("0123456789ABCDEF", 16)
	}
}

func (g maker) host() string {
	return g.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 20+g.IntN(80)) + "="
}

func (g maker) code() string {
	return []string{"AccessDenied", "NoSuchKey", "SlowDown", "InternalError", "KMS.DisabledException", "InvalidObjectState", "X"}[g.IntN(7)]
}

func (g maker) operation() string {
	return []string{"GetObject", "PutObjectTagging", "CopyObject", "HeadObject", "Decrypt"}[g.IntN(5)]
}

func (g maker) sentence() string {
	return []string{"Access Denied", "The specified key does not exist.", "Please reduce your request rate.", "It's 5 o'clock, nothing works: try again", "We encountered an internal error. Please try again."}[g.IntN(5)]
}

// make makes a text of each form.
func (g maker) make() []made {
	request, host, code, operation, sentence := g.request(), g.host(), g.code(), g.operation(), g.sentence()
	status := fmt.Sprint(400 + g.IntN(200))
	attempts := 1 + g.IntN(9)
	want := func(pairs ...any) map[schema.Column]string {
		m := map[schema.Column]string{}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i].(schema.Column)] = fmt.Sprint(pairs[i+1])
		}
		return m
	}
	ids := func(pairs ...any) map[schema.Column]string {
		return want(append(pairs, schema.RequestID, request, schema.ExtendedRequestID, host, schema.ServiceStatusCode, status)...)
	}
	return []made{
		{KindSDKv1, fmt.Sprintf("%s (Service: Amazon S3; Status Code: %s; Error Code: %s; Request ID: %s; S3 Extended Request ID: %s; Proxy: null)", sentence, status, code, request, host), ids(schema.Service, "Amazon S3", schema.ServiceErrorCode, code)},
		{KindSDKv1, fmt.Sprintf("%s (Service: Amazon S3; Status Code: %s; Error Code: %s; Request ID: %s; S3 Extended Request ID: null), S3 Extended Request ID: %s", sentence, status, code, request, host), ids(schema.ServiceErrorCode, code)},
		{KindSDKv2, fmt.Sprintf("%s (Service: S3, Status Code: %s, Request ID: %s, Extended Request ID: %s) (SDK Attempt Count: %d)", sentence, status, request, host, attempts), ids(schema.Attempts, attempts)},
		{KindSDKv2, fmt.Sprintf("%s (Service: S3, Status Code: %s, Request ID: %s, Extended Request ID: %s, SDK Attempt Count: %d)", sentence, status, request, host, attempts), ids(schema.Attempts, attempts)},
		{KindBotocore, fmt.Sprintf("An error occurred (%s) when calling the %s operation (reached max retries: %d): %s", code, operation, attempts-1, sentence), want(schema.ServiceErrorCode, code, schema.Operation, operation, schema.Attempts, attempts)},
		{KindSDKGoV2, fmt.Sprintf("operation error S3: %s, exceeded maximum number of attempts, %d, https response error StatusCode: %s, RequestID: %s, HostID: %s, api error %s: %s", operation, attempts, status, request, host, code, sentence), ids(schema.Service, "S3", schema.Operation, operation, schema.ServiceErrorCode, code, schema.Attempts, attempts)},
		{KindSDKGoV1, fmt.Sprintf("%s: %s\n\tstatus code: %s, request id: %s, host id: %s", code, sentence, status, request, host), ids(schema.ServiceErrorCode, code)},
		{KindXML, fmt.Sprintf("<Error><Code>%s</Code><Message>%s</Message><RequestId>%s</RequestId><HostId>%s</HostId></Error>", code, sentence, request, host), want(schema.ServiceErrorCode, code, schema.RequestID, request, schema.ExtendedRequestID, host, schema.ResultText, sentence)},
		{KindSDKPHP, fmt.Sprintf("Error executing \"%s\" on \"https://b.s3.amazonaws.com/k\"; AWS HTTP error: Client error: `PUT https://b.s3.amazonaws.com/k` resulted in a `%s Forbidden` response:\n<?xml (truncated...)\n %s (client): %s - <Error><Code>%s</Code><RequestId>%s</RequestId><HostId>%s</HostId></Error>", operation, status, code, sentence, code, request, host), ids(schema.Operation, operation, schema.ServiceErrorCode, code, schema.ResultText, sentence)},
		{KindSDKRuby, fmt.Sprintf("Aws::S3::Errors::%s: %s", strings.ReplaceAll(code, ".", ""), sentence), want(schema.Service, "S3", schema.ServiceErrorCode, strings.ReplaceAll(code, ".", ""))},
		{KindSDKRust, fmt.Sprintf("unhandled error (%s): Error { code: %q, message: %q, aws_request_id: %q, s3_extended_request_id: %q }", code, code, sentence, request, host), want(schema.ServiceErrorCode, code, schema.RequestID, request, schema.ExtendedRequestID, host, schema.ResultText, sentence)},
	}
}

// TestAnywhere checks that whatever stands around a form, it gives back the same ids and
// codes, alone and in a Lambda's errorMessage.
func TestAnywhere(t *testing.T) {
	t.Parallel()
	prefixes := []string{"", "Exception: ", "Error: ", "java.lang.RuntimeException: ", "software.amazon.awssdk.services.s3.model.S3Exception: ", "Failed to copy a/b.jpg to c: ", "[ERROR] ", "message=\"", "(", "['", "Traceback (most recent call last):\n  File \"f.py\", line 1, in h\n    x()\nE: ", "a (b) [c] {d} <e>: ", "line\n", "\xff ", "100% of: "}
	tails := []string{"", ".", ")", "]", "\"", "')", "\n", "\n\tat a.b.C.d(E.java:12)\n\t... 3 more", "\n    at f (/x/y.js:1:2)", "\"\n (RequestToken: x, HandlerErrorCode: y)", "\n\nDuring handling of the above exception, another exception occurred:\n", " (see log)", "}", "\xff", ", and more"}
	g := maker{rand.New(rand.NewPCG(1, 12))}
	p := NewParser(nil)
	for range 6 {
		for _, f := range g.make() {
			for _, prefix := range prefixes {
				for _, tail := range tails {
					checkMade(t, p, f, prefix+f.text+tail, f.kind, tail)
				}
			}
			checkMade(t, p, f, lambdaPrefix+`{"errorMessage":`+string(appendQuoted(nil, []byte("Error: "+f.text)))+`,"errorType":"E"}`, KindLambdaError, "")
		}
		if t.Failed() {
			return
		}
	}
}

func checkMade(t *testing.T, p *Parser, f made, message string, kind Kind, tail string) {
	t.Helper()
	var m Message
	p.Parse(&m, []byte(message), Row{})
	got := columnsOf(&m)
	for column, want := range f.want {
		if column == schema.ResultText && tail != "" {
			continue // the sentence may go on
		}
		if got[column.String()] != want {
			t.Errorf("%q\n%s is %q, want %q", message, column, got[column.String()], want)
		}
	}
	if m.Kind != kind {
		t.Errorf("%q\nis %s, want %s", message, m.Kind, kind)
	}
	checkIDs(t, &m)
}

// checkIDs checks that ids and codes hold no line end, no bracket and no more than 200 bytes.
func checkIDs(t *testing.T, m *Message) {
	t.Helper()
	for _, c := range columns(m) {
		switch c.column {
		case schema.Service, schema.Operation, schema.ServiceErrorCode, schema.RequestID, schema.ExtendedRequestID, schema.LambdaRequestID, schema.DeniedAction,
			schema.ETag, schema.ChecksumAlgorithm, schema.ChecksumType, schema.ChecksumBase64, schema.ChecksumHex:
			if len(c.value) > 200 || c.value == "" || strings.ContainsAny(c.value, "\r\n()[]{}<>") {
				t.Errorf("%s is %q", c.column, c.value)
			}
		}
	}
}
