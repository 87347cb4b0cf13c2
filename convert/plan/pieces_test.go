package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"batchreport/convert/internal/reporttest"
	"batchreport/convert/storage/disk"
	"batchreport/convert/table"
)

// bigPlan is a plan of several jobs, one of which is without files, that takes more than
// one piece.
func bigPlan() *Plan {
	p := New("table", "1", table.Spec{TaskSize: 30}.WithDefaults())
	p.Jobs = []JobPlan{}
	for i, files := range []int{1, 0, 5000, 3} {
		job := Job{Name: fmt.Sprintf("%08d%s", i, reporttest.JobA[8:])}
		for n := range files {
			key := fmt.Sprintf("a/prefix/job-%s/results/%060d.csv", job.Name, n)
			job.Files = append(job.Files, File{Name: "s3://bucket/" + key, Key: key, Status: reporttest.StatusFailed, Size: 10, MD5: fmt.Sprintf("%032x", n)})
		}
		p.Jobs = append(p.Jobs, *p.ForJob(job))
	}
	return p
}

// A plan in pieces is the plan, and each part has what its tasks need.
func TestPlanFile(t *testing.T) {
	t.Parallel()
	want := bigPlan()
	name := filepath.Join(t.TempDir(), "plan\xff.json")
	h, err := Write(t.Context(), disk.Store{}, want, name)
	if err != nil || len(h.Pieces) < 2 {
		t.Fatalf("header is %+v, %v", h, err)
	}
	got, err := Read(t.Context(), disk.Store{}, name, want.Program)
	if err != nil {
		t.Fatal(err)
	}
	a, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(got)
	if err != nil || !bytes.Equal(a, b) {
		t.Errorf("the plan comes back as %.2000s…, %v; want %.2000s…", b, err, a)
	}
	o, err := Open(t.Context(), disk.Store{}, name, want.Program)
	if err != nil {
		t.Fatal(err)
	}
	number := 0
	for i := range want.Jobs {
		j := &want.Jobs[i]
		for _, task := range j.Tasks {
			part, err := o.Part(t.Context(), number)
			if err != nil {
				t.Fatal(err)
			}
			pj, pt, err := part.Task(number)
			if err != nil || pt.Index != task.Index || pj.NumTasks() != len(j.Tasks) || pj.Fingerprint != j.Fingerprint || fmt.Sprint(pj.FilesOf(pt)) != fmt.Sprint(j.FilesOf(task)) {
				t.Fatalf("task %d is %+v, %v", number, pt, err)
			}
			if again, ok := pj.Task(task.Index); !ok || again != pt {
				t.Fatalf("task %d of its job is %+v", task.Index, again)
			}
			number++
		}
	}
	if number != h.Totals.Tasks || h.Totals.Files != 5004 || h.Totals.Bytes != 50040 || h.Totals.Jobs != 4 {
		t.Errorf("totals are %+v", h.Totals)
	}
	for _, index := range []int{-1, number} {
		if _, err := o.Part(t.Context(), index); err == nil {
			t.Errorf("there is a task %d", index)
		}
	}
	part, err := o.Part(t.Context(), 0)
	if err != nil || !part.IsPart() || want.IsPart() || got.IsPart() {
		t.Errorf("the part is a part: %t, %v", part.IsPart(), err)
	}
}

// Whatever is wrong with a piece is said, and says which piece it is.
func TestPlanFileDamaged(t *testing.T) {
	t.Parallel()
	plan := bigPlan()
	name := filepath.Join(t.TempDir(), "plan.json")
	h, err := Write(t.Context(), disk.Store{}, plan, name)
	if err != nil {
		t.Fatal(err)
	}
	last := len(h.Pieces) - 1
	piece := pieceName(name, last, h.Pieces[last].SHA256)
	data, err := os.ReadFile(piece)
	if err != nil {
		t.Fatal(err)
	}
	first, err := os.ReadFile(pieceName(name, 0, h.Pieces[0].SHA256))
	if err != nil {
		t.Fatal(err)
	}
	for what, bytes := range map[string][]byte{"empty": nil, "cut": data[:len(data)-1], "another": first} {
		if err := os.WriteFile(piece, bytes, 0o666); err != nil {
			t.Fatal(err)
		}
		o, err := Open(t.Context(), disk.Store{}, name, plan.Program)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.Part(t.Context(), 0); err != nil {
			t.Errorf("%s: the part before: %v", what, err)
		}
		_, part := o.Part(t.Context(), h.Totals.Tasks-1)
		_, all := o.Plan(t.Context())
		for _, err := range []error{part, all} {
			if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("/%05d-", last)) || !strings.Contains(err.Error(), "SHA-256") {
				t.Errorf("%s: error is %v", what, err)
			}
		}
	}
}

// What a piece says is not believed, though the sums are right.
func TestPlanPieceChecks(t *testing.T) {
	t.Parallel()
	pieces := bigPlan().pieces()
	for name, change := range map[string]func(p *pieceFile){
		"version":      func(p *pieceFile) { p.Version++ },
		"job":          func(p *pieceFile) { p.Jobs[0].Job.Name = "../x" },
		"fingerprint":  func(p *pieceFile) { p.Jobs[0].Fingerprint = "../x" },
		"no files":     func(p *pieceFile) { p.Jobs[0].Job.Files = nil },
		"task beyond":  func(p *pieceFile) { p.Jobs[0].Tasks[0].First = 1 << 62 },
		"task before":  func(p *pieceFile) { p.Jobs[0].Tasks[0].First = -1 },
		"task too far": func(p *pieceFile) { p.Jobs[0].Tasks[0].Files = 1 << 62 },
		"index":        func(p *pieceFile) { p.Jobs[0].Tasks[0].Index = -1 },
		"of":           func(p *pieceFile) { p.Jobs[0].Of = 0 },
		"tasks":        func(p *pieceFile) { p.Jobs[0].Tasks = nil },
	} {
		p := pieceFile{formVersion, append([]pieceJob{}, pieces[0]...)}
		p.Jobs[0].Tasks = append([]Task{}, p.Jobs[0].Tasks...)
		tasks := 0
		for _, j := range p.Jobs {
			tasks += len(j.Tasks)
		}
		if err := checkPiece(&p, tasks); err != nil {
			t.Fatal(err)
		}
		if change(&p); checkPiece(&p, tasks) == nil {
			t.Errorf("%s: the piece is taken", name)
		}
	}
}
