# Everything a developer or a user of a clone needs. Only Python 3.11+ and make are assumed.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
GPU := $(shell nvidia-smi -L 2>/dev/null | grep -m1 GPU)
REQUIREMENTS := $(if $(GPU),requirements-gpu.txt,requirements.txt)
GUEST_REQUIREMENTS := $(if $(GPU),requirements-bench-gpu.txt,requirements-bench.txt)

VENV := .venv
GUESTS := .venv-bench
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-cache-dir
NPM := cd frontend && npm --cache ../$(VENV)/npm-cache
SOURCES := $(shell find frontend/src frontend/public -type f 2>/dev/null) \
	frontend/index.html frontend/vite.config.ts frontend/tsconfig.json

export PATH := $(CURDIR)/$(BIN):$(PATH)
export PLAYWRIGHT_BROWSERS_PATH := $(CURDIR)/$(VENV)/browsers
export HOST PORT NETLOOM_HOME

.PHONY: help run test test-all lint types format bench clean
.DEFAULT_GOAL := help

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/ready-run frontend/dist/.built  ## Set everything up and serve on http://127.0.0.1:8000 (HOST, PORT, NETLOOM_HOME)
	@$(BIN)/python manage.py serve

test: $(VENV)/ready-test frontend/dist/.built  ## Set everything up and run every test
	@$(NPM) run --silent test
	@$(BIN)/python -m pytest -m "not slow" --ignore=tests/e2e -n 2 --dist worksteal
	@$(BIN)/python -m pytest -m "not slow" tests/e2e

test-all: $(VENV)/ready-test frontend/dist/.built  ## The tests and the slow checks besides
	@$(NPM) run --silent test
	@$(BIN)/python -m pytest --ignore=tests/e2e -n 2 --dist worksteal
	@$(BIN)/python -m pytest tests/e2e

lint: $(VENV)/ready-test frontend/node_modules/.ready  ## Check style: ruff and Biome
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(NPM) run --silent lint

types: $(VENV)/ready-test frontend/node_modules/.ready  ## Check types: mypy --strict and tsc
	@$(BIN)/mypy
	@$(NPM) run --silent types

format: $(VENV)/ready-test frontend/node_modules/.ready  ## Put the code into shape
	@$(BIN)/ruff check --fix --quiet . && $(BIN)/ruff format .
	@$(NPM) run --silent format

bench: $(VENV)/ready-test $(GUESTS)/ready frontend/dist/.built  ## Measure speed beside peers, on a GPU where there is one; BENCH="table click" for some of it (takes long)
	@$(BIN)/python -m tests.benchmarks $(BENCH)

clean:  ## Remove what was installed and built, but no data
	rm -rf $(VENV) $(GUESTS) frontend/node_modules frontend/dist

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Netloom needs Python 3.11 or newer. Install it and try again."; exit 1; }
	@echo "Making a Python environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing; on Debian: apt install python3-venv"; exit 1; }

$(VENV)/ready-run: requirements.txt requirements-gpu.txt requirements-cuda.txt | $(VENV)/bin/python
	@echo "Installing Python packages ($(REQUIREMENTS)), about a minute …"
	@$(PIP) -r $(REQUIREMENTS)
	@touch $@

$(VENV)/ready-test: $(VENV)/ready-run requirements-dev.txt
	@echo "Installing what the tests need …"
	@$(PIP) -r requirements-dev.txt
	@touch $@

# Peers are measured where they can be installed; the tables say which could not be.
$(GUESTS)/ready: requirements-bench.txt requirements-bench-gpu.txt requirements-cuda.txt | $(VENV)/bin/python
	@echo "Installing Keras and PyTorch to measure beside Netloom in $(GUESTS) …"
	@$(PYTHON) -m venv $(GUESTS)
	@$(GUESTS)/bin/python -m pip install --quiet --disable-pip-version-check --no-cache-dir -r $(GUEST_REQUIREMENTS) \
		&& touch $@ || echo "They could not be installed: the lines above say why. The rest is measured without them."

frontend/node_modules/.ready: frontend/package-lock.json | $(VENV)/ready-run
	@echo "Installing front-end packages …"
	@$(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

frontend/dist/.built: frontend/node_modules/.ready $(SOURCES)
	@echo "Building the front end …"
	@$(NPM) run --silent build -- --logLevel warn
	@touch $@
