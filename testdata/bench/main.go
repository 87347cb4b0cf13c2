// Bench measures the command batchreport, and prints what it found as Markdown.
//
//	bench [flags] peers    beside DuckDB and Polars on the same reports, and whether the answers agree
//	bench [flags] scale    by size and number of result files, cores and stores
//	bench [flags] protocol what plans, tasks and commits cost beside the rows, by their number
//
// What is compared runs by turns, in rounds, and it is the ratio of each round
// that counts: a machine drifts more within an hour than the programs differ.
// CPU seconds, user and system, are those that the kernel accounts to the
// process. The exit status says whether all ran and agreed, never how fast.
//
// It is started by make bench-peers, make bench-scale and make bench-tasks.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Stdout, os.Stderr, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// config is what the flags say.
type config struct {
	binary, gen, versitygw string // programs
	peers                  string // folder of the peers' scripts
	data                   string // folder that keeps the reports
	rows                   int64
	rounds                 int
	sizes                  []int64
	tasks                  []int
	files                  int
	delay                  time.Duration
}

// run measures and writes the tables to stdout, what is being done to stderr.
func run(ctx context.Context, stdout, stderr io.Writer, args []string) error {
	var c config
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&c.binary, "binary", ".bin/batchreport", "`PROGRAM` that is measured")
	flags.StringVar(&c.gen, "gen", ".cache/bench/gen", "`PROGRAM` that writes reports")
	flags.StringVar(&c.versitygw, "versitygw", "", "`PROGRAM` that is an S3 server")
	flags.StringVar(&c.peers, "peers", "testdata/bench/peers", "`FOLDER` of the peers")
	flags.StringVar(&c.data, "data", ".cache/bench", "`FOLDER` to keep reports in")
	flags.Int64Var(&c.rows, "rows", fullRows, "`NUMBER` of rows of the large report")
	flags.IntVar(&c.rounds, "rounds", 3, "`NUMBER` of rounds")
	sizes := flags.String("sizes", "47000,470000,4700000", "comma-separated `ROWS` of the reports that show how cost grows")
	tasks := flags.String("tasks", "1000,10000", "comma-separated `NUMBERS` of tasks for protocol")
	flags.IntVar(&c.files, "files", 1000000, "`NUMBER` of result files that protocol plans; 0 for none")
	flags.DurationVar(&c.delay, "delay", 30*time.Millisecond, "`TIME` that each request of a commit on S3 takes longer")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return nil
	case err != nil:
		return err
	case c.rows < 1 || c.rounds < 1:
		return errors.New("-rows and -rounds are at least 1")
	}
	for size := range strings.SplitSeq(*sizes, ",") {
		rows, err := strconv.ParseInt(size, 10, 64)
		if err != nil || rows < 1 {
			return fmt.Errorf("-sizes: %q is no number of rows", size)
		}
		c.sizes = append(c.sizes, rows)
	}
	if what := flags.Args(); len(what) == 2 && what[0] == "tasks" {
		return runTasks(ctx, what[1])
	}
	for text := range strings.SplitSeq(*tasks, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return fmt.Errorf("-tasks: %q is no number of tasks", text)
		}
		c.tasks = append(c.tasks, n)
	}

	b, err := newBench(ctx, c, stderr)
	if err != nil {
		return err
	}
	defer b.close()
	out := bufio.NewWriter(stdout)
	switch what := flags.Args(); {
	case len(what) == 1 && what[0] == "peers":
		err = b.peers(ctx, out)
	case len(what) == 1 && what[0] == "scale":
		err = b.scale(ctx, out)
	case len(what) == 1 && what[0] == "protocol":
		err = b.protocol(ctx, out)
	default:
		err = fmt.Errorf("%q: either peers, scale or protocol", what)
	}
	return errors.Join(err, out.Flush())
}
