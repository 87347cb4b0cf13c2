# Targets are described by their `##` comments; `make` lists them.

# For pipefail: what a command that is piped into another one says must count.
SHELL      = bash

# Nothing here is written in C. What is built, tested and measured is what is released.
export CGO_ENABLED = 0

FUZZTIME   = 10s
BENCHTIME  = 1s
VERSITYGW  = $$(go -C testdata/tools/versitygw tool -n versitygw)
VULN       = $$(go -C testdata/tools/govulncheck tool -n govulncheck)
ACTIONLINT = $$(go -C testdata/tools/actionlint tool -n actionlint)
LINT       = $$(go -C testdata/tools/golangci-lint tool -n golangci-lint)
# testdata is left out of ./..., but what is in it is checked too.
PACKAGES   = ./... ./testdata/dist ./testdata/fixtures ./testdata/progress ./testdata/show ./testdata/bench ./testdata/bench/gen ./testdata/bench/scan ./testdata/engines
# Modules of their own, which ./... does not reach.
MODULES    = cmd/batchreport-lambda testdata/tools/image testdata/engines/aws
NODE       = testdata/readers/node_modules testdata/bench/peers/node_modules testdata/browser/node_modules testdata/engines/states/node_modules
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

# What dist makes archives for. Windows is left out: the disk has no lock there yet (lock_other.go), so two runs at once could harm each other.
PLATFORMS  = linux/amd64 linux/arm64 darwin/amd64 darwin/arm64
DIST       = .dist
# Flags of testdata/dist.
DISTFLAGS  =
# Where go install puts the command.
INSTALLED  = $$(bin=$$(go env GOBIN); path=$$(go env GOPATH); echo "$${bin:-$${path%%:*}/bin}")

.PHONY: help install build lambda dist image dist-check release arm64 demo check versitygw test race lint vuln fmt tidy fuzz bench bench-peers bench-scale bench-tasks bench-scan bench-tools golden fixtures readers page templates engines engines-tools engines-states engines-batch engines-slurm engines-jobs engines-kubernetes soak ci clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

install: ## install the command into GOBIN, and its man pages beside that
	go install ./cmd/batchreport
	@bin="$(INSTALLED)" && "$$bin/batchreport" __man "$${bin%/bin}/share/man" && \
	echo "$$bin/batchreport is there; batchreport completion --help says how a shell completes it." && \
	case ":$$PATH:" in *":$$bin:"*) ;; *) echo "That folder is not on your PATH yet. This adds it:"; echo "  export PATH=\"\$$PATH:$$bin\"";; esac

build: ## build the command into .bin
	go build -o .bin/ ./cmd/...
	@echo 'It is .bin/batchreport. In this shell, export PATH="$(CURDIR)/.bin:$$PATH" lets you call it by its name.'

# By the version that the command prints, each goes on with what the other has begun.
LAMBDA     = .bin/lambda

lambda: build ## build the zips of the Lambda function, for arm64 and amd64, into .bin/lambda
	for arch in arm64 amd64; do \
		GOOS=linux GOARCH=$$arch go -C cmd/batchreport-lambda build -trimpath -buildvcs=false -tags lambda.norpc \
			-ldflags "-s -w -X 'main.program=$$(.bin/batchreport version | cut -d " " -f 3-)'" -o "$(CURDIR)/$(LAMBDA)/$$arch/bootstrap" . && \
		GOARCH= go -C cmd/batchreport-lambda tool build-lambda-zip -o "$(CURDIR)/$(LAMBDA)/batchreport-lambda-$$arch.zip" "$(CURDIR)/$(LAMBDA)/$$arch/bootstrap" || exit 1; \
	done

dist: ## make the archives, packages, image, licenses and checksums of a release in .dist, for PLATFORMS
	go run ./testdata/dist -out $(DIST) $(DISTFLAGS) $(PLATFORMS)
	cat $(DIST)/SHA256SUMS

image: ## make the OCI image alone, a file for podman load or skopeo, in .dist/image
	go run ./testdata/dist -image -out $(DIST)/image $(DISTFLAGS) $(filter linux/%,$(PLATFORMS))
	cat $(DIST)/image/SHA256SUMS

dist-check: dist ## make dist, and check that it can be had again, installed, removed and run (needs rpm, man and qemu-user)
	testdata/dist/check.sh $(DIST)

release: ## publish what dist made as the release of TAG (needs gh)
	gh release create "$(TAG)" --verify-tag --title "batchreport $(TAG)" --notes-file .github/CHANGELOG.md $$(find $(DIST) -maxdepth 1 -type f)

ARM64      = GOOS=linux GOARCH=arm64
TWINS      = .cache/twins

arm64: bench-tools ## run the build for linux/arm64: tests, and a report that must become the same bytes (needs qemu-user)
	$(ARM64) go test -short -timeout 30m -exec qemu-aarch64 ./schema/... ./convert/internal/parquetfile ./convert/internal/zstdpage
	rm -rf $(TWINS) && mkdir -p $(TWINS)
	$(ARM64) go build -o $(TWINS)/arm64 ./cmd/batchreport
	go build -o $(TWINS)/here ./cmd/batchreport
	.cache/bench/gen -out $(TWINS)/report -mix mixed -seed 5 -rows 20000 -files 2 -codes 0
	$(TWINS)/here convert --quiet --sort-by error_code,key --bloom key,request_id,error_code $(TWINS)/report/job-* $(TWINS)/table-here
	qemu-aarch64 $(TWINS)/arm64 convert --quiet --sort-by error_code,key --bloom key,request_id,error_code $(TWINS)/report/job-* $(TWINS)/table-arm64
	diff -r $(TWINS)/table-here $(TWINS)/table-arm64

# What Go says of its downloads is left out.
demo: ## show a report before and after: lines, table, and what failed and why
	@echo 'Building batchreport. The first time, Go fetches modules for it, which takes a minute or two.'
	@set -o pipefail; go build -o .bin/ ./cmd/batchreport ./testdata/show 2>&1 | { grep -v '^go: downloading ' || true; } >&2
	@rm -rf .cache/demo
	@printf '\nTwo of the nine lines of a report, as Amazon S3 Batch Operations writes it:\n\n'
	@cat testdata/reports/seed/*/results/*.csv | sed -n '1s/\(.\{400\}\).*/\1 .../p;4p'
	@printf '\n$$ batchreport convert testdata/reports/seed .cache/demo\n'
	@.bin/batchreport convert testdata/reports/seed .cache/demo
	@printf '\nThe first rows of the table, six of its columns:\n\n'
	@.bin/show 2 key,error_code,timeout_seconds,occurred_at,etag,request_id $$(find .cache/demo -name '*.parquet' | sort)
	@printf '\n$$ batchreport summary testdata/reports/seed\n'
	@.bin/batchreport summary testdata/reports/seed
	@printf '\nThe files of the table, and its record:\n\n'
	@find .cache/demo -type f | sort

# What is slow is told while the tests run, beside what go test says.
TELL       = | go run ./testdata/progress

check: ## vet, lint and run the tests that are quick: for each save, within a minute
	go vet $(PACKAGES)
	$(LINT) run $(PACKAGES)
	go test -short -vet=off -ldflags=-w $(PACKAGES)
	for module in $(MODULES); do go -C $$module vet ./... && go -C $$module test -short -vet=off -ldflags=-w ./... || exit 1; done

# The tests would build them too, the first time for minutes.
versitygw: export CGO_ENABLED = 0
versitygw:
	go -C testdata/tools/versitygw tool -n versitygw >/dev/null
	go -C testdata/tools/lambda-rie tool -n aws-lambda-rie >/dev/null

# What check and lint vet is not vetted again, and what only debuggers read is not linked.
test: versitygw ## run all tests, those against a real S3 server too
	set -o pipefail; go test -json -vet=off -ldflags=-w -timeout 30m $(PACKAGES) $(TELL)
	set -o pipefail; for module in $(MODULES); do go -C $$module test -json -vet=off -ldflags=-w ./... $(TELL) || exit 1; done

# The detector is written in C.
race: export CGO_ENABLED = 1
race: versitygw ## run all tests with the race detector
	set -o pipefail; go test -json -race -timeout 40m ./... $(TELL)

lint: ## run the linters, those of the workflows too
	$(LINT) run $(PACKAGES)
	lint="$(LINT)"; for module in $(MODULES); do (cd $$module && "$$lint" run ./...) || exit 1; done
	$(ACTIONLINT)

vuln: ## look for known vulnerabilities; where their list cannot be reached it says so and passes
	mkdir -p .cache
	$(VULN) ./... 2>.cache/vuln || { code=$$?; cat .cache/vuln >&2; grep -q 'fetching vulnerabilities' .cache/vuln || exit $$code; }

fmt: ## format the code; fails if that changed something
	$(LINT) fmt $(PACKAGES)
	lint="$(LINT)"; for module in $(MODULES); do (cd $$module && "$$lint" fmt ./...) || exit 1; done
	git diff --exit-code

tidy: ## tidy go.mod; fails if that changed something
	go mod tidy
	for module in $(MODULES); do go -C $$module mod tidy || exit 1; done
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

readers: bench-tools testdata/readers/node_modules ## read and load with DuckDB, ClickHouse, PostgreSQL and hyparquet what was written (needs Node and PostgreSQL)
	node testdata/readers/check.js .bin/batchreport "$(VERSITYGW)" .cache/bench/gen
	node testdata/readers/delta.js .bin/batchreport "$(VERSITYGW)"
	rm -rf .cache/edges && mkdir -p .cache/edges
	go test ./convert/internal/parquetfile -count 1 -run '^TestEdge' -edges '$(CURDIR)/.cache/edges'
	node testdata/readers/edges.js .cache/edges
	node testdata/readers/load.js .bin/batchreport "$(VERSITYGW)"
	node testdata/readers/parse.js

# Screenshots go to .cache/shots, for people to look at.
page: testdata/browser/node_modules ## open in Chromium the page of summary --html (needs Chromium and Node)
	cd testdata/browser && go vet . && go test . -v -count 1 -timeout 10m -shots '$(CURDIR)/.cache/shots'

# Of the provider only what is in the files is unpacked: all of it is 400 MB.
PROVIDER   = .cache/provider-aws

$(PROVIDER):
	rm -rf $@ $@.part && mkdir -p $@.part
	cd $@.part && npm pack --silent @cdktf/provider-aws@21.22.1 && tar xzf *.tgz --strip-components=1 --wildcards \
		'package/lib/cloudwatch-*' 'package/lib/iam-*' 'package/lib/lambda-*' 'package/lib/sqs-*' && rm *.tgz
	mv $@.part $@

templates: $(PROVIDER) ## check what creates the Lambda function by the schemas of SAM and Terraform (needs Node)
	go -C testdata/tools/templates vet . && go -C testdata/tools/templates test . -count 1 -provider '$(CURDIR)/$(PROVIDER)'

# Each ends what it has started. Kubernetes takes ten minutes to build, the first time.
engines: engines-tools engines-states engines-batch engines-slurm engines-jobs engines-kubernetes ## run plans on Step Functions' language, AWS Batch's SDK, Slurm and Kubernetes (as root, on Debian)

engines-tools: ## install the Debian packages that engines needs
	testdata/engines/install.sh munged:munge sbatch:slurm-client slurmctld:slurmctld slurmd:slurmd containerd:containerd runc:runc node:nodejs npm:npm

engines-states: build testdata/engines/states/node_modules ## check the state machine of deploy, and run it (needs Node)
	node testdata/engines/states/check.js .bin/batchreport "$(VERSITYGW)"

# Of Kubernetes, -jobs has the controller of Jobs and no containers. go test must not give up before it is built.
engines-batch engines-slurm engines-jobs engines-kubernetes: engines-%:
	go test ./testdata/engines -engine $* -count 1 -v -timeout 60m

soak: testdata/readers/node_modules ## kill it hundreds of times while readers watch, and break its requests by the thousand (needs Node)
	go test ./cmd/batchreport -run '^Test(Hostile|Kill|KillOutcome|KillDelta|KillS3|Stop|AtOnce|Withdrawn|Tasks)$$' -soak -v -count 1 -timeout 60m
	set -o pipefail; BATCHREPORT_SOAK=1 go test ./convert -run '^Test(S3(Faults|DeltaFaults|Vanishes|Commands)|CommandFaults|WithdrawFaults|OutcomeUnits|Delta(Dies|Outcome))' -v -count 1 -timeout 60m | grep -v '^ *=== \|^ *--- PASS'
	BATCHREPORT_SOAK=1 go test ./convert/internal/... -run '^Test(RandomTables|Bloom|Sorter|ReaderQuotes)$$' -count 1 -timeout 60m

ci: ## all that a change must pass
	.ci/run

clean: ## remove what the targets above leave behind
	rm -rf .bin .cache $(DIST) $(NODE)
