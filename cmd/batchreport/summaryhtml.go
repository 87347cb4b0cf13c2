package main

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"batchreport/cmd/batchreport/internal/build"
	"batchreport/cmd/batchreport/internal/human"
	"batchreport/cmd/batchreport/internal/location"
	"batchreport/cmd/batchreport/internal/overview"
	"batchreport/convert/storage"
)

// checkHTML reports what is wrong with the flag --html.
func (c *summaryCommand) checkHTML() (err error) {
	if c.html == "" {
		return nil
	}
	if c.html, err = storage.ParseAddress("--html", c.html); err != nil {
		return err
	}
	switch base := path.Base(c.html); {
	case c.html == storage.Stdio && c.asJSON:
		return errors.New("html: standard output takes the JSON already")
	case strings.HasSuffix(c.html, "/") || base == "." || base == "..":
		return fmt.Errorf("html: %s is a folder: name the file, such as %s", storage.Shown(c.html), storage.Shown(storage.Join(c.html, "report.html")))
	case c.html != storage.Stdio && slices.Contains(c.sources, c.html):
		return fmt.Errorf("html: %s is a SOURCE", storage.Shown(c.html))
	case slices.ContainsFunc([]string{"manifest.json", ".md5", ".csv", ".csv.gz"}, func(end string) bool { return strings.HasSuffix(base, end) }):
		return fmt.Errorf("html: what is called %s is a part of a report: name another file, such as report.html", storage.Shown(base))
	}
	return nil
}

// refuseFolder reports, before anything is read, that --html names a folder.
func (c *summaryCommand) refuseFolder(ctx context.Context, store storage.Store) error {
	if c.html == "" || c.html == storage.Stdio || storage.IsS3(c.html) {
		return nil
	}
	if _, err := store.Stat(ctx, c.html); errors.Is(err, storage.ErrFolder) {
		return &storage.Error{Op: "write", Name: c.html, Err: storage.ErrFolder, Hint: "name the file, such as " + storage.Join(c.html, "report.html")}
	}
	return nil
}

// writeHTML writes the page of a result to where --html says.
func (c *summaryCommand) writeHTML(ctx context.Context, a *app, store storage.Store, r *overview.Result) error {
	data, err := r.Page("batchreport " + build.This().Version).Render()
	if err != nil {
		return err
	}
	if c.html == storage.Stdio {
		a.hasResult = true
		return a.print(string(data))
	}
	if !storage.IsS3(c.html) {
		defer location.Tidying(location.FolderOf(c.html))()
	}
	if err := store.Put(ctx, c.html, data); err != nil {
		return err
	}
	a.log.Info("wrote " + storage.Shown(c.html) + ", " + human.Bytes(int64(len(data))))
	return nil
}
