package delta

import "context"

// scan gives the files of a state, one after the other in no order: each that is in the
// table with its add, each that was removed with its remove, as "Action Reconciliation"
// says. It reads from the end of the log to its newest checkpoint, and keeps no more than the
// paths that it has met behind that.
func (l *Log) scan(ctx context.Context, s *State, take func(*action) error) error {
	met := map[string]bool{}
	newest := func(path string) bool {
		if met[path] {
			return false
		}
		met[path] = true
		return true
	}
	for version := s.Version; version > s.checkpoint; version-- {
		err := l.lines(ctx, l.versionName(version), func(a *action) error {
			if a.Add != nil && newest(a.Add.Path) || a.Remove != nil && newest(a.Remove.Path) {
				return take(a)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if s.checkpoint < 0 {
		return nil
	}
	f, err := l.openCheckpoint(ctx, s.checkpoint)
	if err != nil {
		return err
	}
	return eachRow(f, func(r *checkpointRow) error {
		switch {
		case r.Add != nil && !met[r.Add.Path]:
			return take(&action{Add: r.Add.action()})
		case r.Remove != nil && !met[r.Remove.Path]:
			return take(&action{Remove: &remove{r.Remove.Path, r.Remove.DeletionTimestamp, r.Remove.DataChange}})
		}
		return nil
	})
}

// Files gives the files of the table at a state, one after the other in no order. Of a
// file's statistics nothing is given.
func (l *Log) Files(ctx context.Context, s *State, take func(File) error) error {
	return l.scan(ctx, s, func(a *action) error {
		if a.Add == nil {
			return nil
		}
		f, err := a.Add.file()
		if err != nil {
			return l.damaged(l.name(""), err)
		}
		return take(f)
	})
}
