package message

import (
	"strings"
	"testing"
)

// TestMemory checks that what a parser remembers of one message, keys and
// templates, changes nothing of the next.
func TestMemory(t *testing.T) {
	t.Parallel()
	messages := append([]string{
		`{"ETag": "a", "VersionId": "b", "ResponseMetadata": {"RequestId": "c", "ETag": "d"}}`,
		`{"ResponseMetadata": {"ETag": "d", "RequestId": "c"}, "VersionId": "b", "ETag": "a"}`,
		`{"ETag" : "a" ,"VersionId":"b", "other": {"ETag": "e"}, "CopyObjectResult": {"ETag": "f"}}`,
		`{"ETag": "a", "ETag": "b", "ETag"`,
		`{'ETag': 'a', u'VersionId': 'b', 'ResponseMetadata': {'RequestId': 'c', 'ETag': 'd'}}`,
		`{u'ETag': 'a', 'VersionId': b'b', 'E' 'Tag': 'c', 'other': {'ETag': 'e'}}`,
		`{'\x45Tag': 'a', 1: 'b', ('ETag', 'a'): 'c', 'a"b': 'd'}`,
		`{"\u0045Tag": "a", "RequestId": "` + strings.Repeat("x", 100) + `"}`,
		`{` + strings.Repeat(`"k": "v", `, 50) + `"ETag": "a"}`,
		`{"` + strings.Repeat("k", 100) + `": "v", "ETag": "a"}`,
		`Lambda returned function error: {"errorMessage": "m", "cause": {"errorMessage": "n", "errorType": "t"}}`,
		`Lambda returned function error: {"errorMessage": "Access Denied", "errorType": "t", "cause": {"cause": {}}}`,
		"the key awsexamplebucket1 of awsexamplebucket1",
		"the key awsexamplebucket2 of awsexamplebucket2",
	}, messageSeeds...)
	for _, c := range benchMessages {
		messages = append(messages, c.message)
	}
	fresh := make([]string, len(messages))
	for i, message := range messages {
		var m Message
		NewParser(nil).Parse(&m, []byte(message), benchRow)
		fresh[i] = describe(&m)
	}
	p := NewParser(nil)
	for i, before := range messages {
		for k, message := range messages {
			var m Message
			p.Parse(&m, []byte(before), Row{Bucket: []byte("Denied")})
			if p.Parse(&m, []byte(message), benchRow); describe(&m) != fresh[k] {
				t.Errorf("%q\nbehind %q\n%s\nalone\n%s", message, messages[i], describe(&m), fresh[k])
			}
		}
	}
}
