# make demo and make test set up .venv by themselves; nothing else is needed than Python 3.11, git and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
DEVELOPMENT := $(VENV)/.development
BENCH := .venv-bench/.installed
PIP := $(BIN)/pip install --quiet --disable-pip-version-check

.PHONY: demo test lint gate kill-test bench browser clean replay

demo: $(INSTALLED) browser
	$(BIN)/nianbao demo

test: $(DEVELOPMENT) browser lint
	$(BIN)/python -m pytest

lint: $(DEVELOPMENT)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Reading and cleaning against pinned floors: fails on any wrong figure and on any lowered floor.
gate: $(DEVELOPMENT)
	$(BIN)/python -m tests.gate

# Kills crawls of the sample sites N times at random moments, and prints what was lost or kept twice.
N ?= 50
kill-test: $(DEVELOPMENT)
	$(BIN)/python -m tests.kill_test $(N)

# Beside the tools one would otherwise pick, in one run; about a quarter of an hour, PAGES=200 REPORTS=1000 DOCUMENTS=2000
# for a try. The table and the picture are kept by day in bench/results.
PAGES ?= 2000
REPORTS ?= 20000
DOCUMENTS ?= 100000
bench: $(BENCH)
	.venv-bench/bin/python -m bench --pages $(PAGES) --reports $(REPORTS) --documents $(DOCUMENTS)

# An environment of its own: what the tests need besides would be loaded, and measured, too.
$(BENCH): $(INSTALLED) bench/requirements.txt
	@test -x .venv-bench/bin/pip || $(PYTHON) -m venv .venv-bench
	.venv-bench/bin/pip install --quiet --disable-pip-version-check --requirement requirements.txt --requirement bench/requirements.txt
	.venv-bench/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# Chromium draws the pages that are empty without scripts; without one the rest works all the same.
browser: $(INSTALLED)
	@$(BIN)/python -m crawler.rendering --install

$(INSTALLED): pyproject.toml requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "nianbao needs Python 3.11 or later; $$($(PYTHON) --version) is $(PYTHON). Set PYTHON=python3.11, say."; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { rm -rf $(VENV); \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Python's venv module is missing: installing python3-venv"; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv \
	      >/dev/null && $(PYTHON) -m venv $(VENV); \
	  else \
	    echo "Python's venv module is missing: install the package python3-venv (apt install python3-venv), then run make again."; \
	    exit 1; fi; }
	$(PIP) --requirement requirements.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

# What only the tests need: the other extras, the peers that are compared with, the linters.
$(DEVELOPMENT): $(INSTALLED) requirements-development.txt
	$(PIP) --requirement requirements-development.txt
	@touch $@

clean:
	rm -rf $(VENV) .venv-bench demo.db demo.db-* demo.db.lock .mypy_cache .ruff_cache .pytest_cache

# pywb brings a package that breaks brotli, so it has an environment of its own; without it the test is skipped.
replay: $(DEVELOPMENT)
	@test -x .venv-pywb/bin/wayback || { $(PYTHON) -m venv .venv-pywb && .venv-pywb/bin/pip install --quiet pywb==2.10.0; }
	$(BIN)/python -m pytest tests/test_warc.py
