package plan

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"slices"
	"sync"

	"github.com/klauspost/compress/gzip"

	"batchreport/convert/internal/stage"
	"batchreport/convert/storage"
	"batchreport/convert/table"
)

// MaxFile is the most bytes that are read of a plan that is one file: some 450 for a
// result file, so room for a million of them. It bounds a piece, too.
const MaxFile = 512 << 20

// Opened is a plan that Open has found. Its methods may be called by several
// goroutines at once.
type Opened struct {
	store storage.Store
	name  string
	whole *Plan   // of a plan that is one file
	h     *Header // its Pieces are those of a plan in pieces

	mu     sync.Mutex
	part   *Plan // that Part has returned last
	number int   // of its piece
}

// Open reads what a task needs of any plan before its own part: the header of a plan
// in pieces, or all of a plan that is one file. It fails where Parse fails.
func Open(ctx context.Context, store storage.Store, name, version string) (*Opened, error) {
	data, _, err := store.Get(ctx, name, MaxFile)
	if known := (*storage.Error)(nil); errors.Is(err, fs.ErrNotExist) && !errors.Is(err, storage.ErrFolder) && (!errors.As(err, &known) || known.Hint == "") {
		err = &storage.Error{Op: "read", Name: name, Err: fs.ErrNotExist, Hint: "batchreport plan --out FILE SOURCE DEST writes a plan"}
	}
	if err != nil {
		return nil, err
	}
	o := &Opened{store: store, name: name}
	o.whole, err = parse(data, version)
	switch {
	case errors.Is(err, errHeader):
		o.h, err = parseHeader(data)
	case err == nil:
		o.h = o.whole.header()
	}
	if err != nil {
		return nil, errIn(name, err)
	}
	return o, nil
}

// Opened returns the plan as Open returns it.
func (p *Plan) Opened() *Opened { return &Opened{whole: p, h: p.header()} }

// Read reads all of a plan, whichever form it has.
func Read(ctx context.Context, store storage.Store, name, version string) (*Plan, error) {
	o, err := Open(ctx, store, name, version)
	if err != nil {
		return nil, err
	}
	return o.Plan(ctx)
}

// errIn is the error of a plan's file of that name.
func errIn(name string, err error) error {
	return fmt.Errorf("%s: parse plan: %w", storage.Shown(name), err)
}

// Header returns what the plan says without its jobs. That of a plan which is one file has
// no pieces.
func (o *Opened) Header() *Header { return o.h }

// Part returns the part of the plan that has the task of that number, counted from 0
// through all jobs: it is for convert.RunTask, which counts in the same way, and for nothing else.
// Of a plan in pieces it reads one piece, unless that is the one that was read last.
func (o *Opened) Part(ctx context.Context, index int) (*Plan, error) {
	if index < 0 || index >= o.h.Totals.Tasks {
		return nil, fmt.Errorf("plan: no task %d, there are %d, counted from 0", index, o.h.Totals.Tasks)
	}
	if o.whole != nil {
		return o.whole, nil
	}
	first, number := 0, 0
	for ; number < len(o.h.Pieces) && index >= first+o.h.Pieces[number].Tasks; number++ {
		first += o.h.Pieces[number].Tasks
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.part != nil && o.number == number {
		return o.part, nil
	}
	jobs, err := o.readPiece(ctx, number)
	if err != nil {
		return nil, err
	}
	part := o.plan()
	part.checked, part.part, part.first = true, true, first
	for _, j := range jobs {
		j.JobPlan.of, j.JobPlan.allFiles = j.Of, o.filesOf(ctx, number, j.Job.Name)
		part.Jobs = append(part.Jobs, j.JobPlan)
	}
	o.part, o.number = part, number
	return part, nil
}

// filesOf yields all files of a job of which the piece of that number has some, piece by
// piece.
func (o *Opened) filesOf(ctx context.Context, number int, job string) iter.Seq2[[]File, error] {
	return func(yield func([]File, error) bool) {
		has := func(i int) (*pieceJob, error) {
			jobs, err := o.readPiece(ctx, i)
			n := slices.IndexFunc(jobs, func(j pieceJob) bool { return j.Job.Name == job })
			if n < 0 {
				return nil, err
			}
			return &jobs[n], nil
		}
		first := number // of the pieces that have the job
		for ; first > 0; first-- {
			j, err := has(first - 1)
			if err != nil {
				yield(nil, err)
				return
			}
			if j == nil {
				break
			}
		}
		for i := first; i < len(o.h.Pieces); i++ {
			j, err := has(i)
			if j == nil && err == nil || !yield(filesIn(j), err) || err != nil {
				return
			}
		}
	}
}

func filesIn(j *pieceJob) []File {
	if j == nil {
		return nil
	}
	return j.Job.Files
}

// Plan returns all of the plan. It fails where pieces of two plans were mixed.
func (o *Opened) Plan(ctx context.Context) (*Plan, error) {
	if o.whole != nil {
		return o.whole, nil
	}
	pieces := make([][]pieceJob, len(o.h.Pieces))
	numbers := make([]int, len(pieces))
	for i := range numbers {
		numbers[i] = i
	}
	const atOnce = 8
	err := stage.Each(ctx, atOnce, numbers, func(ctx context.Context, i int) (err error) {
		pieces[i], err = o.readPiece(ctx, i)
		return err
	})
	if err != nil {
		return nil, err
	}
	p := o.plan()
	for i, jobs := range pieces {
		for _, j := range jobs {
			p.join(j.JobPlan)
		}
		pieces[i] = nil
	}
	p, err = p.Check()
	if err == nil && p.Tasks() != o.h.Totals.Tasks {
		err = errors.New("it has another number of tasks than its header says")
	}
	if err != nil {
		return nil, errIn(o.name, err)
	}
	return p, nil
}

// join adds what a piece has of a job to the plan.
func (p *Plan) join(j JobPlan) {
	last := len(p.Jobs) - 1
	if last < 0 || p.Jobs[last].Job.Name != j.Job.Name {
		p.Jobs = append(p.Jobs, j)
		return
	}
	to := &p.Jobs[last]
	for _, t := range j.Tasks {
		t.First += len(to.Job.Files)
		to.Tasks = append(to.Tasks, t)
	}
	to.Job.Files = append(to.Job.Files, j.Job.Files...)
}

// plan returns the plan without its jobs.
func (o *Opened) plan() *Plan {
	return &Plan{Version: formVersion, Program: o.h.Program, Dest: o.h.Dest, Options: o.h.Options, Jobs: []JobPlan{}}
}

// readPiece reads the piece of that number.
func (o *Opened) readPiece(ctx context.Context, number int) ([]pieceJob, error) {
	want := o.h.Pieces[number]
	name := pieceName(o.name, number, want.SHA256)
	data, _, err := o.store.Get(ctx, name, MaxFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &storage.Error{Op: "read", Name: name, Err: err, Hint: "a plan in pieces is moved or copied with its folder, or is made again by plan --out"}
	}
	if err != nil {
		return nil, err
	}
	var piece pieceFile
	if hexSHA256(data) != want.SHA256 {
		err = errors.New("its SHA-256 is not the one that the plan's header names: it was changed, or is of another plan")
	} else {
		err = unpackPiece(data, &piece)
	}
	if err == nil {
		err = checkPiece(&piece, want.Tasks)
	}
	if err != nil {
		return nil, errIn(name, err)
	}
	return piece.Jobs, nil
}

func unpackPiece(data []byte, piece *pieceFile) error {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return err
	}
	text, err := io.ReadAll(io.LimitReader(z, MaxFile))
	if err != nil {
		return err
	}
	return json.Unmarshal(text, piece)
}

// checkPiece reports why a piece is none that this program has written.
func checkPiece(piece *pieceFile, tasks int) error {
	if piece.Version != formVersion {
		return fmt.Errorf("version %d, this program knows %d", piece.Version, formVersion)
	}
	for _, j := range piece.Jobs {
		if !table.ValidJob(j.Job.Name) || !table.ValidFingerprint(j.Fingerprint) {
			return fmt.Errorf("%q is no job", j.Job.Name)
		}
		next := 0
		for i, t := range j.Tasks {
			if t.First != next || t.Files < 1 || t.Files > len(j.Job.Files)-next || t.Index != j.Tasks[0].Index+i || t.Index < 0 || t.Index >= j.Of {
				return fmt.Errorf("job %s has no such task as its %d", j.Job.Name, t.Index)
			}
			next += t.Files
		}
		tasks -= len(j.Tasks)
	}
	if tasks != 0 {
		return errors.New("it has another number of tasks than the plan's header says")
	}
	return nil
}

// parseHeader parses and checks the header of a plan in pieces.
func parseHeader(data []byte) (*Header, error) {
	var h Header
	if err := json.Unmarshal(data, &h); err != nil {
		return nil, err
	}
	tasks := 0
	for _, piece := range h.Pieces {
		if piece.Tasks < 0 || piece.Tasks > h.Totals.Tasks-tasks {
			return nil, errors.New("its pieces have more tasks than it says")
		}
		tasks += piece.Tasks
	}
	if h.sum() != h.SHA256 || tasks != h.Totals.Tasks {
		return nil, errors.New("it was changed after the plan was made")
	}
	var err error
	h.Dest, h.Options, err = checkTable(h.Dest, h.Options)
	return &h, err
}
