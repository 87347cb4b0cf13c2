package message

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode/utf8"

	"batchreport/schema"
)

// messageSeeds holds a message of every form.
var messageSeeds = []string{
	"", "Successful", "Object versionID is invalid",
	`Lambda returned function error: {"errorMessage":"2019-04-05T17:35:21.155Z 2845ca0d-38d9-4c4b-abcf-379dc749c452 Task timed out after 3.00 seconds"}`,
	`Lambda returned function error: {"errorMessage":"RequestId: 2845ca0d-38d9-4c4b-abcf-379dc749c452 Error: x","stackTrace":[["f",1],"g\n"],"cause":{"errorMessage":"m"}}`,
	`Lambda returned function error: {"errorMessage":"","stackTrace":[""]}`,
	`Lambda returned function error: {"stackTrace":[[x`,
	`error details: {"failureMessage":"Task 2845ca0d-38d9-4c4b-abcf-379dc749c452 Key not found", "errorCode": "404"}`,
	`a (Service: Amazon S3; Status Code: 403; Error Code: E; Request ID: X; S3 Extended Request ID: Y; Proxy: null), S3 Extended Request ID: Y`,
	`a (Service: S3, Status Code: 404, Request ID: X, Extended Request ID: Y) (SDK Attempt Count: 1)`,
	`An error occurred (SlowDown) when calling the X operation (reached max retries: 4): y`,
	`{"checksum_base64":"bS9TOQ\u003d\u003d","ETag":"\"e\"","n":[1.5e-3,true,null]}`,
	`"{\"ETag\":\"a\"}"`,
	`{u'ETag': '"e"', 'LastModified': datetime.datetime(2019, 4, 5, 17, 35, 39, tzinfo=tzlocal()), 1L: (1,), 'b': b'\xff'}`,
	`OrderedDict([('a', {1, (2,)}), (None, defaultdict(<class 'int'>, {frozenset({1}): Decimal('1.5')}))])`,
	`['a' "b", nan, (1-2j), set([1]), <f <g>>, P(x=')'), ..., '\N{X}\ud83d\ude00\777']`,
}

func FuzzMessage(f *testing.F) {
	for _, s := range append(messageSeeds, lookalikes...) {
		f.Add([]byte(s), []byte("bucket"), []byte("a/key"))
	}
	for _, form := range forms() {
		f.Add([]byte(form.example), []byte("bucket"), []byte("a/key"))
	}
	for _, c := range messageCases(f) {
		f.Add([]byte(c.Message), []byte("bucket"), []byte("a/key"))
	}
	f.Fuzz(func(t *testing.T, msg, bucket, key []byte) {
		before := bytes.Clone(msg)
		var m, again Message
		p := NewParser(nil)
		row := Row{Bucket: bucket, Key: key}
		p.Parse(&m, msg, row)
		got := describe(&m)
		checkMessage(t, &m, msg)

		NewParser(func(c schema.Column) bool { return c == schema.ResultKind }).Parse(&again, msg, row)
		if again.Template != nil || again.Kind == KindPython && again.JSON != nil {
			t.Error("filled what nobody wants")
		}
		again.Template, again.StackTrace = m.Template, m.StackTrace
		again.OccurredAt, again.LastModified = m.OccurredAt, m.LastModified
		if again.Kind == KindPython {
			again.JSON = m.JSON
		}
		if other := describe(&again); other != got {
			t.Errorf("without template and JSON\n%s\nwith\n%s", other, got)
		}

		var untouched Message
		NewParser(func(c schema.Column) bool { return c == schema.ResultMessage || c == schema.Key }).Parse(&untouched, msg, row)
		if other := describe(&untouched); other != describe(&Message{}) {
			t.Errorf("split for nobody: %s", other)
		}

		// Nothing of one message may stay for the next.
		p.Parse(&again, []byte(messageSeeds[4]), Row{})
		p.Parse(&again, msg, row)
		if other := describe(&again); other != got {
			t.Errorf("first\n%s\nagain\n%s", got, other)
		}
		if !bytes.Equal(msg, before) {
			t.Error("message changed")
		}
	})
}

func checkMessage(t *testing.T, m *Message, msg []byte) {
	t.Helper()
	checkIDs(t, m)
	if (m.Kind == KindEmpty) != (len(msg) == 0) {
		t.Errorf("kind %s", m.Kind)
	}
	if (m.Kind == KindText || m.Kind == KindStatus) && !bytes.Equal(m.Text, msg) {
		t.Errorf("text %q", m.Text)
	}
	if m.JSON != nil && !json.Valid(m.JSON) && len(msg) < 10000 {
		t.Errorf("%q is not JSON", m.JSON)
	}
	if (m.Template == nil) != (m.Text == nil) {
		t.Errorf("template %q of %q", m.Template, m.Text)
	}
	if utf8.Valid(msg) && !utf8.Valid(m.JSON) {
		t.Errorf("%q is not UTF-8", m.JSON)
	}
	if p := m.Kind.Prefix(); p != "" && p+string(m.JSON) != string(msg) {
		t.Errorf("%s: message is not %q and %q", m.Kind, p, m.JSON)
	}
}

// FuzzJSON checks that a literal is JSON where encoding/json says so, and that
// strings decode to the same.
func FuzzJSON(f *testing.F) {
	for _, s := range append(messageSeeds, `[]`, `{}`, `[1,]`, `{"a":1,}`, `[01]`, `[-]`, `[1.]`, `[1e]`, "[\"\x01\"]", `["\u12x4"]`, `["\ud800\u0041"]`, `["\/"]`) {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p := NewParser(nil)
		p.m = &Message{}
		// Deeper than 10,000 encoding/json gives up.
		if got, want := p.walk.json(data, scopeTop) && len(p.walk.notFinite) == 0, json.Valid(data); got != want && len(data) < 10000 {
			t.Fatalf("valid %v, encoding/json says %v", got, want)
		}
		var want struct{ Text string }
		object := append(append([]byte(`{"Text":`), data...), '}')
		if json.Unmarshal(object, &want) != nil || !utf8.Valid(data) {
			return
		}
		if got, ok := p.walk.quoted(data); ok && string(got) != want.Text {
			t.Errorf("got %q, encoding/json says %q", got, want.Text)
		}
	})
}

func FuzzPython(f *testing.F) {
	for _, s := range messageSeeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p := NewParser(nil)
		p.m = &Message{}
		if p.walk.python(data, scopeTop, true) && !json.Valid(p.walk.out) && len(data) < 10000 {
			t.Errorf("%q is not JSON", p.walk.out)
		}
	})
}

func FuzzTemplate(f *testing.F) {
	f.Add([]byte("Task 2845ca0d-38d9-4c4b-abcf-379dc749c452 of s3://b/k at 2019-04-05T17:35:21.155Z: 3.00"), []byte("b"), []byte("k"), []byte("v"))
	f.Fuzz(func(t *testing.T, text, bucket, key, version []byte) {
		row := Row{bucket, key, version}
		got := appendTemplate(nil, text, row)
		if utf8.Valid(text) && utf8.Valid(bucket) && utf8.Valid(key) && utf8.Valid(version) && !utf8.Valid(got) {
			t.Errorf("%q is not UTF-8", got)
		}
		if len(text) > 0 && len(got) == 0 {
			t.Errorf("nothing is left of %q", text)
		}
	})
}
