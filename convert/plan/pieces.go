package plan

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/klauspost/compress/gzip"

	"batchreport/convert/internal/stage"
	"batchreport/convert/storage"
	"batchreport/convert/table"
)

// pieceSize is how many bytes of JSON make a piece, about. One is read and parsed in some
// 20 ms, and a million files have some 450 pieces, of which the header needs 100 bytes each.
const pieceSize = 1 << 20

// Header is what a plan says without its jobs. It is plain JSON.
type Header struct {
	// Version is the version of the plan's form.
	Version int `json:"batchreport_plan"`
	// Program is the version of the program that made the plan.
	Program string `json:"program"`
	// Dest is the folder or S3 address of the table.
	Dest string `json:"dest"`
	// Options say what the table is, with every default filled in.
	Options table.Spec `json:"options"`
	// Totals say how large the plan is.
	Totals Totals `json:"totals"`
	// Pieces are the pieces in order.
	Pieces []Piece `json:"pieces"`
	// SHA256 is the hash, in hex, of the header without it.
	SHA256 string `json:"sha256"`
}

// Totals say how large a plan is.
type Totals struct {
	Jobs  int   `json:"jobs"`
	Tasks int   `json:"tasks"` // of all jobs
	Files int64 `json:"files"` // result files
	Bytes int64 `json:"bytes"` // of them; sizes that are not known count as 0
}

// Piece is a part of a plan that is read by itself.
type Piece struct {
	// Tasks is the number of tasks that it has.
	Tasks int `json:"tasks"`
	// SHA256 is the hash, in hex, of the piece as it is stored, compressed.
	SHA256 string `json:"sha256"`
}

// pieceFile is what a piece holds.
type pieceFile struct {
	Version int        `json:"batchreport_plan_piece"` // formVersion
	Jobs    []pieceJob `json:"jobs"`
}

// pieceJob is what a piece has of a job: some of its tasks, which count the files that are
// here.
type pieceJob struct {
	JobPlan
	// Of is the number of all tasks of the job.
	Of int `json:"of"`
}

// Write writes a plan as a header of that name, a path or an S3 address, and pieces
// beside it. The header is written last, so that a plan that is there is whole. [Open] and
// [Read] read it.
func Write(ctx context.Context, store storage.Store, p *Plan, name string) (*Header, error) {
	p, err := p.Check()
	if err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	type numbered struct {
		pieceFile
		number int
	}
	var pieces []numbered
	for i, jobs := range p.pieces() {
		pieces = append(pieces, numbered{pieceFile{formVersion, jobs}, i})
	}
	h := p.header()
	h.Pieces = make([]Piece, len(pieces))
	const atOnce = 4 // each of which takes several times a piece's memory
	err = stage.Each(ctx, atOnce, pieces, func(ctx context.Context, piece numbered) error {
		data, err := packPiece(&piece.pieceFile)
		if err != nil {
			return fmt.Errorf("write plan: %w", err)
		}
		to := &h.Pieces[piece.number]
		to.SHA256 = hexSHA256(data)
		for _, j := range piece.Jobs {
			to.Tasks += len(j.Tasks)
		}
		return store.Put(ctx, pieceName(name, piece.number, to.SHA256), data)
	})
	if err != nil {
		return nil, err
	}
	h.SHA256 = h.sum()
	data, err := marshal(h)
	if err == nil {
		var text bytes.Buffer
		err = json.Indent(&text, data, "", " ")
		data = text.Bytes()
	}
	if err != nil {
		return nil, fmt.Errorf("write plan: %w", err)
	}
	return h, store.Put(ctx, name, data)
}

// pieces cuts the plan into pieces, and returns the jobs of each as far as they are in it.
func (p *Plan) pieces() (pieces [][]pieceJob) {
	size := pieceSize // of the last piece: none is begun
	for i := range p.Jobs {
		j := &p.Jobs[i]
		begin := func() *pieceJob {
			if size >= pieceSize {
				pieces, size = append(pieces, nil), 0
			}
			of := pieceJob{JobPlan: *j, Of: len(j.Tasks)}
			of.Job.Files, of.Tasks = nil, j.Tasks[:0:0]
			last := &pieces[len(pieces)-1]
			*last = append(*last, of)
			size += 500 // about what a job has beside its files
			return &(*last)[len(*last)-1]
		}
		to := begin()
		for _, t := range j.Tasks {
			if size >= pieceSize {
				to = begin()
			}
			for _, f := range j.FilesOf(t) {
				size += len(f.Name) + len(f.Key) + 200 // about what its other members take
			}
			before := len(to.Job.Files)
			to.Job.Files = j.Job.Files[t.First-before : t.First+t.Files]
			to.Tasks = append(to.Tasks, Task{Index: t.Index, First: before, Files: t.Files})
		}
	}
	return pieces
}

// header returns the header of the plan, without pieces.
func (p *Plan) header() *Header {
	h := &Header{Version: formVersion, Program: p.Program, Dest: p.Dest, Options: p.Options}
	h.Totals.Jobs, h.Totals.Tasks = len(p.Jobs), p.Tasks()
	for i := range p.Jobs {
		for _, f := range p.Jobs[i].Job.Files {
			h.Totals.Files++
			h.Totals.Bytes += max(f.Size, 0)
		}
	}
	return h
}

// sum returns the hash of a header without its SHA256.
func (h Header) sum() string {
	h.SHA256 = ""
	data, _ := marshal(h) // plain values can be encoded
	return hexSHA256(data)
}

func hexSHA256(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// pieceName returns the name of a piece of the plan of that name.
func pieceName(plan string, number int, sum string) string {
	return fmt.Sprintf("%s.pieces/%05d-%.16s.json.gz", plan, number, sum)
}

// packPiece returns a piece as it is stored.
func packPiece(piece *pieceFile) ([]byte, error) {
	text, err := marshal(piece)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err == nil {
		_, err = z.Write(text)
	}
	if err == nil {
		err = z.Close()
	}
	return b.Bytes(), err
}
