package ledger

import (
	"context"
	"maps"
	"slices"
	"strings"

	"batchreport/convert/internal/stage"
	"batchreport/convert/storage"
)

// JobRegister is the register of a job as Registers has read it.
type JobRegister struct {
	Job      string
	Register *Register // has no record where the job has none any more
	// Err says why there is no Register: it is damaged, or of a version that is not known.
	Err error
}

// seenRegister is a register that has been read, and what it was listed as then.
type seenRegister struct {
	info storage.Info
	JobRegister
}

// Registers reads the registers of those jobs that are wanted, in byte order of their
// jobs. The registers are listed once for all runs of the destination, and again where
// again says so. Those that were read before, and are listed as they were then, are
// not read again.
func (d *Destination) Registers(ctx context.Context, again bool, wanted func(job string) bool) ([]JobRegister, error) {
	listed, err := d.listRegisters(ctx, again)
	if err != nil {
		return nil, err
	}
	jobs := slices.DeleteFunc(slices.Sorted(maps.Keys(listed)), func(job string) bool { return !wanted(job) })
	err = stage.Each(ctx, atOnce, jobs, func(ctx context.Context, job string) error { return d.see(ctx, job, listed[job]) })
	if err != nil {
		return nil, err
	}
	registers := make([]JobRegister, len(jobs))
	for i, job := range jobs {
		registers[i] = d.seen[job].JobRegister
	}
	return registers, nil
}

// listRegisters lists the registers of all jobs, unless that was done before and is
// not to be done again.
func (d *Destination) listRegisters(ctx context.Context, again bool) (map[string]storage.Info, error) {
	if d.listed != nil && !again {
		return d.listed, nil
	}
	listed := map[string]storage.Info{}
	marked := false
	root := storage.Join(d.Folder, StateFolder)
	for info, err := range storage.BulkOf(d.Store).ListShallow(ctx, root, 1) {
		if err != nil {
			return nil, err
		}
		if job, file, _ := strings.Cut(strings.TrimPrefix(info.Name, root+"/"), "/"); file == registerFile {
			listed[job] = info
		} else if job == deltaMarker && file == "" {
			marked = true
		}
	}
	d.listed, d.marked = listed, marked
	return listed, nil
}

// see reads the register of a job that is listed, unless it was read as it is listed now.
func (d *Destination) see(ctx context.Context, job string, info storage.Info) error {
	d.mu.Lock()
	seen, ok := d.seen[job]
	d.mu.Unlock()
	if ok && seen.info == info {
		return nil
	}
	files := &runFiles{Store: d.Store, dest: d.Folder, job: job}
	data, _, err := files.getRegister(ctx)
	if err != nil {
		return err
	}
	now := JobRegister{Job: job}
	if data == nil {
		now.Register = &Register{Record: emptyRecord(job)}
	} else {
		now.Register, now.Err = ParseRegister(files.register(), data)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.seen == nil {
		d.seen = map[string]seenRegister{}
	}
	d.seen[job] = seenRegister{info, now}
	return nil
}
