# Everything that is done with this repository has one command here; `make help` lists them.
# Only Python (3.10 or later) has to be on the machine: each environment is made when it is needed.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin

# The oldest SQLAlchemy that pyproject.toml allows.
OLDEST_SQLALCHEMY := $(shell sed -n 's/.*"sqlalchemy>=\([0-9.]*\)".*/\1/p' pyproject.toml)

.PHONY: help
help: ## what can be done
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "%-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# ── what everybody needs ────────────────────────────────────────────────────────────────────────

.PHONY: demo
demo: .venv/.installed ## the main job, shown on SQLite in under a minute; leaves ./demo-project
	@$(BIN)/python tools/demo.py

.PHONY: test
test: lint test-newest test-oldest test-python310 docs ## everything that must pass
	@echo "make test: all passed"

.PHONY: lint
lint: .venv/.developing ## format, style, types, and who may import whom
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy

# `--exit-zero`: what cannot be mended by itself is for `make lint` to say.
.PHONY: format
format: .venv/.developing ## put the code in its format
	$(BIN)/ruff check --fix --quiet --exit-zero .
	$(BIN)/ruff format .

.PHONY: docs
docs: .venv/.developing ## the documentation site, in ./site
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "site/index.html"

.PHONY: serve-docs
serve-docs: .venv/.developing ## the documentation site, on http://127.0.0.1:8000, kept up to date
	$(BIN)/mkdocs serve

.PHONY: bench
bench: .venv/.developing ## limbeck and Alembic in the same run; half an hour
	$(BIN)/python -m benchmarks

.PHONY: conformance
conformance: .venv/.developing ## Alembic's own tests, with limbeck in the place of Alembic; some minutes
	$(BIN)/python -m tools.conformance

.PHONY: conformance-packages
conformance-packages: .venv/.developing ## tests of packages that extend Alembic, with limbeck in its place; a minute
	$(BIN)/python -m tools.conformance packages

.PHONY: bench-quick
bench-quick: .venv/.developing ## the same with fewer sizes and repetitions; a few minutes
	$(BIN)/python -m benchmarks --quick

# ── the parts of `make test` ────────────────────────────────────────────────────────────────────

.PHONY: test-newest
test-newest: .venv/.developing ## the tests, on all databases, with the newest SQLAlchemy
	@tools/find-browser
	$(BIN)/python -m pytest

# What depends on SQLAlchemy, once more; the rest cannot know which one is there.
.PHONY: test-oldest
test-oldest: .venv-oldest/.developing ## the tests that touch a database, with the oldest SQLAlchemy
	.venv-oldest/bin/python -m pytest -m "sqlite or postgresql or mariadb"

# Where the machine has it: the language of the oldest Python that we support.
.PHONY: test-python310
test-python310: ## the tests without servers, on Python 3.10, where there is one
	@python=$$(tools/find-python 3.10) || { echo "No Python 3.10 here: not tested with it."; exit 0; }; \
	$(MAKE) --no-print-directory .venv-3.10/.developing PYTHON="$$python" && \
	.venv-3.10/bin/python -m pytest -m "not postgresql and not mariadb" tests/unit tests/scenarios

# ── environments ────────────────────────────────────────────────────────────────────────────────

.venv/.installed: pyproject.toml
	@tools/make-environment .venv "$(PYTHON)" -e .
	@touch $@

.venv/.developing: pyproject.toml
	@tools/make-environment .venv "$(PYTHON)" -e . --group dev
	@touch $@ .venv/.installed

.venv-oldest/.developing: pyproject.toml
	@tools/make-environment .venv-oldest "$(PYTHON)" -e . --group test "sqlalchemy==$(OLDEST_SQLALCHEMY)"
	@touch $@

.venv-3.10/.developing: pyproject.toml
	@tools/make-environment .venv-3.10 "$(PYTHON)" -e . --group test
	@touch $@

.PHONY: clean
clean: ## remove what the commands above have made
	rm -rf .venv .venv-oldest .venv-3.10 site demo-project benchmarks/made benchmarks/results .conformance
