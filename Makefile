# Two commands for a fresh machine: `make demo` and `make test`. Each sets up all it needs.
PYTHON ?= python3
BIN := .venv/bin
# pip takes the versions of locks/, and only files whose hash stands there. The package itself is
# built with what was installed that way.
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
PIP_LOCKED := $(PIP_INSTALL) --only-binary :all: --require-hashes --requirement
PACKAGE_STAMP := .venv/package-installed
SITE_STAMP := .venv/site-installed
BENCH_STAMP := .venv/bench-installed
FUZZ_STAMP := .venv/fuzz-installed
MUTATION_STAMP := .venv/mutation-installed
STAMP := .venv/installed
NPM_FOLDERS := tests/emulator/javascript tests/editors/javascript
NPM_STAMPS := $(NPM_FOLDERS:=/node_modules/.package-lock.json)
NPM_INSTALL := npm install --ignore-scripts --no-package-lock --no-audit --no-fund --prefix
GO_FOLDER := .venv/go
GO_TOOLS := github.com/rhysd/actionlint/cmd/actionlint@v1.7.12 \
	github.com/itchyny/gojq/cmd/gojq@v0.12.19
GO_STAMP := $(GO_FOLDER)/installed
GO_INSTALL := GOBIN=$(CURDIR)/$(GO_FOLDER) go install
EMPTY :=
SPACE := $(EMPTY) $(EMPTY)
UV := .venv/uv/bin/uv
UV_STAMP := .venv/uv/installed
MATRIX_PATH := $(subst $(SPACE),,$(patsubst %,%:,$(wildcard $(HOME)/.pyenv/versions/*/bin)))
MATRIX_PYTHONS ?= 3.10 3.11 3.12 3.13 3.14
MATRIX_TESTS ?= --ignore tests/browser --ignore tests/engine --ignore tests/editors \
	--ignore tests/pipelines
APT_INSTALL := DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends

.PHONY: install chromium check test test-matrix demo bench fuzz mutation soak docs film site format lock audit dist clean

install: $(PACKAGE_STAMP)

$(PACKAGE_STAMP): pyproject.toml locks/build.txt locks/emulator.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 or newer is needed: make PYTHON=python3.12")'
	@echo "Installing this package and its emulator into .venv ..."
	@$(PYTHON) -m venv .venv
	@$(PIP_LOCKED) locks/build.txt --requirement locks/emulator.txt
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMP): $(PACKAGE_STAMP) locks/dev.txt
	@echo "Installing what the checks and tests need into .venv: this takes minutes ..."
	@$(PIP_LOCKED) locks/dev.txt
	@touch $@

$(SITE_STAMP): $(PACKAGE_STAMP) locks/site.txt
	@echo "Installing what builds the site into .venv ..."
	@$(PIP_LOCKED) locks/site.txt
	@touch $@

$(BENCH_STAMP): $(STAMP) locks/bench.txt
	@echo "Installing what draws the plots into .venv ..."
	@$(PIP_LOCKED) locks/bench.txt
	@touch $@

$(FUZZ_STAMP): $(STAMP) locks/fuzz.txt
	@$(PIP_LOCKED) locks/fuzz.txt
	@touch $@

$(MUTATION_STAMP): $(STAMP) locks/mutation.txt
	@echo "Installing what makes mutants into .venv ..."
	@$(PIP_LOCKED) locks/mutation.txt
	@touch $@

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: $(STAMP) $(NPM_STAMPS) $(GO_STAMP) chromium
	$(BIN)/python -m pytest $(ARGS)

# The suite without browser and engine, on each Python that is installed, with the oldest versions
# that pyproject.toml allows and with the newest. A Python that is not there is named and passed over.
test-matrix: $(UV_STAMP)
	@failed=; for python in $(MATRIX_PYTHONS); do for versions in lowest-direct highest; do \
		folder=.venv/matrix/$$python-$$versions; \
		found=$$(PATH="$(MATRIX_PATH)$$PATH" $(UV) python find --no-python-downloads $$python 2>/dev/null) \
			|| { echo "Python $$python is not installed: passed over"; break; }; \
		echo "Python $$python, $$versions:"; \
		$(UV) venv --quiet --seed --clear --python $$found $$folder \
			&& $(UV) pip install --quiet --python $$folder/bin/python --resolution $$versions \
				--editable '.[dev]' \
			&& $$folder/bin/python -m pytest -q $(MATRIX_TESTS) $(ARGS) \
			|| failed="$$failed $$python-$$versions"; \
	done; done; test -z "$$failed" || { echo "failed:$$failed"; exit 1; }

$(UV_STAMP): locks/uv.txt
	$(PYTHON) -m venv .venv/uv
	.venv/uv/bin/python -m pip install --quiet --disable-pip-version-check \
		--only-binary :all: --require-hashes --requirement locks/uv.txt
	touch $(UV_STAMP)

# AWS's SDK for JavaScript is one of the clients that the emulator is tested with, the YAML language
# server reads the schemas. Without npm, or without its registry, those tests are skipped.
$(NPM_STAMPS): %/node_modules/.package-lock.json: %/package.json
	@if command -v npm >/dev/null; then \
		$(NPM_INSTALL) $* --silent --fetch-retries=1 && touch $@ \
		|| echo "What $* needs is not to be had, its tests are skipped: see $(NPM_INSTALL) $*"; \
	fi

# actionlint checks the workflows of the examples, gojq is what gh filters answers with. Without Go, or
# without its module proxy, those tests are skipped.
$(GO_STAMP): Makefile $(STAMP)
	@if command -v go >/dev/null; then \
		(for tool in $(GO_TOOLS); do $(GO_INSTALL) $$tool || exit 1; done) 2>/dev/null && touch $@ \
		|| echo "$(GO_TOOLS): not all to be had, their tests are skipped: see $(GO_INSTALL)"; \
	fi

# The page of a report is tested in Chromium. Where it is neither there nor to be had, those tests are
# skipped.
chromium:
	@if ! command -v chromium >/dev/null && ! command -v google-chrome >/dev/null \
		&& command -v apt-get >/dev/null; then \
		echo "Installing the system package chromium with apt-get, for the tests of the report's page ..."; \
		{ $(APT_INSTALL) chromium || { apt-get update && $(APT_INSTALL) chromium; }; } >/dev/null 2>&1 \
		|| echo "Chromium is not to be had, its tests are skipped: see $(APT_INSTALL) chromium"; \
	fi

demo: $(PACKAGE_STAMP)
	$(BIN)/python -m demo

# What a run costs beside its floors, and what people use instead: docs/benchmarks.md, and docs/scale.md. It
# takes up to 45 minutes; ARGS="preview-5" measures one section alone, and puts it in the place of what the page has.
# ARGS="scale targets" takes 7 minutes and writes docs/scale.md.
bench: $(BENCH_STAMP)
	$(BIN)/python -m benchmarks $(ARGS)

# Texts that a fuzzer makes, for what reads texts from outside: fuzz/README.md.
fuzz: $(FUZZ_STAMP)
	$(BIN)/python -m fuzz $(ARGS)

# Every fault again and again, as long as SOAK_MINUTES says (30), and docs/reliability.md. ARGS="signals" tries one
# row alone, ARGS=--no-engine leaves the engine out.
soak: $(FUZZ_STAMP)
	@if command -v apt-get >/dev/null && ! ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1; then \
		$(APT_INSTALL) libfaketime >/dev/null 2>&1 \
		|| echo "libfaketime is not to be had, no clock jumps: see $(APT_INSTALL) libfaketime"; \
	fi
	$(BIN)/python -m soak $(ARGS)

# Mutants of the modules that decide, and which of them the tests notice: docs/mutation.md. All take about 15
# minutes; ARGS="domain/rules redaction" tries the mutants of these modules alone.
mutation: $(MUTATION_STAMP)
	$(BIN)/python -m mutation $(ARGS)

docs: $(STAMP)
	$(BIN)/python -m reference

# The film at the top of README, from a real run: it needs pulumi on PATH.
film: $(STAMP)
	$(BIN)/python -m reference.film

# The docs as a site, in build/site/html. A broken link fails.
site: $(SITE_STAMP)
	$(BIN)/python -m reference.site
	$(BIN)/zensical build --strict --clean

# The lock files, from pyproject.toml. What is locked keeps its version: ARGS="--upgrade" takes the newest
# ones, ARGS="--upgrade-package NAME" that of one package.
lock: $(PACKAGE_STAMP) $(UV_STAMP)
	$(BIN)/python -m release.locks $(ARGS)
	@$(MAKE) --no-print-directory $(STAMP)
	$(BIN)/python -m release.licenses
	$(BIN)/python -m reference

# Known vulnerabilities of what is locked. Where the service that knows them is out of reach, one line says so.
audit: $(STAMP)
	$(BIN)/python -m release.audit

# What a release publishes, in dist/: built twice and compared.
dist: $(STAMP)
	$(BIN)/python -m release.build

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf .venv $(NPM_FOLDERS:=/node_modules) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
