package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"batchreport/convert/storage/s3"
	"batchreport/convert/verify"
)

// verifyCommand is what the flags of verify say.
type verifyCommand struct {
	s3   s3.Options
	log  logOptions
	json bool
}

// flags returns the flags of verify, bound to c.
func (c *verifyCommand) flags() *commandFlags {
	flags := newCommandFlags("verify")
	flags.group("S3", func(f *pflag.FlagSet) { bindS3(f, &c.s3) })
	flags.messages(&c.log, &c.json)
	return flags
}

// verify runs the command of that name.
func (a *app) verify(ctx context.Context, args []string) error {
	var c verifyCommand
	flags := c.flags()
	args, err := a.parse(flags, verifyHelp, args)
	if err != nil {
		return err
	}
	dest, err := oneDest(args, c.s3)
	if err != nil {
		return flags.usage(err)
	}
	a.setLog(c.log)

	p := &progress{console: a.console, log: a.log, bar: a.hasBar(c.log, dest), doing: "verifying"}
	v, err := verify.Table(ctx, openStore(ctx, c.s3), dest, verify.Options{OnPlan: p.plan, OnRead: p.read})
	p.end()
	return a.verified(verifyResult{newResult("verify", dest), *v, messages(err)}, c.json, err)
}

// verified prints what verify has found, one line for each finding, and returns
// what the command has come to after err.
func (a *app) verified(r verifyResult, json bool, err error) error {
	if json {
		err = errors.Join(err, a.printJSON(r))
	}
	for _, f := range r.Findings {
		if !json {
			err = errors.Join(err, a.print(visible(fmt.Sprintf("%s %s: %s", f.Kind, f.Object, f.Message))+"\n"))
		}
	}
	if n := int64(len(r.Findings)); n > 0 {
		return errors.Join(err, fmt.Errorf("verify %s: %s", r.Dest, plural(n, "finding")))
	}
	if err == nil {
		a.log.Info(fmt.Sprintf("%s, %s, %s, %s: all as recorded", plural(r.Jobs, "job"), plural(r.Files, "file"), plural(r.Rows, "row"), humanBytes(r.Bytes)))
	}
	return err
}

// verifyResult is what verify --json prints.
type verifyResult struct {
	result
	verify.Result
	Errors []string `json:"errors,omitempty"` // what could not be read
}
