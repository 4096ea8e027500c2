# Two commands for a fresh machine: `make demo` and `make test`. Each sets up all it needs.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/installed
JAVASCRIPT := tests/emulator/javascript
NPM_INSTALL := npm install --prefix $(JAVASCRIPT) --no-package-lock --no-audit --no-fund
APT_INSTALL := DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends
SDK := $(JAVASCRIPT)/node_modules/.package-lock.json

.PHONY: install chromium check test demo bench docs format clean

install: $(STAMP)

$(STAMP): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 or newer is needed: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $(STAMP)

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: $(STAMP) $(SDK) chromium
	$(BIN)/python -m pytest $(ARGS)

# AWS's SDK for JavaScript is one of the clients that the emulator is tested with. Without npm, or
# without its registry, those tests are skipped.
$(SDK): $(JAVASCRIPT)/package.json
	@if command -v npm >/dev/null; then \
		$(NPM_INSTALL) --silent --fetch-retries=1 && touch $@ \
		|| echo "The SDK for JavaScript is not to be had, its tests are skipped: see $(NPM_INSTALL)"; \
	fi

# The page of a report is tested in Chromium. Where it is neither there nor to be had, those tests are
# skipped.
chromium:
	@if ! command -v chromium >/dev/null && ! command -v google-chrome >/dev/null \
		&& command -v apt-get >/dev/null; then \
		{ $(APT_INSTALL) chromium || { apt-get update && $(APT_INSTALL) chromium; }; } >/dev/null 2>&1 \
		|| echo "Chromium is not to be had, its tests are skipped: see $(APT_INSTALL) chromium"; \
	fi

demo: $(STAMP)
	$(BIN)/python -m demo

bench: $(STAMP)
	$(BIN)/python -m benchmarks

docs: $(STAMP)
	$(BIN)/python -m reference

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf .venv $(JAVASCRIPT)/node_modules dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
