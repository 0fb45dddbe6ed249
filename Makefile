# Each target does its own set-up; nothing but Python 3.11 or newer and make is needed beforehand.

# Some machines forbid it for all: then each of the many processes of the tests would compile the portal anew.
export PYTHONDONTWRITEBYTECODE :=

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: run
run: $(VENV)/.installed
	@$(BIN)/portal serve --demo

# --- Set-up: one stamp for what the portal needs to run, one for what working on it needs besides ---

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; name it with make PYTHON=…" if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed pyproject.toml
	$(PIP) --editable '.[dev]'
	@touch $@

# What of the calendars' readers is for Node, which is among the packages.
READERS := tests/readers/node_modules/.package-lock.json
$(READERS): $(VENV)/.installed-dev tests/readers/package-lock.json
	$(BIN)/python -m tests.readers.node
	@touch $@

# --- Working on it ---

.PHONY: check test bench catalogs
check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.catalogs check

test: $(VENV)/.installed-dev $(READERS)
	$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m tests.office
	$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup

bench: $(VENV)/.installed-dev
	$(BIN)/python -m tests.bench

# Brings the catalogs in portal/translations up to date with the strings in the code.
catalogs: $(VENV)/.installed-dev
	$(BIN)/python -m tests.catalogs update
