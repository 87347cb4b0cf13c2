"""Writes random Python values: what CPython's repr makes of each, and the JSON
that result_json is to hold, one JSON object a line. The same seed and the same
interpreter give the same lines. Runs on Python 2.7 and on 3.6 to 3.13, whose
reprs differ.

    python3 oracle.py --seed 1 --count 100000 > lines
    BATCHREPORT_ORACLE=$PWD/lines go test -run Oracle ./schema
"""

from __future__ import print_function

import argparse
import base64
import collections
import datetime
import decimal
import functools
import json
import pprint
import random
import sys
import uuid

PY2 = sys.version_info[0] == 2
if PY2:
    text, char, integers = unicode, unichr, (int, long)  # noqa: F821
else:
    text, char, integers = str, chr, (int,)


class Zone(datetime.tzinfo):
    """A zone of dateutil, which boto3 uses: only its repr matters here."""

    def __init__(self, name, offset=0):
        self.name, self.offset = name, offset

    def utcoffset(self, dt):
        return datetime.timedelta(seconds=self.offset)

    def dst(self, dt):
        return None

    def __repr__(self):
        return self.name

    def __deepcopy__(self, memo):
        return self


class Opaque(object):
    def __init__(self, source):
        self.source = source

    def __repr__(self):
        return self.source


ZONES = [
    None,
    Zone("tzlocal()"),
    Zone("tzutc()"),
    Zone("tzoffset(None, 3600)", 3600),
    Zone("tzoffset('BRST', -10800)", -10800),
]
if not PY2:
    hours = datetime.timedelta(hours=1)
    ZONES += [
        datetime.timezone.utc,
        datetime.timezone(5 * hours + datetime.timedelta(minutes=30)),
        datetime.timezone(-9 * hours - datetime.timedelta(minutes=30)),
        datetime.timezone(-hours, "here"),
        datetime.timezone(hours, "there"),
    ]
    try:
        import zoneinfo

        ZONES += [zoneinfo.ZoneInfo("UTC"), zoneinfo.ZoneInfo("Europe/Berlin")]
    except Exception:  # before 3.9, or no table of zones
        pass

OPAQUE = [
    "<botocore.response.StreamingBody object at 0x7f1c2d3e4f50>",
    "<function <lambda> at 0x7f1c2d3e4f50>",
    "<Color.RED: 1>",
    "Point(x=1, y=[2, ')'])",
    "deque(['a', \"it's (\"], maxlen=3)",
    "numpy.float64(1.5)",
    "Ellipsis",
]

POOLS = [
    u"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -_.:/",
    u"'\"\\",
    u"\n\r\t\b\f\0\x1f\x7f\x80\x85\xa0\xad",
    u"\xe4\xfc\xdf\xe9\xff\u0100\u20ac\u4e2d\u6587",
    u"\u200b\u2028\ufeff\ue000\ufffd",
    u"\U0001f600\U00010000\U000e0001",
    u"\ud800\udc80\udfff",
]


def any_text(r):
    weights = [0] * 20 + [1] * 4 + [2] * 2 + [3] * 3 + [4, 5, 5] + ([6] if r.random() < 0.05 else [])
    if r.random() < 0.5:
        weights = [0, 0, 0, 0, 1]
    out = u""
    for _ in range(r.choice([0, 1, 3, 8, 20, 60])):
        pool = POOLS[r.choice(weights)]
        n = r.randrange(len(pool))
        out += pool[n]
    return out


def any_bytes(r):
    if r.random() < 0.5:
        return replaced(any_text(r)).encode("utf-8")
    return bytes(bytearray(r.randrange(256) for _ in range(r.randrange(12))))


def any_string(r):
    if not PY2 or r.random() < 0.5:
        return any_text(r)
    b = any_bytes(r)
    # Python 2's bytes that could be Python 3's text: see literal in strings.go.
    odd = any(c > 0xA0 and c != 0xAD for c in bytearray(b))
    return b if odd or is_utf8(b) else b"plain"


def any_scalar(r, depth):
    n = r.randrange(16)
    if n < 5:
        return any_string(r)
    if n == 5:
        return any_bytes(r) if not PY2 else any_string(r)
    if n == 6:
        return r.choice([0, 1, -1, 200, 2**31, -(2**63), 10**40, r.randrange(10**6)])
    if n == 7:
        return r.choice([0.0, -0.0, 1.5, 1e20, -1e-7, 1e16, 0.1, float("nan"), float("inf"), -float("inf"), r.random()])
    if n == 8:
        return r.choice([True, False, None])
    if n == 9:
        return any_datetime(r)
    if n == 10:
        t = any_datetime(r)
        return r.choice([t.date(), t.timetz(), t.time()])
    if n == 11:
        return decimal.Decimal(r.choice(["1", "-1.50", "0E-10", "1E+3", "NaN", "Infinity", "-Infinity", "123456789.123456789"]))
    if n == 12:
        return uuid.UUID(int=r.getrandbits(128))
    if n == 13:
        return r.choice([1j, complex(1, 2), complex(-1.5, -2), complex(1e20, float("nan")), complex(float("inf"), 1), -1j])
    if n == 14:
        return datetime.timedelta(r.randrange(-3, 3), r.randrange(3) * 100, r.randrange(2))
    return Opaque(r.choice(OPAQUE))


def any_datetime(r):
    t = datetime.datetime(
        r.choice([1, 1969, 1970, 1999, 2000, 2019, 2024, 9999]),
        r.randrange(1, 13), r.randrange(1, 29), r.randrange(24), r.randrange(60),
        r.choice([0, r.randrange(60)]), r.choice([0, 1, 120000, r.randrange(10**6)]), r.choice(ZONES))
    if not PY2 and r.random() < 0.1:
        t = t.replace(fold=1)
    return t


def hashable(r, depth):
    n = r.randrange(12)
    if n == 0 and depth > 0:
        return tuple(hashable(r, depth - 1) for _ in range(r.randrange(3)))
    if n == 1 and depth > 0:
        return frozenset(hashable(r, depth - 1) for _ in range(r.randrange(3)))
    if n < 7:
        return any_string(r)
    v = any_scalar(r, depth)
    if isinstance(v, decimal.Decimal) and v.is_nan():
        return None
    return v


def any_value(r, depth):
    if depth == 0 or r.random() < 0.4:
        return any_scalar(r, depth)
    return container(r, depth - 1)


def container(r, depth):
    n = r.randrange(10)
    size = r.choice([0, 1, 1, 2, 3, 6])
    if n < 4:
        return dict((hashable(r, depth), any_value(r, depth)) for _ in range(size))
    if n == 4:
        return [any_value(r, depth) for _ in range(size)]
    if n == 5:
        return tuple(any_value(r, depth) for _ in range(size))
    if n == 6:
        return r.choice([set, frozenset])(hashable(r, depth) for _ in range(size))
    if n == 7:
        return collections.OrderedDict((hashable(r, depth), any_value(r, depth)) for _ in range(size))
    if n == 8:
        d = collections.defaultdict(r.choice([int, list, None, functools.partial(int)]))
        d.update((hashable(r, depth), any_value(r, depth)) for _ in range(size))
        return d
    return [bytearray(any_bytes(r))] + [any_value(r, depth) for _ in range(size)]


# What result_json says, by the rules of the design page.


def is_utf8(b):
    try:
        # Python 2 takes surrogates for UTF-8, nobody else does.
        return not any(u"\ud800" <= c <= u"\udfff" for c in b.decode("utf-8")) or (PY2 and sys.maxunicode == 0xFFFF)
    except UnicodeDecodeError:
        return False


def replaced(s):
    """Joins surrogate pairs and replaces halves."""
    out, i = u"", 0
    while i < len(s):
        c = s[i]
        i += 1
        if u"\ud800" <= c <= u"\udbff" and i < len(s) and u"\udc00" <= s[i] <= u"\udfff":
            c = (u"\\U%08x" % (0x10000 + ((ord(c) - 0xD800) << 10) + ord(s[i]) - 0xDC00)).encode("ascii").decode("unicode-escape")
            i += 1
        elif u"\ud800" <= c <= u"\udfff" and len(c) == 1:
            c = u"\ufffd"
        out += c
    return out


def quoted(s):
    return json.dumps(replaced(s), ensure_ascii=False)


def source(v):
    s = repr(v)
    return quoted(s if not PY2 else s.decode("ascii"))


def of_bytes(b):
    return quoted(b.decode("utf-8") if is_utf8(b) else base64.b64encode(b).decode("ascii"))


def zone(t):
    """Z, +01:00, or None where RFC 3339 cannot say it."""
    z = t.tzinfo
    if z is None or repr(z) in ("tzlocal()", "tzutc()"):
        return u"Z"
    if repr(z).startswith("zoneinfo") and "UTC" not in repr(z):
        return None
    o = z.utcoffset(None)
    seconds = o.days * 86400 + o.seconds
    if seconds == 0:
        return u"Z"
    minutes = abs(seconds) // 60
    return u"%s%02d:%02d" % (u"-" if seconds < 0 else u"+", minutes // 60, minutes % 60)


def time_of_day(t):
    out = u"%02d:%02d:%02d" % (t.hour, t.minute, t.second)
    return out + (u".%06d" % t.microsecond if t.microsecond else u"")


def of_date(v):
    return u"%04d-%02d-%02d" % (v.year, v.month, v.day)


def render(v):
    if v is None:
        return u"null"
    if v is True or v is False:
        return u"true" if v else u"false"
    if isinstance(v, text):
        return quoted(v)
    if isinstance(v, (bytes, bytearray)):
        return of_bytes(bytes(v))
    if isinstance(v, integers):
        return u"%d" % v
    if isinstance(v, float):
        s = repr(v)
        return u'"%s"' % s if s.strip("-") in ("nan", "inf") else u"%s" % s
    if isinstance(v, decimal.Decimal):
        return u"%s" % v if v.is_finite() else u'"%s"' % v
    if isinstance(v, uuid.UUID):
        return u'"%s"' % v
    if isinstance(v, datetime.datetime):
        return source(v) if zone(v) is None else u'"%sT%s%s"' % (of_date(v), time_of_day(v), zone(v))
    if isinstance(v, datetime.date):
        return u'"%s"' % of_date(v)
    if isinstance(v, datetime.time):
        if zone(v) is None:
            return source(v)
        return u'"%s%s"' % (time_of_day(v), u"" if v.tzinfo is None else zone(v))
    if isinstance(v, dict):
        return u"{" + u",".join(key(k) + u":" + render(x) for k, x in v.items()) + u"}"
    if isinstance(v, (list, tuple, set, frozenset)):
        return u"[" + u",".join(render(x) for x in v) + u"]"
    return source(v)


def key(k):
    if k is None or k is True or k is False or isinstance(k, (tuple, frozenset)):
        return source(k)
    s = render(k)
    return s if s.startswith(u'"') else u'"%s"' % s


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--count", type=int, default=1000)
    args = p.parse_args()
    r = random.Random(args.seed)
    for _ in range(args.count):
        v = container(r, r.choice([0, 1, 2, 4]))
        s = repr(v)
        if sys.version_info >= (3, 8) and r.random() < 0.1:
            # pprint wraps strings into adjacent literals. It sorts sets, and
            # keys that are tuples are wrapped too, so their source is another.
            s = s if has_set(v) else pprint.pformat(v, width=20, sort_dicts=False)
        if PY2:
            s = s.decode("ascii")
        print(json.dumps({"repr": s, "json": render(v)}))


def has_set(v):
    """Tells whether there is a set in v, or a tuple as a key."""
    if isinstance(v, (set, frozenset)):
        return True
    if isinstance(v, dict):
        return any(isinstance(k, (tuple, frozenset)) or has_set(x) for k, x in v.items())
    return isinstance(v, (list, tuple)) and any(has_set(x) for x in v)


if __name__ == "__main__":
    main()
