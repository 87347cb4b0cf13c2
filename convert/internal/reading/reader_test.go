package reading

import (
	"cmp"
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"batchreport/convert/internal/reporttest"
	"batchreport/convert/plan"
	"batchreport/convert/storage/storagetest"
	"batchreport/schema"
)

// piece is a record of a file, or what is rejected in its place.
type piece struct {
	offset, length int64
	data           string
	rejected       bool
}

// splitFile is what the reader is compared with: it has the whole file in its
// hands and goes through it record by record.
func splitFile(file string, limit int) []piece {
	var pieces []piece
	at := 0
	if rest, ok := strings.CutPrefix(file, "\ufeff"); ok {
		at = len(file) - len(rest)
	}
	for at < len(file) {
		rest := file[at:]
		window := rest[:min(limit, len(rest))]
		p := piece{offset: int64(at)}
		line := strings.IndexByte(rest, '\n') + 1
		switch end := recordEnd(window, len(rest) <= limit); {
		case end > 0:
			p.data = rest[:end]
		case line > 0 && line <= len(window) && standsAlone(rest[:line]):
			p.data = rest[:line]
		case line == 0 && len(rest) <= limit && standsAlone(rest):
			p.data = rest
		default:
			p.rejected = true
			p.data = rest
			if line > 0 {
				p.data = rest[:line]
			}
		}
		p.length = int64(len(p.data))
		if p.rejected {
			p.data = p.data[:min(len(p.data), limit, rejectedBytes)]
		}
		pieces = append(pieces, p)
		at += int(p.length)
	}
	return pieces
}

// recordEnd returns the end of the first record of s, after which nothing comes if
// ended; 0 if it has none. It is as schema says, in other words.
func recordEnd(s string, ended bool) int {
	lines := strings.SplitAfter(s, "\n")
	if !ended || lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1] // without its end it is no line
	}
	switch {
	case len(lines) == 0:
		return 0
	case strings.Count(lines[0], `"`)%2 == 0:
		return len(lines[0])
	}
	if m := quotedRecord.FindStringSubmatch(s); m != nil && (m[1] != "" || len(m[0]) > len(lines[0])) {
		if strings.HasSuffix(m[0], "\n") || ended {
			return len(m[0])
		}
	}
	at, row := len(lines[0]), 0
	for _, line := range lines[1:] {
		if row == 0 && isRow(line) {
			row = at
			if !opensQuote.MatchString(s) {
				return row
			}
		}
		at += len(line)
		if strings.Count(s[:at], `"`)%2 == 0 {
			return cmp.Or(row, at)
		}
	}
	return 0
}

var (
	// All columns quoted as RFC 4180 has it, or not at all, up to the line end.
	quotedRecord = regexp.MustCompile(`^(?:(?:"(?:[^"]|"")*"|[^",\n][^,\n]*|),){6}(?:("(?:[^"]|"")*")|[^"\n]*)(?:\r?\n|\r?$)`)
	// A column begins with a quote that is not the quote of a whole column.
	opensQuote = regexp.MustCompile(`^(?:(?:"(?:[^"]|"")*"|[^",\n][^,\n]*|),){0,6}"`)
)

func standsAlone(line string) bool { return isRow(line) && !opensQuoteOf(line) }

// opensQuoteOf reports whether the last column that a line has opens a quote.
func opensQuoteOf(line string) bool {
	m := regexp.MustCompile(`^(?:(?:"(?:[^"]|"")*"|[^",\n][^,\n]*|),){6}`).FindString(line)
	return m == "" || strings.HasPrefix(line[len(m):], `"`) && quotedRecord.FindStringSubmatch(line) == nil
}

// isRow reports whether a line splits into seven good columns, in either order.
func isRow(line string) bool {
	for _, order := range []schema.Order{schema.OrderObserved, schema.OrderDeclared} {
		var r schema.Record
		if err := r.Split([]byte(line), order); err == nil || strings.Contains(err.Error(), "lone CR") {
			return true
		}
	}
	return false
}

// newReader returns a reader of files in memory.
func newReader(store storagetest.Memory, maxRecord int, names ...string) *Reader {
	r := New(Config{Store: store, MaxRecord: maxRecord, NewMD5: md5.New, OnRead: func(int) {}})
	for _, name := range names {
		r.config.Files = append(r.config.Files, plan.File{Name: name, Key: name, Size: int64(len(store.Objects[name]))})
	}
	return r
}

// size returns how many bytes of its files a reader has read.
func size(r *Reader) (n int) {
	for _, f := range r.Files() {
		n += int(f.Size)
	}
	return n
}

// readBlock is what a test keeps of a block that it has given back.
type readBlock struct {
	file   string
	order  schema.Order
	pieces []piece
	reason string
}

// read runs a reader and takes its blocks apart.
func read(ctx context.Context, r *Reader) (blocks []readBlock, err error) {
	out := make(chan *Block)
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx, out) }()
	for b := range out {
		got := readBlock{file: b.File.Name, order: b.Order, reason: b.Reject}
		if b.Reject != "" {
			got.pieces = []piece{{b.Offset, b.Length, string(b.Data), true}}
		} else {
			for data, at := b.Data, b.Offset; len(data) > 0; {
				end, _ := schema.RecordEnd(data)
				got.pieces = append(got.pieces, piece{at, int64(end), string(data[:end]), false})
				data, at = data[end:], at+int64(end)
			}
		}
		blocks = append(blocks, got)
		clear(b.Data) // it is ours, so nobody may look at it any more
		b.Release()
	}
	return blocks, <-done
}

func allPieces(blocks []readBlock) (pieces []piece) {
	for _, b := range blocks {
		pieces = append(pieces, b.pieces...)
	}
	return pieces
}

// The ways in which a body can give its bytes.
var bodies = map[string]func(io.Reader) io.Reader{
	"whole":         func(r io.Reader) io.Reader { return r },
	"byte by byte":  iotest.OneByteReader,
	"half":          iotest.HalfReader,
	"end with data": iotest.DataErrReader,
	"byte by byte, end with data": func(r io.Reader) io.Reader {
		return iotest.DataErrReader(iotest.OneByteReader(r))
	},
}

func TestReaderRandom(t *testing.T) {
	t.Parallel()
	const alphabet = "aa,,\"\r\n\n"
	for _, limit := range []int{1, 2, 16, 64} {
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(800) {
				random := rand.New(rand.NewPCG(seed, uint64(limit)))
				data := make([]byte, random.IntN(5*limit+2))
				letters := alphabet[random.IntN(2)*2:]
				for i := range data {
					data[i] = letters[random.IntN(len(letters))]
				}
				file := string(data)
				if limit > 3 && random.IntN(20) == 0 {
					file = "\ufeff" + file
				}
				checkBodies(t, file, limit)
			}
		})
	}
}

// checkBodies reads a file as each of the bodies gives it, and checks that it becomes what the
// whole file says, and that its bytes are counted.
func checkBodies(t *testing.T, file string, limit int) {
	t.Helper()
	want := splitFile(file, limit)
	for name, wrap := range bodies {
		r := newReader(storagetest.Memory{Objects: map[string]string{"f": file}, Wrap: wrap}, limit, "f")
		blocks, err := read(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		if got := allPieces(blocks); !slices.Equal(got, want) {
			t.Fatalf("%q, %s:\n got %+v\nwant %+v", file, name, got, want)
		}
		if n := size(r); n != len(file) {
			t.Fatalf("%q: %d bytes counted; want %d", file, n, len(file))
		}
	}
}

// Rows with lone quotes, with quoted ones, and what is no row, in any order: what is
// read is what the whole file says, whatever a block, or a body, gives of it at once.
func TestReaderQuotes(t *testing.T) {
	t.Parallel()
	pieces := []string{
		"b,k,,succeeded,200,,Successful\r\n", "b,k,,failed,500,A,5\" disk\n", "b,k,,failed,500,A,\"5 disk\n", "b,k,,failed,500,A,a \"b\"\n",
		"b,k,,failed,A,500,\"x\nb,l,,failed,500,A,y\nz\"\r\n", "b,k,,failed,500,A,\"x \"\"y\"\" \nz\"\n", "b,k,,failed,500,A,\"uneven \"\" \", \"\"\nz\"\n",
		"text\n", "te\"xt\n", "\"\n", "\n", "b,\"k\nb,l,,failed,500,A,y\n1\",,failed,500,A,m\n", "b,a\"b,,failed,500,A,\"m\"\n", "b,\"k,,failed,500,A,m\n", "\"\"\"", "b,k,,failed,500,A,\"m\"",
	}
	seeds := uint64(500)
	if os.Getenv("BATCHREPORT_SOAK") != "" {
		seeds = 50_000
	}
	for _, limit := range []int{64, 100, 400, 4000} {
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			t.Parallel()
			for seed := range seeds {
				random := rand.New(rand.NewPCG(seed, uint64(limit)))
				file := ""
				for range random.IntN(24) {
					file += pieces[random.IntN(len(pieces))]
				}
				checkBodies(t, file, limit)
			}
		})
	}
}

// A lone quote counts as far as to the next row, not to the end of a block: the blocks
// of a large file are cut as if it were read as a whole.
func TestReaderQuotesInBlocks(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(8, 8))
	var file strings.Builder
	want := 0
	for file.Len() < 5*BlockSize {
		switch random.IntN(200) {
		case 0:
			file.WriteString("b,k,,failed,500,A,5\" disk\n")
		case 1:
			file.WriteString("b,k,,failed,500,A,\"" + strings.Repeat("b,k,,failed,500,A,quoted\n", 1+random.IntN(9000)) + "\"\n")
		default:
			file.WriteString("b,k,,failed,500,A,\"{\"\"a\"\": 1}\"\n")
		}
		want++
	}
	r := newReader(storagetest.Memory{Objects: map[string]string{"f": file.String()}}, 16<<20, "f")
	blocks, err := read(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	got := allPieces(blocks)
	if len(got) != want {
		t.Errorf("%d records; want %d", len(got), want)
	}
	for _, p := range got {
		if p.rejected {
			t.Errorf("rejected %.200q", p.data)
		}
	}
}

func TestReader(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 300<<10)
	many := `"` + strings.Repeat("xxxxxxx\n", BlockSize/4) + `"`
	tests := []struct {
		name  string
		limit int
		file  string
		want  []piece
		why   string // of the last reject
	}{
		{"empty", 100, "", nil, ""},
		{"byte order mark", 100, "\ufeffa\n", []piece{{3, 2, "a\n", false}}, ""},
		{"byte order mark alone", 100, "\ufeff", nil, ""},
		{"no line end", 100, "a\nb", []piece{{0, 2, "a\n", false}, {2, 1, "b", false}}, ""},
		{"line ends in quotes", 100, "\"a\r\n\r\nb\"\r\nc\r\n", []piece{{0, 10, "\"a\r\n\r\nb\"\r\n", false}, {10, 3, "c\r\n", false}}, ""},
		{"quote never closed", 100, "a\n\"b\nc\n", []piece{{0, 2, "a\n", false}, {2, 3, "\"b\n", true}, {5, 2, "c\n", false}}, "a quote is opened and not closed"},
		{"quote not closed in the last line", 100, "a\n\"b", []piece{{0, 2, "a\n", false}, {2, 2, "\"b", true}}, "a quote is opened and not closed"},
		{"quote closed too late", 4, "\"b\nc\nd\"\n", []piece{{0, 3, "\"b\n", true}, {3, 2, "c\n", false}, {5, 3, "d\"\n", true}}, "a quote is opened and not closed"},
		{"as long as the limit", 4, "abc\nabcd", []piece{{0, 4, "abc\n", false}, {4, 4, "abcd", false}}, ""},
		{"longer than the limit", 4, "abcd\na\n", []piece{{0, 5, "abcd", true}, {5, 2, "a\n", false}}, "the record is longer than 4 bytes"},
		{"longer than what is kept", 128 << 10, long + "\na\n", []piece{{0, 300<<10 + 1, long[:64<<10], true}, {300<<10 + 1, 2, "a\n", false}}, "the record is longer than 131072 bytes"},
		{"longer than a block", 4 * BlockSize, many + "\na\n", []piece{{0, 2*BlockSize + 3, many + "\n", false}, {2*BlockSize + 3, 2, "a\n", false}}, ""},
	}
	for _, tt := range tests {
		for name, wrap := range bodies {
			if len(tt.file) > 1<<16 && strings.HasPrefix(name, "byte") {
				continue // of which there are too many
			}
			t.Run(tt.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				r := newReader(storagetest.Memory{Objects: map[string]string{"f": tt.file}, Wrap: wrap}, tt.limit, "f")
				reported := 0
				r.config.OnRead = func(n int) { reported += n }
				blocks, err := read(t.Context(), r)
				if err != nil {
					t.Fatal(err)
				}
				if got := allPieces(blocks); !slices.Equal(got, tt.want) {
					t.Errorf("got %.300v; want %.300v", got, tt.want)
				}
				why := ""
				for _, b := range blocks {
					why = cmp.Or(b.reason, why)
				}
				if why != tt.why {
					t.Errorf("rejected because %q; want %q", why, tt.why)
				}
				if n := size(r); reported != len(tt.file) || n != len(tt.file) {
					t.Errorf("%d bytes reported, %d counted; want %d", reported, n, len(tt.file))
				}
			})
		}
	}
}

// Files follow each other. Each is verified by its own MD5, and one with a wrong
// byte anywhere is found, whatever is read beside it.
func TestReaderVerifies(t *testing.T) {
	t.Parallel()
	const limit = 64
	for seed := range uint64(400) {
		random := rand.New(rand.NewPCG(seed, 1))
		files := map[string]string{}
		var names []string
		for i := range 1 + random.IntN(5) {
			name := string(rune('a' + i))
			names = append(names, name)
			files[name] = strings.Repeat(strings.Repeat(name, random.IntN(limit-1))+"\n", random.IntN(20))
		}
		damaged := names[random.IntN(len(names))]
		for _, damage := range []bool{false, true} {
			r := newReader(storagetest.Memory{Objects: files}, limit, names...)
			for i := range r.config.Files {
				r.config.Files[i].MD5 = reporttest.MD5([]byte(files[names[i]]))
			}
			if damage {
				r.config.Files[strings.Index("abcde", damaged)].MD5 = reporttest.MD5([]byte(files[damaged] + "x"))
			}
			blocks, err := read(t.Context(), r)
			for i, b := range blocks {
				if i > 0 && b.file < blocks[i-1].file {
					t.Fatalf("%q: %s comes after %s", files, b.file, blocks[i-1].file)
				}
				if damage && b.file > damaged {
					t.Fatalf("%q: %s comes after %s, which is damaged", files, b.file, damaged)
				}
			}
			if damage {
				if err == nil || !strings.HasPrefix(err.Error(), "read "+damaged+": the MD5 ") {
					t.Fatalf("%q, %s damaged: %v", files, damaged, err)
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			got := map[string][]piece{}
			for _, b := range blocks {
				got[b.file] = append(got[b.file], b.pieces...)
			}
			for _, name := range names {
				if want := splitFile(files[name], limit); !slices.Equal(got[name], want) {
					t.Fatalf("%s: got %v; want %v", name, got[name], want)
				}
			}
		}
	}
}

// Of several files that are wrong, the error tells of the first, however long that
// takes to hash.
func TestReaderFirstError(t *testing.T) {
	t.Parallel()
	good, long := "a\n", strings.Repeat("abcdefg\n", 1000)
	wrong := reporttest.MD5([]byte("wrong"))
	for name, second := range map[string]plan.File{
		"MD5":     {Name: "b", Size: int64(len(good)), MD5: wrong},
		"size":    {Name: "b", Size: 1},
		"missing": {Name: "c", Size: 1},
	} {
		r := newReader(storagetest.Memory{Objects: map[string]string{"a": long, "b": good}}, 1<<20)
		r.config.NewMD5 = reporttest.SlowMD5(2 * time.Microsecond)
		r.config.Files = []plan.File{{Name: "a", Size: int64(len(long)), MD5: wrong}, second}
		if _, err := read(t.Context(), r); err == nil || !strings.HasPrefix(err.Error(), "read a: the MD5 ") {
			t.Errorf("%s: error is %v", name, err)
		}
	}
}

// Blocks are cut between records, and each file begins anew.
func TestReaderFiles(t *testing.T) {
	t.Parallel()
	files := map[string]string{"a": "1\n", "b": "", "c": "\ufeff\"22\n22\"\n333\n4", "d": "\"5\n6\n"}
	r := newReader(storagetest.Memory{Objects: files}, 12, "a", "b", "c", "d")
	got, err := read(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]piece{}
	for name, file := range files {
		want[name] = splitFile(file, 12)
	}
	for _, b := range got {
		n := len(b.pieces)
		if !slices.Equal(b.pieces, want[b.file][:min(n, len(want[b.file]))]) {
			t.Errorf("%s: got %v; want %v", b.file, b.pieces, want[b.file])
			continue
		}
		want[b.file] = want[b.file][n:]
	}
	for name, rest := range want {
		if len(rest) > 0 {
			t.Errorf("%s: missing %v", name, rest)
		}
	}
	if n := size(r); n != 2+15+6 {
		t.Errorf("%d bytes; want %d", n, 2+15+6)
	}
}

// The first record of a file that decides about the order decides for all of it,
// but in a stream only for what follows it.
func TestReaderOrder(t *testing.T) {
	t.Parallel()
	const (
		undecided = "b,k,,failed,,,\n"
		observed  = "b,k,,failed,404,NoSuchKey,\n"
		declared  = "b,k,,failed,NoSuchKey,404,\n"
	)
	long := strings.Repeat(undecided, 3)
	files := map[string]string{
		"declared":  long + declared + long + observed,
		"observed":  long + observed + long + declared,
		"undecided": long,
	}
	want := map[string]schema.Order{"declared": schema.OrderDeclared, "observed": schema.OrderObserved}
	for _, stream := range []bool{false, true} {
		r := newReader(storagetest.Memory{Objects: files}, 40, "declared", "undecided", "observed")
		known := map[string]schema.Order{}
		for i := range r.config.Files {
			if stream {
				r.config.Files[i].Size = -1
			} else {
				known[r.config.Files[i].Name] = want[r.config.Files[i].Name]
			}
		}
		blocks, err := read(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range blocks {
			for _, p := range b.pieces {
				if p.data != undecided && known[b.file] == schema.OrderUnknown {
					known[b.file] = want[b.file]
				}
			}
			if b.order != known[b.file] {
				t.Errorf("%s: the order at byte %d is %v; want %v", b.file, b.pieces[0].offset, b.order, known[b.file])
			}
		}
		for name, order := range want {
			if known[name] != order {
				t.Errorf("%s: no record decided", name)
			}
		}
	}
}

func TestReaderErrors(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	const file = "a\nb\nc\nd\ne"
	tests := []struct {
		name   string
		file   plan.File
		wrap   func(io.Reader) io.Reader
		want   error
		text   string
		blocks int
	}{
		{"missing", plan.File{Name: "missing"}, nil, fs.ErrNotExist, "read missing: file does not exist", 0},
		{
			"damaged",
			plan.File{Name: "f", Size: -1, MD5: "0cc175b9c0f1b6a831c399e269772661"},
			nil, nil,
			"read f: the MD5 of its 9 bytes is b2280b7f6a0b2293eac436e0c070f7f3, not 0cc175b9c0f1b6a831c399e269772661: the file is damaged or was changed", 2,
		},
		{"shorter than listed", plan.File{Name: "f", Size: 10}, nil, nil, "read f: it has 9 bytes, not the 10 that were listed: the file was changed", 0},
		{"longer than listed", plan.File{Name: "f", Size: 8}, nil, nil, "read f: it has 9 bytes, not the 8 that were listed: the file was changed", 0},
		{"broken at once", plan.File{Name: "f"}, func(io.Reader) io.Reader { return iotest.ErrReader(broken) }, broken, "read f: at byte 0: broken", 0},
		{
			"broken later",
			plan.File{Name: "f", Size: -1},
			func(r io.Reader) io.Reader { return io.MultiReader(io.LimitReader(r, 5), iotest.ErrReader(broken)) },
			broken, "read f: at byte 5: broken", 1,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newReader(storagetest.Memory{Objects: map[string]string{"f": file}, Wrap: tt.wrap}, 4, "f")
			r.config.Files = []plan.File{tt.file}
			blocks, err := read(t.Context(), r)
			if err == nil || err.Error() != tt.text || tt.want != nil && !errors.Is(err, tt.want) {
				t.Errorf("error is %v; want %s", err, tt.text)
			}
			if len(blocks) != tt.blocks {
				t.Errorf("%d blocks came before; want %d", len(blocks), tt.blocks)
			}
		})
	}
}

// A record at which a damaged file is cut off is not taken for the last one.
func TestReaderCutOff(t *testing.T) {
	t.Parallel()
	r := newReader(storagetest.Memory{Objects: map[string]string{"f": "whole\nhal"}}, 100, "f")
	r.config.Files[0].MD5 = reporttest.MD5([]byte("whole\nhalf\n"))
	blocks, err := read(t.Context(), r)
	if err == nil || len(blocks) > 0 {
		t.Errorf("got %v and error %v; want an error alone", blocks, err)
	}
}

func TestReaderCancelled(t *testing.T) {
	t.Parallel()
	for _, capacity := range []int{0, 3} {
		t.Run(fmt.Sprint(capacity), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				stop := errors.New("stop")
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				r := newReader(storagetest.Memory{Objects: map[string]string{"f": strings.Repeat("abc\n", 100)}}, 8, "f")
				out := make(chan *Block, capacity)
				done := make(chan error, 1)
				go func() { done <- r.Run(ctx, out) }()
				synctest.Wait() // until nothing more fits
				cancel(stop)
				if err := <-done; !errors.Is(err, stop) {
					t.Errorf("error is %v; want %v", err, stop)
				}
				n := 0
				for b := range out {
					b.Release()
					n++
				}
				if n != capacity {
					t.Errorf("%d blocks came; want %d", n, capacity)
				}
			})
		})
	}
}
