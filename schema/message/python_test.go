package message

import (
	"bytes"
	"encoding/json"
	"testing"
)

func TestPython(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, repr, want string }{
		{"None", `None`, `null`},
		{"dict", `{'a': 1}`, `{"a":1}`},
		{"constants", `[None, True, False]`, `[null,true,false]`},
		{"empty", `[(), set(), frozenset(), {}, [], OrderedDict(), OrderedDict([]), set([])]`, `[[],[],[],{},[],{},{},[]]`},
		{"tuples", `((1,), (1, 2))`, `[[1],[1,2]]`},
		{"sets", `{1, 2}`, `[1,2]`},
		{"set in a tuple", `({1}, {'a'}, {(1, 2)}, {(1, 2), 3})`, `[[1],["a"],[[1,2]],[[1,2],3]]`},
		{"frozenset", `frozenset({frozenset({1}), 'a'})`, `[[1],"a"]`},
		{"Python 2 set", `set([1L, u'a'])`, `[1,"a"]`},
		{"comma at the end", `[[1,], (1, 2,), {1,}, {'a': 1,}]`, `[[1],[1,2],[1],{"a":1}]`},
		{"prefixes", `[u'a', U"b", b'c', r'd\n', ur'e', Rb'f']`, `["a","b","c","d\\n","e","f"]`},
		{"adjacent", `['a' "b"` + "\n" + ` u'c', b'\xff' b'\xfe']`, `["abc","//4="]`},
		{"adjacent keys", `{'a' 'b': 1}`, `{"ab":1}`},
		{"quotes", `['"', "'", '\'"']`, `["\"","'","'\""]`},
		{"escapes", `['\a\b\f\n\r\t\v\\\'\"\0\101\x41\u00e9\U0001f600\q\N{BULLET}']`, `["\u0007\b\f\n\r\t\u000b\\'\"\u0000AAé😀\\q\\N{BULLET}"]`},
		{"line continued", "['a\\\nb']", `["ab"]`},
		{"surrogates", `['\ud83d\ude00', '\ud83d', '\udc80x']`, `["😀","�","�x"]`},
		{"Python 2 bytes are UTF-8", `['\xc3\xbc']`, `["ü"]`},
		{"Python 2 bytes are not UTF-8", `['\xff']`, `["/w=="]`},
		{"Python 2 text", `[u'\xfc']`, `["ü"]`},
		{"Python 3 text", `['\xa0']`, `["` + "\u00a0" + `"]`},
		{"bytes", `[b'\xc3\xbc', b'\xc3', bytearray(b'\x00a'), b'\u0041']`, `["ü","ww==","\u0000a","\\u0041"]`},
		{"numbers", `[0, -1, 10L, 1e+20, -1.5, 1e-07]`, `[0,-1,10,1e+20,-1.5,1e-07]`},
		{"no numbers in JSON", `[nan, inf, -inf, 1j, (1-2j), (nan+infj), -1.5j, nanj]`, `["nan","inf","-inf","1j","(1-2j)","(nan+infj)","-1.5j","nanj"]`},
		{"keys", `{1: 1, -2L: 2, None: 3, True: 4, (1, u'a'): 5, b'\xff': 6, 1.5: 7, nan: 8, frozenset({1}): 9}`, `{"1":1,"-2":2,"None":3,"True":4,"(1, u'a')":5,"/w==":6,"1.5":7,"nan":8,"frozenset({1})":9}`},
		{"keys that are equal", `{'a': 1, 'a': 2}`, `{"a":1,"a":2}`},
		{"keys that are times", `{datetime.date(2019, 4, 5): 1, UUID('u'): 2, Decimal('1'): 3}`, `{"2019-04-05":1,"u":2,"1":3}`},
		{"OrderedDict", `OrderedDict([('b', 1), (2, OrderedDict([('c', [])]))])`, `{"b":1,"2":{"c":[]}}`},
		{"OrderedDict of 3.12", `OrderedDict({'b': 1})`, `{"b":1}`},
		{"defaultdict", `defaultdict(<class 'int'>, {'a': defaultdict(None, {})})`, `{"a":{}}`},
		{"defaultdict of a call", `[defaultdict(functools.partial(<class 'int'>), {})]`, `[{}]`},
		{"within itself", `[[...], {...}]`, `[["..."],["..."]]`},
		{"Decimal", `[Decimal('1.50'), Decimal('1E+3'), Decimal('NaN'), Decimal('-Infinity')]`, `[1.50,1E+3,"NaN","-Infinity"]`},
		{"UUID", `[UUID('2845ca0d-38d9-4c4b-abcf-379dc749c452')]`, `["2845ca0d-38d9-4c4b-abcf-379dc749c452"]`},
		{
			"datetimes", `[datetime.datetime(2019, 4, 5, 17, 35), datetime.datetime(2019, 4, 5, 17, 35, 39, 120, tzinfo=tzlocal()), datetime.datetime(1, 1, 1, 0, 0, 1, fold=1, tzinfo=tzutc())]`,
			`["2019-04-05T17:35:00Z","2019-04-05T17:35:39.000120Z","0001-01-01T00:00:01Z"]`,
		},
		{
			"zones", `[datetime.datetime(2019, 4, 5, 17, 35, tzinfo=datetime.timezone.utc), datetime.datetime(2019, 4, 5, 17, 35, tzinfo=datetime.timezone(datetime.timedelta(days=-1, seconds=68400))), datetime.datetime(2019, 4, 5, 17, 35, tzinfo=datetime.timezone(datetime.timedelta(0, 19800), 'IST')), datetime.datetime(2019, 4, 5, 17, 35, tzinfo=tzoffset(None, 3600)), datetime.datetime(2019, 4, 5, 17, 35, tzinfo=tzoffset(u'X', -60))]`,
			`["2019-04-05T17:35:00Z","2019-04-05T17:35:00-05:00","2019-04-05T17:35:00+05:30","2019-04-05T17:35:00+01:00","2019-04-05T17:35:00-00:01"]`,
		},
		{"zones that need a table stay", `[datetime.datetime(2019, 4, 5, 17, 35, tzinfo=zoneinfo.ZoneInfo(key='Europe/Berlin'))]`, `["datetime.datetime(2019, 4, 5, 17, 35, tzinfo=zoneinfo.ZoneInfo(key='Europe/Berlin'))"]`},
		{"no such date stays", `[datetime.datetime(2019, 2, 29, 0, 0), datetime.date(2019, 13, 1)]`, `["datetime.datetime(2019, 2, 29, 0, 0)","datetime.date(2019, 13, 1)"]`},
		{"dates, times of day", `[datetime.date(2019, 4, 5), datetime.time(1, 2), datetime.time(1, 2, 3, 4, tzinfo=tzutc())]`, `["2019-04-05","01:02:00","01:02:03.000004Z"]`},
		{
			"the rest is its source", `[datetime.timedelta(days=1), <botocore.response.StreamingBody object at 0x7f>, <function <lambda> at 0x7f>, P(x=')', y=[1]), Ellipsis]`,
			`["datetime.timedelta(days=1)","<botocore.response.StreamingBody object at 0x7f>","<function <lambda> at 0x7f>","P(x=')', y=[1])","Ellipsis"]`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var m Message
			NewParser(nil).Parse(&m, []byte(c.repr), Row{})
			if m.Kind != KindPython || string(m.JSON) != c.want {
				t.Errorf("%s\n%s: got  %s\nwant %s", c.repr, m.Kind, m.JSON, c.want)
			}
			if !json.Valid(m.JSON) {
				t.Errorf("%s is not JSON", m.JSON)
			}
		})
	}
}

func TestNotPython(t *testing.T) {
	t.Parallel()
	for _, message := range []string{
		`(`, `(1)`, `('a')`, `(,)`, `[,]`, `[1 2]`, `{1: }`, `{1:2, 3}`, `{'a'`, `{{}: 1}`, `{frozenset({1: 2}): 3}`,
		`{{1: 2}, 3}`, `(see above)`, `[ERROR] no`, `{key}`, `[WARN, INFO]`, `[01]`, `['a]`, `['\x4']`, `['\u12']`,
		`['\U00110000']`, "['a\nb']", `[b'a' + b'b']`, `None of these`, `NoneType`, `OrderedDict`, `OrderedDict(`,
		`OrderedDict([1])`, `OrderedDict([('a', 1)]`, `OrderedDict([('a' 1)])`, `defaultdict({})`, `set(1, 2)`,
		`set([1)`, `datetime.date(2019, 4, 5)`, `Decimal('1')`, `b'a'`, `'a'`, `[<a]`, `[f(]`, `[f(']`, `[1, 2] and more`,
		`{'a': 1}}`, `{"a": true, 'b': 1}`, `[...`, `frozenset({OrderedDict([((1,), 2)])}`,
	} {
		t.Run(message, func(t *testing.T) {
			t.Parallel()
			var m Message
			NewParser(nil).Parse(&m, []byte(message), Row{})
			if m.Kind != KindText || !bytes.Equal(m.Text, []byte(message)) || m.JSON != nil {
				t.Errorf("%s: %s, JSON %s", message, m.Kind, m.JSON)
			}
		})
	}
}
