package schema

import (
	"strconv"
	"strings"
	"testing"
)

// joined returns the fields as a report has them.
func joined(r *Record, comma string) string {
	status := ""
	if r.HTTPStatusCode.Valid {
		status = strconv.Itoa(int(r.HTTPStatusCode.Value))
	}
	return strings.Join([]string{
		string(r.Bucket), string(r.Key), string(r.VersionID), string(r.TaskStatus),
		status, string(r.ErrorCode), string(r.ResultMessage),
	}, comma)
}

func TestSplit(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, data, want string // fields joined by |, or the error
	}{
		{"plain", "b,k,v,succeeded,200,,Successful\r\n", "b|k|v|succeeded|200||Successful"},
		{"line feed", "b,k,v,succeeded,200,,\n", "b|k|v|succeeded|200||"},
		{"no line end", "b,k,,failed,403,AccessDenied,x", "b|k||failed|403|AccessDenied|x"},
		{"quoted message", `b,k,,failed,200,P,"a, ""b"""`, `b|k||failed|200|P|a, "b"`},
		{"quoted key", `b,"k,""1""",,failed,200,P,m`, `b|k,"1"||failed|200|P|m`},
		{"line break in key and message", "b,\"k\n1\",,failed,200,P,\"m\r\nn\"\r\n", "b|k\n1||failed|200|P|m\r\nn"},
		{
			"uneven quotes, as AWS writes them", `b,k,,failed,200,P,"error details: {""failureMessage"":"Task 1 ", ""errorCode"": "404"}"`,
			`b|k||failed|200|P|error details: {"failureMessage":"Task 1 ", "errorCode": "404"}`,
		},
		{"commas without quotes", "b,k,,failed,200,P,a, b, c", "b|k||failed|200|P|a, b, c"},
		{"quoted in part", `b,k,,failed,200,P,"a" b`, `b|k||failed|200|P|"a" b`},
		{"one quote", `b,k,,failed,200,P,"`, `b|k||failed|200|P|"`},
		{"upper case", "b,k,,Succeeded,200,,", "b|k||succeeded|200||"},
		{"six columns", "b,k,failed,400,InvalidRequest,m", "6 columns instead of 7"},
		{"one column", "b", "1 column instead of 7"},
		{"empty", "", "1 column instead of 7"},
		{"text after a quote", `b,"k"x,,failed,200,P,m`, "text follows the closing quote of a column"},
		{"quote to the end", `b,"k`, "2 columns instead of 7"},
		{"closed at the end", `b,"k"`, "2 columns instead of 7"},
		{"row after a CR", "b,k,,failed,200,P,m\rb,l,,failed,200,P,m\n", "a row follows after a lone CR: lines have to end in LF or CRLF"},
		{"row after a later CR", "b,k,,failed,200,P,\"m\rx\rb,l,,failed,P,404,m\ry", "a row follows after a lone CR: lines have to end in LF or CRLF"},
		{"row after a CR, quoted by halves", "b,k,,failed,200,P,\"m\"x\rb,l,,failed,200,P,m\"", "a row follows after a lone CR: lines have to end in LF or CRLF"},
		{"row after a CR in quotes", "b,k,,failed,200,P,\"m\"\"\rb,l,,failed,200,P,m\"\n", "b|k||failed|200|P|m\"\rb,l,,failed,200,P,m"},
		{"text after a CR", "b,k,,failed,200,P,m\rb,l\n", "b|k||failed|200|P|m\rb,l"},
		{"status", "b,k,,done,200,P,m", `TaskStatus "done" is neither succeeded nor failed`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var r Record
			got := ""
			if err := r.Split([]byte(tt.data), OrderUnknown); err != nil {
				got = err.Error()
			} else {
				got = joined(&r, "|")
			}
			if got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

const rewritten = "the file was rewritten by a program that has words for what is missing, or takes its columns for floats"

func TestOrder(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, fifth, sixth string
		file               Order
		status             Int
		code               string
		err                string
	}{
		{"observed", "403", "AccessDenied", OrderDeclared, Int{403, true}, "AccessDenied", ""},
		{"declared", "AccessDenied", "403", OrderObserved, Int{403, true}, "AccessDenied", ""},
		{"quoted", `"Access,Denied"`, `"403"`, OrderObserved, Int{403, true}, "Access,Denied", ""},
		{"no code", "200", "", OrderDeclared, Int{200, true}, "", ""},
		{"no code, declared", "", "200", OrderObserved, Int{200, true}, "", ""},
		{"no status", "", "InternalError", OrderDeclared, Int{}, "InternalError", ""},
		{"no status, declared", "InternalError", "", OrderObserved, Int{}, "InternalError", ""},
		{"both numeric", "404", "403", OrderUnknown, Int{404, true}, "403", ""},
		{"both numeric in a declared file", "404", "403", OrderDeclared, Int{403, true}, "404", ""},
		{"both empty", "", "", OrderDeclared, Int{}, "", ""},
		{"600 is no status", "600", "500", OrderUnknown, Int{500, true}, "600", ""},
		{"zero", "0", "x", OrderUnknown, Int{0, true}, "x", ""},
		{"zero and no code", "0", "", OrderUnknown, Int{0, true}, "", ""},
		{"zero and no code, declared", "", "0", OrderDeclared, Int{0, true}, "", ""},
		{"a float", "200.0", "", OrderUnknown, Int{}, "", `HTTPStatusCode "200.0" is not a whole number: ` + rewritten},
		{"a float, declared", "", "200.0", OrderDeclared, Int{}, "", `HTTPStatusCode "200.0" is not a whole number: ` + rewritten},
		{"a float and a code", "404.0", "NoSuchKey", OrderUnknown, Int{}, "", `HTTPStatusCode "404.0" is not a whole number: ` + rewritten},
		{"a code and a float", "NoSuchKey", "404.0", OrderUnknown, Int{}, "", `HTTPStatusCode "NoSuchKey" is not a number`},
		{"a float and nan", "200.0", "nan", OrderUnknown, Int{}, "", `HTTPStatusCode "200.0" is not a whole number: ` + rewritten},
		{"nan and nothing", "nan", "", OrderUnknown, Int{}, "", `HTTPStatusCode "nan" is not a whole number: ` + rewritten},
		{"status and nan", "200", "nan", OrderUnknown, Int{}, "", `ErrorCode "nan" of a row that succeeded: ` + rewritten},
		{"status and NaN, declared", "NaN", "200", OrderUnknown, Int{}, "", `ErrorCode "NaN" of a row that succeeded: ` + rewritten},
		{"status and what pandas has for nothing", "200", "<NA>", OrderUnknown, Int{}, "", `ErrorCode "<NA>" of a row that succeeded: ` + rewritten},
		{"status and None", "200", "None", OrderUnknown, Int{}, "", `ErrorCode "None" of a row that succeeded: ` + rewritten},
		{"status and NULL", "200", "NULL", OrderUnknown, Int{}, "", `ErrorCode "NULL" of a row that succeeded: ` + rewritten},
		{"status and what Hive has for nothing", "200", `\N`, OrderUnknown, Int{}, "", `ErrorCode "\\N" of a row that succeeded: ` + rewritten},
		{"status and a word that only begins so", "200", "NullPointer", OrderUnknown, Int{200, true}, "NullPointer", ""},
		{"status and a float", "200", "0.0", OrderUnknown, Int{}, "", `ErrorCode "0.0" of a row that succeeded: ` + rewritten},
		{"exponent", "2e2", "", OrderUnknown, Int{}, "", `HTTPStatusCode "2e2" is not a whole number: ` + rewritten},
		{"any code of what failed", "400", "NaN", OrderUnknown, Int{400, true}, "NaN", ""},
		{"a code that begins as a number", "200", "3DSecure.0", OrderUnknown, Int{200, true}, "3DSecure.0", ""},
		{"neither", "a", "b", OrderUnknown, Int{}, "", `HTTPStatusCode "a" is not a number`},
		{"leading zero", "007", "b", OrderUnknown, Int{}, "", `HTTPStatusCode "007" is not a number`},
		{"too large", "99999999999", "b", OrderUnknown, Int{}, "", `HTTPStatusCode "99999999999" is not a number`},
		{"long", strings.Repeat("x", 50), "b", OrderUnknown, Int{}, "", `HTTPStatusCode "` + strings.Repeat("x", 40) + `"… is not a number`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			status := "failed"
			if strings.HasPrefix(tt.err, "ErrorCode") {
				status = "succeeded"
			}
			data := []byte("b,k,," + status + "," + tt.fifth + "," + tt.sixth + `,"a ""b"" c"`)
			before := string(data)
			var r Record
			if err := r.Split(data, tt.file); err != nil {
				if err.Error() != tt.err {
					t.Errorf("error %v, want %q", err, tt.err)
				}
				if string(data) != before {
					t.Error("the record was changed though it was not split")
				}
				return
			}
			if tt.err != "" || r.HTTPStatusCode != tt.status || string(r.ErrorCode) != tt.code {
				t.Errorf("status %v, code %q; want %v, %q, error %q", r.HTTPStatusCode, r.ErrorCode, tt.status, tt.code, tt.err)
			}
		})
	}
}

func TestFirstOrder(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, data string
		want       Order
	}{
		{"none", "", OrderUnknown},
		{"undecided", "b,k,,failed,404,403,m\n", OrderUnknown},
		{"second row decides", "b,k,,failed,404,403,m\nb,k,,failed,Denied,403,m\nb,k,,failed,403,Denied,m", OrderDeclared},
		{"unreadable rows do not count", "b\nb,k,,failed,403,Denied,m\n", OrderObserved},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			data := []byte(tt.data)
			if got := FirstOrder(data); got != tt.want {
				t.Errorf("FirstOrder = %d, want %d", got, tt.want)
			}
			if string(data) != tt.data {
				t.Error("FirstOrder changed its input")
			}
		})
	}
}

// FuzzRecord checks that a block is taken apart into the records it was made of, and
// that a record without quotes holds all its bytes.
func FuzzRecord(f *testing.F) {
	f.Add([]byte("b,k,v,succeeded,200,,Successful\r\n\"a\nb\"\nc"))
	f.Add([]byte(`b,k,,failed,200,P,"error details: {""a"":"b ", ""c"": "404"}"` + "\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		end := 0
		extents := Extents(nil, data, false)
		last := lastEnd(extents)
		if again := lastEnd(Extents(nil, data, true)); again < last || again > len(data) {
			t.Fatalf("records end at %d, and at %d where nothing follows", last, again)
		}
		for _, e := range extents {
			n, lone := RecordEnd(data[end:last])
			if end += n; end != e.End || lone != e.Lone {
				t.Fatalf("a record ends at %d, lone %t, and in its block at %d, lone %t", end, lone, e.End, e.Lone)
			}
		}
		var r Record
		whole := strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r")
		if err := r.Split(data, OrderUnknown); err == nil && !strings.Contains(whole, `"`) {
			again := joined(&r, ",")
			if len(again) != len(whole) {
				t.Fatalf("split %q into %q", whole, again)
			}
		}
	})
}
