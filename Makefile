# Everything here needs Python >= 3.11 and make, nothing else: environments are made on first use.
# Pass options on with ARGS, for example: make unit ARGS="-k router -x"

PORT ?= 8000
SECONDS ?= 60
ARGS ?=
BIN := .venv/bin
REQUIREMENTS := pyproject.toml uv.lock scripts/bootstrap

.PHONY: help run test lint types unit faults reference conformance bench bench-quick docs format clean
.DEFAULT_GOAL := help

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/.ready ## Migrate, fill and serve the example bookshop (PORT=8000, DATABASE_URL=postgresql://...)
	@echo "The shop      http://127.0.0.1:$(PORT)/"
	@echo "Its docs      http://127.0.0.1:$(PORT)/docs"
	@echo "Its API       http://127.0.0.1:$(PORT)/api/books"
	@echo "Its database  http://127.0.0.1:$(PORT)/admin"
	@cd examples/bookshop && export TALARIAN_ENV=development && \
		../../$(BIN)/talarian db upgrade bookshop.main:app && \
		../../$(BIN)/python -m bookshop.seed && \
		exec ../../$(BIN)/talarian dev bookshop.main:app --port $(PORT)

test: lint types docs unit ## Everything that must be green before a change goes in, but conformance

lint: .venv/.ready ## Style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.ready ## mypy and pyright, source and tests
	$(BIN)/mypy
	cd examples/bookshop && ../../$(BIN)/mypy --config-file ../../pyproject.toml .
	cd examples/battery && ../../$(BIN)/mypy --config-file ../../pyproject.toml .
	cd examples/library_mongo && ../../$(BIN)/mypy --config-file ../../pyproject.toml .
	$(BIN)/pyright

unit: .venv/.ready reference ## Our own tests: architecture, unit, contract, integration, protocol, examples
	$(BIN)/pytest $(ARGS)

faults: .venv/.ready ## Writers against failing databases, and whether the answers were true (SECONDS=60 for each)
	@$(BIN)/python -m tests.faults --seconds $(SECONDS) $(ARGS)

reference: .venv/.ready ## The real FastAPI in .venv-fastapi, which contract tests compare with
	@$(BIN)/python -m scripts.reference

conformance: .venv-conformance/.ready ## FastAPI's own test suite, run against Talarian
	@.venv-conformance/bin/python -m tests.conformance $(ARGS)

bench: .venv/.ready ## Servers under load beside FastAPI, Fastify, Go and others (15 to 20 minutes)
	@$(BIN)/python -m benchmarks.bench $(ARGS)

bench-quick: .venv/.ready ## Time per request in process beside FastAPI, in under two minutes
	@$(BIN)/python -m benchmarks.quick $(ARGS)

docs: .venv/.ready ## Links lead somewhere and Python blocks compile
	$(BIN)/python scripts/check_docs.py

format: .venv/.ready ## Rewrite the files the way `make lint` wants them
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## Remove every environment and cache
	rm -rf .venv .venv-* .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis

.venv/.ready: $(REQUIREMENTS)
	@scripts/bootstrap .venv dev
	@touch $@

.venv-conformance/.ready: $(REQUIREMENTS)
	@scripts/bootstrap .venv-conformance conformance
	@touch $@
