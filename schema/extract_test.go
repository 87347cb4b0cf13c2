package schema

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestParseExtract(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, err string }{
		{"root", "all=$", ""},
		{"member", "sha256=$.digest", ""},
		{"typed", "size=$.bytes:int64", ""},
		{"quoted and numbered", `a1=$['x.y'][0]["z:"]:float64`, ""},
		{"quoted after a dot", `a=$."$metadata".x`, ""},
		{"quoted after a dot, typed", `a=$.'x:y':int64`, ""},
		{"quoted quotes", `a=$["x\"y"]['it\'s']."\\"`, ""},
		{"plain dollar and dash", "a=$.$metadata.x-y", ""},
		{"no equals sign", "size", "not of the form"},
		{"upper case", "Size=$.a", "is named by"},
		{"digit first", "1a=$.a", "is named by"},
		{"a column of the table", "etag=$.a", "has a column etag already"},
		{"a partition column", "report_date=$.a", "has a column report_date already"},
		{"no root", "a=.b", "does not begin with $"},
		{"no name", "a=$..b", "a name is missing"},
		{"open bracket", "a=$['b'", "not closed"},
		{"open quote in brackets", "a=$['b", "not closed"},
		{"open quote", `a=$."b.c`, "not closed"},
		{"bracket without an end", "a=$[0", "not closed"},
		{"text after a quote", `a=$."b"c`, "follows the closing quote"},
		{"quote in a name", `a=$.b"c"`, "has to be quoted"},
		{"single quote in a name", `a=$.b'c`, "has to be quoted"},
		{"backslash in a name", `a=$.b\c`, "has to be quoted"},
		{"escape that is none", `a=$["b\n"]`, "written twice"},
		{"all members", "a=$.*", "all members, is not supported"},
		{"all elements", "a=$.b[*]", "all elements, is not supported"},
		{"any depth", "a=$..b", ".., which looks at any depth, is not supported"},
		{"filter", "a=$.b[?(@.c==1)].d", "is not supported"},
		{"function", "a=$.b.length()", "the function length() is not supported"},
		{"from the end", "a=$[#-1]", "counted from the end"},
		{"slice", "a=$[0:2]", "several elements"},
		{"several", "a=$[0,2]", "several elements"},
		{"several names", "a=$['b','c']", "several names"},
		{"of SQL", "a=lax $.b", "does not begin with $"},
		{"no number", "a=$[x]", "neither a number"},
		{"negative", "a=$[-1]", "counted from the end"},
		{"text after the root", "a=$b", "no step"},
		{"type", "a=$.b:int", `type "int" is none of`},
		{"empty type", "a=$.b:", `type "" is none of`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e, err := ParseExtract(tt.text)
			switch {
			case tt.err == "" && (err != nil || e.String() != tt.text):
				t.Errorf("got %q, %v", e, err)
			case tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)):
				t.Errorf("error %v, want %q", err, tt.err)
			}
		})
	}
}

// What an older version has written into a commit record can be read.
func TestExtractOfRecord(t *testing.T) {
	t.Parallel()
	var e Extract
	if err := e.UnmarshalText([]byte("n=$.*.x:int64")); err != nil {
		t.Fatal(err)
	}
	if e.Name != "n" || e.Type != int64s || e.String() != "n=$.*.x:int64" || e.Find([]byte(`{"x":1}`)) != nil || e.Find([]byte("[1]")) != nil {
		t.Errorf("got %+v", e)
	}
	if err := e.UnmarshalText([]byte("no column")); err == nil {
		t.Error("got no error")
	}
}

func TestExtractFind(t *testing.T) {
	t.Parallel()
	const doc = ` { "a" : [ 1 , {"b": "x\"]"} , [[]] , -2.5e3 ] , "c":{"d":null,"e":true}, "f\u0067":"u\u003d", "c.d":7, "$metadata":{"requestId":"r"}, "q\"\\'":8, "dup":1, "dup":{"x":2}, "": 0 } `
	for _, tt := range []struct{ name, path, want string }{
		{"root", "$", strings.TrimSpace(doc)},
		{"array", "$.a", `[ 1 , {"b": "x\"]"} , [[]] , -2.5e3 ]`},
		{"first", "$.a[0]", "1"},
		{"nested", "$.a[1].b", `"x\"]"`},
		{"nested arrays", "$.a[2][0]", "[]"},
		{"last", "$.a[3]", "-2.5e3"},
		{"past the end", "$.a[4]", ""},
		{"null", "$.c.d", ""},
		{"true", "$.c.e", "true"},
		{"escaped name", "$.fg", `"u\u003d"`},
		{"name with a dot", "$['c.d']", "7"},
		{"name with a dot, quoted after a dot", `$."c.d"`, "7"},
		{"name with a dot, in double quotes", `$["c.d"]`, "7"},
		{"name with a dollar", `$."$metadata".requestId`, `"r"`},
		{"name with a dollar, in brackets", `$['$metadata']["requestId"]`, `"r"`},
		{"name with quotes", `$."q\"\\'"`, "8"},
		{"name with quotes, in single ones", `$['q"\\\'']`, "8"},
		{"empty name", "$['']", "0"},
		{"empty name after a dot", `$.""`, "0"},
		{"the last of two", "$.dup.x", "2"},
		{"missing", "$.z", ""},
		{"member of an array", "$.a.b", ""},
		{"element of an object", "$.c[0]", ""},
		{"member of a number", "$.a[0].x", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e, err := ParseExtract("x=" + tt.path)
			if err != nil {
				t.Fatal(err)
			}
			if got := string(e.Find([]byte(doc))); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestExtractTypes(t *testing.T) {
	t.Parallel()
	var e Extract
	for _, tt := range []struct {
		value  string
		text   any
		int64  any
		float  any
		micros any
	}{
		{`"a\u003d\n"`, "a=\n", nil, nil, nil},
		{`12`, "12", int64(12), 12.0, nil},
		{`"-7"`, "-7", int64(-7), -7.0, nil},
		{`9223372036854775808`, "9223372036854775808", nil, 9223372036854775808.0, nil},
		{`1.50`, "1.50", nil, 1.5, nil},
		{`1e999`, "1e999", nil, nil, nil},
		{`"nan"`, "nan", nil, nil, nil},
		{`true`, "true", nil, nil, nil},
		{`{"a": 1}`, `{"a": 1}`, nil, nil, nil},
		{`"2019-04-05T17:35:21.155Z"`, "2019-04-05T17:35:21.155Z", nil, nil, int64(1554485721155000)},
		{"\"\xff\"", nil, nil, nil, nil},
	} {
		t.Run(tt.value, func(t *testing.T) {
			t.Parallel()
			value := []byte(tt.value)
			check := func(kind string, got any, ok bool, want any) {
				if b, isText := got.([]byte); isText {
					got = string(b)
				}
				if ok != (want != nil) || ok && got != want {
					t.Errorf("%s: got %v, %t; want %v", kind, got, ok, want)
				}
			}
			s, ok := e.Text(value)
			check("text", s, ok, tt.text)
			n, ok := e.Int64(value)
			check("int64", n, ok, tt.int64)
			f, ok := e.Float64(value)
			check("float64", f, ok, tt.float)
			us, ok := e.Micros(value)
			check("timestamp", us, ok, tt.micros)
		})
	}
}

// FuzzExtract compares Find with encoding/json on any document.
func FuzzExtract(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b":"c\""}],"a":{"b":[null,"x"]}}`))
	f.Add([]byte(`[ {"a" : {} } ]`))
	paths := []string{"$.a", "$[0]", "$.a.b[1]", "$[0].a"}
	f.Fuzz(func(t *testing.T, doc []byte) {
		var parsed any
		if json.Unmarshal(doc, &parsed) != nil {
			return
		}
		for _, path := range paths {
			e, err := ParseExtract("x=" + path)
			if err != nil {
				t.Fatal(err)
			}
			want := parsed
			for _, s := range e.path {
				switch v := want.(type) {
				case map[string]any:
					want = nil
					if s.member != nil {
						want = v[string(s.member)]
					}
				case []any:
					want = nil
					if s.member == nil && s.element < len(v) {
						want = v[s.element]
					}
				default:
					want = nil
				}
			}
			found := e.Find(doc)
			var got any
			if found != nil {
				if err := json.Unmarshal(found, &got); err != nil {
					t.Fatalf("%s of %q: %q is no value: %v", path, doc, found, err)
				}
			}
			a, _ := json.Marshal(got)
			b, _ := json.Marshal(want)
			if string(a) != string(b) {
				t.Fatalf("%s of %q: got %s, want %s", path, doc, a, b)
			}
		}
	})
}
