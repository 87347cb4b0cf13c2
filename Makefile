# Targets are described by their `##` comments; `make` lists them.

# For pipefail: what a command that is piped into another one says must count.
SHELL      = bash

FUZZTIME   = 10s
BENCHTIME  = 1s
VERSITYGW  = $$(go -C testdata/tools/versitygw tool -n versitygw)
VULN       = $$(go -C testdata/tools/govulncheck tool -n govulncheck)
LINT       = $$(go -C testdata/tools/golangci-lint tool -n golangci-lint)
# testdata is left out of ./..., but what is in it is checked too.
PACKAGES   = ./... ./testdata/fixtures ./testdata/progress ./testdata/show ./testdata/bench ./testdata/bench/gen ./testdata/bench/scan
NODE       = testdata/readers/node_modules testdata/bench/peers/node_modules testdata/browser/node_modules
# Of the report that bench-peers and bench-scale measure with: 2 GB.
ROWS       = 4700000
ROUNDS     = 3
# Dollars for a TB that Athena reads, for bench-scan.
PRICE      = 5
# For bench-tasks.
TASKS      = 1000,10000
FILES      = 1000000
DELAY      = 30ms
# Of the reports by which bench-scale shows how cost grows.
SIZES      = 47000,470000,4700000

.PHONY: help build demo check versitygw test race lint vuln fmt tidy fuzz bench bench-peers bench-scale bench-tasks bench-scan bench-tools golden fixtures readers page soak ci clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

build: ## build the command into .bin
	go build -o .bin/ ./cmd/...

demo: ## convert AWS' example report and show what came out
	rm -rf .cache/demo
	go run ./cmd/batchreport convert testdata/reports/seed .cache/demo
	find .cache/demo -type f | sort
	go run ./testdata/show key,error_code,result_kind,result_text,timeout_seconds,occurred_at,etag,last_modified \
		$$(find .cache/demo -name '*.parquet')

# What is slow is told while the tests run, beside what go test says.
TELL       = | go run ./testdata/progress

check: ## vet, lint and run the tests that are quick: for each save, within a minute
	go vet $(PACKAGES)
	$(LINT) run $(PACKAGES)
	go test -short $(PACKAGES)

# The tests would build it too, the first time for minutes.
versitygw:
	go -C testdata/tools/versitygw tool -n versitygw >/dev/null

# What go vet has seen is not looked at again, and what only debuggers read is not linked.
test: versitygw ## run all tests, those against a real S3 server too
	go vet $(PACKAGES)
	set -o pipefail; go test -json -vet=off -ldflags=-w -timeout 30m $(PACKAGES) $(TELL)

race: versitygw ## run all tests with the race detector
	set -o pipefail; go test -json -race -timeout 40m ./... $(TELL)

lint: ## run the linters
	$(LINT) run $(PACKAGES)

vuln: ## look for known vulnerabilities; where their list cannot be reached it says so and passes
	mkdir -p .cache
	$(VULN) ./... 2>.cache/vuln || { code=$$?; cat .cache/vuln >&2; grep -q 'fetching vulnerabilities' .cache/vuln || exit $$code; }

fmt: ## format the code; fails if that changed something
	$(LINT) fmt $(PACKAGES)
	git diff --exit-code

tidy: ## tidy go.mod; fails if that changed something
	go mod tidy
	git diff --exit-code

fuzz: ## run each fuzz target for FUZZTIME
	go list -f '{{.ImportPath}}' ./... | while read -r package; do \
		go test -list '^Fuzz' "$$package" | sed -n '/^Fuzz/p' | while read -r target; do \
			echo "$$package $$target"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$$package" || exit 1; \
		done || exit 1; \
	done

bench: ## run the benchmarks, each for BENCHTIME
	go test -run '^$$' -bench . -benchtime $(BENCHTIME) ./...

bench-tools: build
	go build -o .cache/bench/ ./testdata/bench ./testdata/bench/gen

bench-peers: bench-tools testdata/bench/peers/node_modules ## measure beside DuckDB and Polars, compare the answers; ROWS, ROUNDS (needs Node)
	.cache/bench/bench -rows $(ROWS) -rounds $(ROUNDS) peers

bench-scale: bench-tools ## measure by files, cores, stores and SIZES (in rows; 47000000 are 20 GB)
	.cache/bench/bench -rows $(ROWS) -rounds $(ROUNDS) -sizes $(SIZES) -versitygw "$(VERSITYGW)" scale

bench-tasks: bench-tools ## measure plans, tasks and commits of TASKS tasks, on disk and on S3 at DELAY a request, and a plan of FILES
	.cache/bench/bench -tasks $(TASKS) -files $(FILES) -delay $(DELAY) -versitygw "$(VERSITYGW)" protocol

# The report that bench-peers measures with, made as it makes it.
REPORT     = .cache/bench/mixed-$(ROWS)-32-0
LAYOUTS    = .cache/scan

$(REPORT): | bench-tools
	rm -rf $@.part
	.cache/bench/gen -out $@.part -mix mixed -seed 2 -rows $(ROWS) -files 32 -codes 0
	mv $@.part $@

bench-scan: bench-tools $(REPORT) testdata/bench/peers/node_modules ## print what queries read of CSV, DuckDB's Parquet and ours, and cost at PRICE, for a report of ROWS (needs Node)
	rm -rf $(LAYOUTS) && mkdir -p $(LAYOUTS)
	node testdata/bench/peers/duckdb.js split-raw $(REPORT)/job-* $(LAYOUTS)/duckdb 2
	.bin/batchreport convert --quiet $(REPORT)/job-* $(LAYOUTS)/default
	.bin/batchreport convert --quiet --bloom none $(REPORT)/job-* $(LAYOUTS)/no-bloom
	.bin/batchreport convert --quiet --sort-by key $(REPORT)/job-* $(LAYOUTS)/key
	.bin/batchreport convert --quiet --sort-by error_code,key $(REPORT)/job-* $(LAYOUTS)/code-key
	go run ./testdata/bench/scan -price $(PRICE) CSV=$(REPORT) DuckDB=$(LAYOUTS)/duckdb default=$(LAYOUTS)/default \
		'`--bloom none`=$(LAYOUTS)/no-bloom' '`--sort-by key`=$(LAYOUTS)/key' '`--sort-by error_code,key`=$(LAYOUTS)/code-key'

golden: ## rewrite the expected rows in testdata/golden
	go test ./convert -run '^TestGolden$$' -update

fixtures: ## rewrite the reports in testdata/reports
	go run ./testdata/fixtures testdata/reports

$(NODE): %/node_modules: %/package-lock.json
	# Not npm ci: it wants the lock file to list the binaries of all platforms.
	cd $* && npm install --no-save --no-audit --no-fund --loglevel=error
	touch $@

readers: bench-tools testdata/readers/node_modules ## read with DuckDB, ClickHouse and hyparquet what was written (needs Node)
	node testdata/readers/check.js .bin/batchreport "$(VERSITYGW)" .cache/bench/gen
	node testdata/readers/delta.js .bin/batchreport "$(VERSITYGW)"
	rm -rf .cache/edges && mkdir -p .cache/edges
	go test ./convert/internal/parquetfile -count 1 -run '^TestEdge' -edges '$(CURDIR)/.cache/edges'
	node testdata/readers/edges.js .cache/edges

# Screenshots go to .cache/shots, for people to look at.
page: testdata/browser/node_modules ## open in Chromium the page of summary --html (needs Chromium and Node)
	cd testdata/browser && go vet . && go test . -v -count 1 -timeout 10m -shots '$(CURDIR)/.cache/shots'

soak: testdata/readers/node_modules ## kill it hundreds of times while readers watch, and break its requests by the thousand (needs Node)
	go test ./cmd/batchreport -run '^Test(Kill|KillDelta|KillS3|Stop|AtOnce|Withdrawn|Tasks)$$' -soak -v -count 1 -timeout 60m
	set -o pipefail; BATCHREPORT_SOAK=1 go test ./convert -run '^Test(S3(Faults|Vanishes|Commands)|CommandFaults|OutcomeUnits|Delta(Dies|Outcome)|ReaderQuotes$$)' -v -count 1 -timeout 60m | grep -v '^ *=== \|^ *--- PASS'

ci: ## all that a change must pass
	.ci/run

clean: ## remove what the targets above leave behind
	rm -rf .bin .cache $(NODE)
