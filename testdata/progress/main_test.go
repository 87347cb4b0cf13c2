package main

import (
	"strings"
	"testing"
)

func TestTell(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"long test", `
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:1: quiet\n"}
{"Action":"pass","Package":"p","Test":"TestA","Elapsed":2}
{"Action":"output","Package":"p","Output":"PASS\n"}
{"Action":"output","Package":"p","Output":"ok  \tp\t2.00s\n"}
{"Action":"pass","Package":"p","Elapsed":2}
`, "pass\tp TestA 2.0s\nok  \tp\t2.00s\n"},
		{"parallel subtests", `
{"Action":"run","Package":"a/p","Test":"TestA"}
{"Action":"run","Package":"a/p","Test":"TestA/x"}
{"Action":"run","Package":"a/p","Test":"TestA/x/1/of"}
{"Action":"run","Package":"a/p","Test":"TestA/x/2/of"}
{"Action":"pass","Package":"a/p","Test":"TestA/x/1/of","Elapsed":0.75}
{"Action":"pass","Package":"a/p","Test":"TestA/x/2/of","Elapsed":0.5}
{"Action":"pass","Package":"a/p","Test":"TestA/x","Elapsed":0.01}
{"Action":"pass","Package":"a/p","Test":"TestA","Elapsed":0.02}
`, "pass\ta/p TestA 1.2s\n"},
		{"subtest fails", `
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"run","Package":"p","Test":"TestA/x"}
{"Action":"run","Package":"p","Test":"TestA/y"}
{"Action":"output","Package":"p","Test":"TestA/x","Output":"    a_test.go:1: wrong <1>\n"}
{"Action":"output","Package":"p","Test":"TestA/y","Output":"    a_test.go:2: right\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"--- FAIL: TestA (0.00s)\n"}
{"Action":"output","Package":"p","Test":"TestA/x","Output":"    --- FAIL: TestA/x (0.00s)\n"}
{"Action":"fail","Package":"p","Test":"TestA/x"}
{"Action":"pass","Package":"p","Test":"TestA/y"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Output":"FAIL\tp\t0.01s\n"}
{"Action":"fail","Package":"p"}
`, "    a_test.go:1: wrong <1>\n    --- FAIL: TestA/x (0.00s)\n--- FAIL: TestA (0.00s)\nFAIL\tp\t0.01s\n"},
		{"process dies", `
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"run","Package":"q","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"panic: oh no\n"}
{"Action":"fail","Package":"p"}
`, "panic: oh no\n"},
		{"build fails", `
{"ImportPath":"p","Action":"build-output","Output":"./a.go:1: undefined: x\n"}
{"ImportPath":"p","Action":"build-fail"}
go: something else
`, "./a.go:1: undefined: x\ngo: something else\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			tell(strings.NewReader(tt.in[1:]), &out)
			if got := out.String(); got != tt.want {
				t.Errorf("told\n%s; want\n%s", got, tt.want)
			}
		})
	}
}
