package convert

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"golang.org/x/sync/errgroup"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/batch/batchtest"
	"batchreport/convert/internal/reading"
	"batchreport/convert/internal/reporttest"
	"batchreport/convert/internal/stage"
	"batchreport/convert/ledger"
	"batchreport/convert/plan"
	"batchreport/convert/table"
	"batchreport/schema"
)

// newNormalizer returns a normalizer of every column with the options' defaults.
func newNormalizer(mem memory.Allocator, workers int, files ...plan.File) *normalizer {
	id, created := reporttest.JobA, time.Date(2019, 4, 5, 17, 48, 39, 725e6, time.UTC)
	return &normalizer{
		mem: mem, job: &plan.Job{Name: id, ID: &id, ReportCreatedAt: &created}, files: files,
		columns: batchtest.EveryColumn(), rawMessage: table.RawAuto, workers: workers,
	}
}

// newBlocks cuts a file into blocks of so many records.
func newBlocks(file *plan.File, data string, records int) (blocks []*reading.Block) {
	raw := []byte(data)
	offset := 0
	for offset < len(raw) {
		end := offset
		for i := 0; i < records && end < len(raw); i++ {
			n, _ := schema.RecordEnd(raw[end:])
			end += n
		}
		blocks = append(blocks, &reading.Block{File: file, Offset: int64(offset), Data: slices.Clip(raw[offset:end])})
		offset = end
	}
	return blocks
}

// run feeds blocks to a normalizer and gives every batch to take, which owns it.
// fed, if set, is called after each block.
func (n *normalizer) run(ctx context.Context, blocks []*reading.Block, fed func(i int), take func(i int, b *rowBatch)) error {
	in, out := make(chan *reading.Block, n.workers), make(chan *rowBatch, n.workers)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(in)
		for i, b := range blocks {
			if err := stage.Send(ctx, in, b); err != nil {
				b.Release()
				return err
			}
			fed(i)
		}
		return nil
	})
	g.Go(func() error { return n.Run(ctx, in, out) })
	i := 0
	for b := range out {
		take(i, b)
		i++
	}
	err := g.Wait()
	stage.Drain(in)
	return err
}

// normalize returns the batches of blocks, which are released when the test ends.
func normalize(t *testing.T, n *normalizer, blocks []*reading.Block) (batches []*rowBatch, err error) {
	err = n.run(t.Context(), blocks, func(int) {}, func(_ int, b *rowBatch) {
		t.Cleanup(b.Release)
		batches = append(batches, b)
	})
	return batches, err
}

// cellsIn returns the values of a column in all batches; nil is null.
func cellsIn(batches []*rowBatch, c schema.Column) (cells []any) {
	for _, b := range batches {
		col := b.rec.Column(b.rec.Schema().FieldIndices(c.String())[0])
		for i := range col.Len() {
			cells = append(cells, cell(col, i))
		}
	}
	return cells
}

func cell(col arrow.Array, i int) any {
	if col.IsNull(i) {
		return nil
	}
	switch col := col.(type) {
	case *array.Int32:
		return col.Value(i)
	case *array.Int64:
		return col.Value(i)
	case *array.Timestamp:
		return col.Value(i)
	default:
		return col.ValueStr(i)
	}
}

// orNull is what the table has for an empty field.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func TestNormalizer(t *testing.T) {
	t.Parallel()
	for _, records := range []int{0, 1, 2, 7, 8, 9, 17, 800} {
		for _, perBlock := range []int{1, 8, 300} {
			if records > 30*perBlock {
				continue
			}
			t.Run(fmt.Sprintf("%d rows, %d a block", records, perBlock), func(t *testing.T) {
				t.Parallel()
				mem := batchtest.CheckedMemory(t, batch.NewRecycler())
				g := reporttest.NewGenerator(uint64(records))
				want := map[schema.Column][]any{}
				add := func(c schema.Column, v any) { want[c] = append(want[c], v) }
				data := ""
				for i := range records {
					status := []string{reporttest.StatusSucceeded, reporttest.StatusFailed}[g.IntN(2)]
					r := g.Record(status)
					data += reporttest.CsvLine(r...)
					key, err := url.QueryUnescape(r[1])
					if err != nil {
						key = r[1]
					}
					var number int32
					_, _ = fmt.Sscan(r[4], &number) // empty is 0
					add(schema.JobID, reporttest.JobA)
					add(schema.ReportDate, "2019-04-05")
					add(schema.ReportCreatedAt, arrow.Timestamp(1554486519725000))
					add(schema.ReportFile, "f")
					add(schema.ReportRow, int64(i+1))
					add(schema.Bucket, r[0])
					add(schema.Key, key)
					add(schema.VersionID, orNull(strings.TrimPrefix(r[2], `\N`)))
					add(schema.TaskStatus, status)
					add(schema.HTTPStatusCode, number)
					add(schema.ErrorCode, orNull(r[5]))
					add(schema.InvalidUTF8, nil)
				}
				file := plan.File{Key: "f"}
				n := newNormalizer(mem, 1, file)
				one, err := normalize(t, n, newBlocks(&n.files[0], data, perBlock))
				if err != nil {
					t.Fatal(err)
				}
				for c, cells := range want {
					if got := cellsIn(one, c); !reflect.DeepEqual(got, cells) {
						t.Errorf("%s is %v; want %v", c, got, cells)
					}
				}
				if got := n.totals; got.RowsIn != int64(records) || got.RowsOut != got.RowsIn || got.Succeeded+got.Failed != got.RowsIn || got.Rejected != 0 {
					t.Errorf("totals are %+v; want %d rows", got, records)
				}

				more := newNormalizer(mem, 5, file)
				five, err := normalize(t, more, newBlocks(&more.files[0], data, perBlock))
				if err != nil {
					t.Fatal(err)
				}
				if len(one) != len(five) || !reflect.DeepEqual(n.totals, more.totals) || !reflect.DeepEqual(n.inputs, more.inputs) {
					t.Fatalf("%d batches, %+v with one worker; %d, %+v with five", len(one), n.totals, len(five), more.totals)
				}
				for i := range one {
					if !array.RecordEqual(one[i].rec, five[i].rec) {
						t.Errorf("batch %d differs with five workers", i)
					}
				}
			})
		}
	}
}

// TestNormalizerText checks that text is text, whatever the bytes.
func TestNormalizerText(t *testing.T) {
	t.Parallel()
	n := newNormalizer(batchtest.CheckedMemory(t, batch.NewRecycler()), 2, plan.File{Key: "f"})
	n.maxRejects = -1
	random := rand.New(rand.NewPCG(1, 2))
	g := reporttest.NewGenerator(1)
	data := []byte(g.File(reporttest.StatusFailed, 100_000).Data + g.File(reporttest.StatusSucceeded, 100_000).Data)
	for range 2000 {
		if i := random.IntN(len(data)); !strings.ContainsRune(",\"\r\n", rune(data[i])) {
			data[i] = byte(random.Uint32())
		}
	}
	batches, err := normalize(t, n, newBlocks(&n.files[0], string(data)+"\"\n", 100))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range batchtest.EveryColumn() {
		for i, v := range cellsIn(batches, c) {
			if text, ok := v.(string); ok && !utf8.ValidString(text) {
				t.Errorf("row %d: %s is %q, not UTF-8", i+1, c, text)
			}
		}
	}
}

// Rejected records have numbers and offsets of their own, in every block and file.
func TestNormalizerRejects(t *testing.T) {
	t.Parallel()
	type rejected struct {
		file                string
		row, offset, length int64
		raw                 string
	}
	for _, workers := range []int{1, 5} {
		for _, perBlock := range []int{1, 3, 100} {
			t.Run(fmt.Sprintf("%d workers, %d a block", workers, perBlock), func(t *testing.T) {
				t.Parallel()
				n := newNormalizer(batchtest.CheckedMemory(t, batch.NewRecycler()), workers, plan.File{Name: "dir/a", Key: "a", Status: reporttest.StatusSucceeded}, plan.File{Name: "dir/empty"}, plan.File{Name: "dir/b", Key: "b", Status: reporttest.StatusFailed})
				n.maxRejects = -1
				var want []rejected
				var rowsWant []any
				var blocks []*reading.Block
				for _, at := range []int{0, 2} {
					file := &n.files[at]
					data := ""
					random := rand.New(rand.NewPCG(uint64(at), 0))
					row := int64(0)
					for range 40 {
						switch row++; random.IntN(4) {
						case 0:
							want = append(want, rejected{file.Name, row, int64(len(data)), int64(len(reporttest.BadLine)), reporttest.BadLine})
							data += reporttest.BadLine
						case 1:
							row--
							data += "\r\n" // an empty line is no record
						default:
							data += reporttest.GoodLine
							rowsWant = append(rowsWant, row)
						}
					}
					blocks = append(blocks, newBlocks(file, data, perBlock)...)
					// What the reader rejects has a block of its own.
					blocks = append(blocks, &reading.Block{File: file, Offset: int64(len(data)), Data: []byte("lo"), Length: 1000, Reject: "too long"})
					want = append(want, rejected{file.Name, row + 1, int64(len(data)), 1000, "lo"})
				}
				batches, err := normalize(t, n, blocks)
				if err != nil {
					t.Fatal(err)
				}
				var got []rejected
				for _, b := range batches {
					for _, r := range b.rejects {
						got = append(got, rejected{b.file.Name, r.row, r.offset, r.length, string(r.raw)})
					}
				}
				if !slices.Equal(got, want) {
					t.Errorf("rejected\n %v; want\n %v", got, want)
				}
				if got := cellsIn(batches, schema.ReportRow); !reflect.DeepEqual(got, rowsWant) {
					t.Errorf("rows %v; want %v", got, rowsWant)
				}
				in, total := n.inputs, n.totals
				if in[1] != (ledger.Input{}) || in[0].Rejected+in[2].Rejected != int64(len(want)) || in[0].Rows+in[2].Rows != int64(len(rowsWant)) {
					t.Errorf("inputs are %+v", in)
				}
				if total.Rejected != int64(len(want)) || total.RowsIn != total.Rejected+total.RowsOut || total.Contradicting != in[2].Rows {
					t.Errorf("totals are %+v", total)
				}
			})
		}
	}
}

func TestNormalizerMaxRejects(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		max  int64
		bad  []int // records
		want string
	}{
		{"none allowed, at once", 0, []int{0, 1}, "dir/f: row 1 at byte 0: 3 columns instead of 7"},
		{"none allowed, later", 0, []int{77, 78, 99}, "dir/f: row 78 at byte 1694: 3 columns instead of 7"},
		{"just enough", 3, []int{0, 50, 99}, ""},
		{"one too many in a block", 1, []int{0, 1, 2}, "more than 1 rows cannot be read: dir/f: row 2 at byte 15: 3 columns instead of 7"},
		{"one too many in a later block", 2, []int{0, 50, 99}, "more than 2 rows cannot be read: dir/f: row 100 at byte 2164: 3 columns instead of 7"},
	}
	for _, tt := range tests {
		for _, workers := range []int{1, 4} {
			t.Run(fmt.Sprintf("%s/%d workers", tt.name, workers), func(t *testing.T) {
				t.Parallel()
				n := newNormalizer(batchtest.CheckedMemory(t, batch.NewRecycler()), workers, plan.File{Name: "dir/f"})
				n.maxRejects = tt.max
				data := ""
				for i := range 100 {
					if slices.Contains(tt.bad, i) {
						data += reporttest.BadLine
					} else {
						data += reporttest.GoodLine
					}
				}
				_, err := normalize(t, n, newBlocks(&n.files[0], data, 5))
				got := ""
				if err != nil {
					got = err.Error()
				}
				if got != tt.want {
					t.Errorf("error is %q; want %q", got, tt.want)
				}
				if row := (*ledger.RowError)(nil); err != nil && !errors.As(err, &row) {
					t.Errorf("error is a %T; want a RowError in it", err)
				}
			})
		}
	}
}

func TestNormalizerInvalidUTF8(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		record string
		want   map[schema.Column]any
	}{
		{
			"bucket", "b\xff,k,,succeeded,200,,ok\n",
			map[schema.Column]any{schema.Bucket: nil, schema.Key: "k", schema.ResultMessage: "ok", schema.InvalidUTF8: `{"bucket":"Yv8="}`},
		},
		{
			"key as it stands", "b,k\xff,,succeeded,200,,\n",
			map[schema.Column]any{schema.Key: nil, schema.KeyEncoded: nil, schema.InvalidUTF8: `{"key":"a/8="}`},
		},
		{
			"key until decoded", "b,\xc3%A9,,succeeded,200,,\n",
			map[schema.Column]any{schema.Key: "é", schema.KeyEncoded: nil, schema.InvalidUTF8: `{"key_encoded":"wyVBOQ=="}`},
		},
		{
			"key when decoded", "b,k%FF,,succeeded,200,,\n",
			map[schema.Column]any{schema.Key: "k%FF", schema.KeyEncoded: "k%FF", schema.InvalidUTF8: nil},
		},
		{
			"error code and version", "b,k,v\xff,failed,404,N\xff,\n",
			map[schema.Column]any{schema.ErrorCode: nil, schema.VersionID: nil, schema.HTTPStatusCode: int32(404), schema.InvalidUTF8: `{"version_id":"dv8=","error_code":"Tv8="}`},
		},
		{
			"message", "b,k,,failed,404,NoSuchKey,\"no\xff, sorry\"\n",
			map[schema.Column]any{schema.ResultMessage: nil, schema.ErrorCode: "NoSuchKey"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n := newNormalizer(batchtest.CheckedMemory(t, batch.NewRecycler()), 1, plan.File{Key: "f"})
			// The rows around it are as they ought to be.
			batches, err := normalize(t, n, newBlocks(&n.files[0], reporttest.GoodLine+tt.record+reporttest.GoodLine, 3))
			if err != nil {
				t.Fatal(err)
			}
			for c, want := range tt.want {
				if got := cellsIn(batches, c)[1]; got != want {
					t.Errorf("%s is %v; want %v", c, got, want)
				}
			}
			for c, want := range map[schema.Column]any{schema.Bucket: "b", schema.Key: "k", schema.ReportFile: "f", schema.JobID: reporttest.JobA, schema.InvalidUTF8: nil} {
				got := cellsIn(batches, c)
				if got[0] != want || got[2] != want {
					t.Errorf("%s is %v beside it; want %v", c, got, want)
				}
			}
		})
	}
}

func TestNormalizerCancelled(t *testing.T) {
	t.Parallel()
	stop := errors.New("stop")
	for seed := range uint64(40) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			random := rand.New(rand.NewPCG(seed, 0))
			n := newNormalizer(batchtest.CheckedMemory(t, batch.NewRecycler()), 1+random.IntN(4), plan.File{Key: "f"})
			blocks := newBlocks(&n.files[0], reporttest.NewGenerator(seed).File(reporttest.StatusFailed, 20_000).Data, 2)
			at, feeding := random.IntN(len(blocks)), random.IntN(2) == 0
			taken := 0
			err := n.run(ctx, blocks, func(i int) {
				if feeding && i == at {
					cancel(stop)
				}
			}, func(i int, b *rowBatch) {
				b.Release()
				taken++
				if !feeding && i == at {
					cancel(stop)
				}
			})
			// Who cancels at the very end may be too late.
			if err == nil && taken < len(blocks) || err != nil && !errors.Is(err, stop) {
				t.Errorf("error is %v after %d of %d batches; want %v", err, taken, len(blocks), stop)
			}
		})
	}
}

// Nobody takes the batches; then the run is cancelled.
func TestNormalizerBlocked(t *testing.T) {
	t.Parallel()
	for _, workers := range []int{1, 3} {
		t.Run(fmt.Sprint(workers), func(t *testing.T) {
			t.Parallel()
			mem := batchtest.CheckedMemory(t, batch.NewRecycler())
			synctest.Test(t, func(t *testing.T) {
				stop := errors.New("stop")
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				n := newNormalizer(mem, workers, plan.File{Key: "f"})
				blocks := newBlocks(&n.files[0], strings.Repeat(reporttest.GoodLine, 100), 2)
				in, out := make(chan *reading.Block, len(blocks)), make(chan *rowBatch, workers)
				for _, b := range blocks {
					in <- b
				}
				close(in)
				done := make(chan error, 1)
				go func() { done <- n.Run(ctx, in, out) }()
				synctest.Wait()
				if len(out) != workers {
					t.Errorf("%d batches wait; want %d", len(out), workers)
				}
				cancel(stop)
				if err := <-done; !errors.Is(err, stop) {
					t.Errorf("error is %v; want %v", err, stop)
				}
				stage.Drain(in)
				stage.Drain(out)
			})
		})
	}
}
