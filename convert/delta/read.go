package delta

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// engineName is how the names of programs begin that write logs as this one does.
const engineName = "batchreport/"

// engine returns the name of a program, with its version, as versions have it.
func engine(program string) string {
	return engineName + strings.TrimPrefix(strings.TrimPrefix(program, "batchreport version "), engineName)
}

func isOurs(engine string) bool { return strings.HasPrefix(engine, engineName) }

// maxLine is the most bytes that a line of a version may have: that of a schema has some
// ten thousand.
const maxLine = 16 << 20

// lines reads the actions of a version one by one, to the end or until take returns errEnough.
func (l *Log) lines(ctx context.Context, name string, take func(*action) error) error {
	r, err := l.Store.Open(ctx, name, "")
	if err != nil {
		return err
	}
	defer r.Close()
	scanner := bufio.NewScanner(r)
	scanner.Buffer(make([]byte, 0, 64<<10), maxLine)
	for scanner.Scan() {
		line := bytes.TrimSpace(scanner.Bytes())
		if len(line) == 0 {
			continue
		}
		var a action
		if err := json.Unmarshal(line, &a); err != nil {
			return l.damaged(name, err)
		}
		if err := take(&a); err != nil {
			if errors.Is(err, errEnough) {
				return nil
			}
			return err
		}
	}
	if errors.Is(scanner.Err(), bufio.ErrTooLong) {
		return l.damaged(name, scanner.Err())
	}
	if err := scanner.Err(); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

// object is a version or a checkpoint that is listed.
type object struct {
	name     string
	version  int64
	modified time.Time
}

// objects are those of a log, each kind in ascending order of its versions.
type objects struct {
	versions, checkpoints []object
	left                  []object // on disk, by processes that were killed while they wrote
}

// list lists the log. What others put into such a folder and nobody needs is passed over;
// checkpoints that are not ours to read are *ForeignError.
func (l *Log) list(ctx context.Context) (*objects, error) {
	var all objects
	folder := l.name("")
	for info, err := range l.Store.List(ctx, folder) {
		if err != nil {
			return nil, err
		}
		name := strings.TrimPrefix(info.Name, folder)
		number, ending, _ := strings.Cut(name, ".")
		version, err := strconv.ParseInt(number, 10, 64)
		switch {
		case strings.HasPrefix(name, "_staged_commits/"), strings.HasPrefix(name, "_sidecars/"):
			return nil, l.foreign(info.Name, "was written by another program")
		case strings.HasSuffix(name, ".pending"):
			all.left = append(all.left, object{name: info.Name, modified: info.Modified})
		case err != nil || len(number) != 20 || version < 0:
		case ending == "json":
			all.versions = append(all.versions, object{info.Name, version, info.Modified})
		case ending == "checkpoint.parquet":
			all.checkpoints = append(all.checkpoints, object{info.Name, version, info.Modified})
		default:
			return nil, l.foreign(info.Name, "was written by another program")
		}
	}
	return &all, nil
}
