# `make` prints the targets. Only Go is needed for the first group; the last one says what
# it needs when it is missing.

SHELL := /bin/bash
.DEFAULT_GOAL := help

BIN      := bin/conviso-importer
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
LDFLAGS  := -s -w -X conviso-importer/internal/cli.version=$(VERSION)
PKG      ?= ./...
FUZZTIME ?= 60s
FUZZPARALLEL ?= 1
SIZES    ?= 10000,100000
PART     ?= .

# The linter is pinned: a new version may find new things, which is a change of its own.
LINT_VERSION := v2.15.0
LINT_MODULE  := github.com/golangci/golangci-lint/v2/cmd/golangci-lint
LINT         := $(shell go env GOPATH)/bin/golangci-lint

.PHONY: help build man test watch cover bench compare demo walk lint lint-tool tidy fuzz slow proofs e2e ci clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build bin/conviso-importer
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN) .

man: build ## write bin/conviso-importer.1, the manual page
	$(BIN) man > $(BIN).1

test: ## run the tests (PKG=./ui/... for some of them)
	go test $(PKG)

# The stamp is touched before the tests run, so that a save during the run counts.
watch: ## run the tests again whenever a file changes (PKG=./ui/... for some of them)
	@mkdir -p bin; \
	while :; do \
		touch bin/.watch; clear; go test $(PKG); \
		until find . \( -name .git -o -name node_modules -o -name bin \) -prune \
			-o -type f \( -name '*.go' -o -name 'go.*' -o -path '*/testdata/*' \) -newer bin/.watch -print \
			| grep -q .; do sleep 1; done; \
	done

cover: ## run the tests, print the coverage and write bin/cover.html
	@mkdir -p bin
	go test -coverpkg=./... -coverprofile=bin/cover.out ./...
	go tool cover -html=bin/cover.out -o bin/cover.html
	@go tool cover -func=bin/cover.out | tail -n 1

bench: ## run the packages' own benchmarks (PKG=./catalog for some of them)
	go test -run '^$$' -bench . -benchmem $(PKG)

# A module of its own, so that what is compared with is no dependency of the program.
compare: ## measure the built program in a terminal beside fzf, as one table (SIZES=1000000 PART=Keys)
	cd bench && go test -count=1 -timeout=60m -run '$(PART)' -sizes=$(SIZES)

demo: ## open the table on an embedded catalog and platform
	go run . demo

walk: ## walk through every state in tmux and keep its screens in bin/walk
	@rm -rf bin/walk; mkdir -p bin/walk
	WALK_DIR=$$PWD/bin/walk go test -tags=slow -count=1 -run '^TestWalk$$' ./e2e

lint: lint-tool ## run gofmt, go vet and golangci-lint
	@bad=$$(gofmt -l . | grep -v node_modules/); test -z "$$bad" || { gofmt -d $$bad; exit 1; }
	go vet -tags=slow,backstage ./...
	$(LINT) run ./...

lint-tool: ## install golangci-lint at the pinned version where it is not there
	@$(LINT) version 2>/dev/null | grep -qF 'version $(LINT_VERSION:v%=%) ' || go install $(LINT_MODULE)@$(LINT_VERSION)

tidy: ## tidy go.mod and run the generators
	go mod tidy
	go generate ./...

# Without a bound the minimising of one input can take all of the time that there is.
fuzz: ## run every fuzz target for FUZZTIME (1m; PKG=./catalog for some of them)
	@set -euo pipefail; \
	packages=$$(go list -f '{{.ImportPath}} {{.Dir}}' $(PKG)); \
	packages=$$(while read -r path dir; do if grep -qs '^func Fuzz' "$$dir"/*_test.go; then echo "$$path"; fi; done <<<"$$packages"); \
	test -n "$$packages" || { echo 'nothing to fuzz in $(PKG)' >&2; exit 1; }; \
	for package in $$packages; do \
		targets=$$(go test -list '^Fuzz' "$$package" | grep '^Fuzz'); \
		for target in $$targets; do \
			echo "=== $$package $$target"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x -parallel $(FUZZPARALLEL) "$$package"; \
		done; \
	done

slow: ## run the tests with the slow proofs
	go test -tags=slow -timeout=40m $(PKG)

# Tests whose names end in Series are shorter among the slow ones; PROOFS is what they ask for.
proofs: ## run the long series of the slow proofs at their full length
	PROOFS=full go test -tags=slow -count=1 -timeout=60m -v -run 'Series$$' $(PKG)

e2e: ## run the product against a real Backstage (needs Node, npm and a C++ compiler)
	go test -tags=backstage -count=1 -timeout=25m -v ./e2e/backstage/

ci: ## run everything that CI runs
	.ci/run

clean: ## remove what the build made and the packages of the end-to-end test
	rm -rf bin dist e2e/backstage/node_modules
