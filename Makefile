# `make help` lists what there is. Everything runs in .venv, built from hash-checked locks.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench soak lock transcripts

help: ## what can be made
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.run ## build .venv with what Lacak runs on

$(VENV)/.run: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Lacak needs Python 3.11 or newer; try make PYTHON=python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --no-index -e .
	touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	$(PIP) install --require-hashes -r requirements-dev.lock
	touch $@

demo: $(VENV)/.run ## a sample office with a survey you can answer, no accounts needed
	@exec $(BIN)/lacak demo

test: $(VENV)/.dev ## every test (under ten minutes on two cores)
	$(BIN)/python -m pytest -n 3 --dist worksteal -m "not soak"

check: $(VENV)/.dev ## format, lint, types, import contracts, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) test

bench: $(VENV)/.dev ## ours, the peer's and the ratio, each from one run
	$(BIN)/python -m bench.step
	$(BIN)/python -m bench.answers
	$(BIN)/python -m bench.messages
	$(BIN)/python -m bench.turn
	$(BIN)/python -m bench.dispatch
	$(BIN)/python -m bench.steering
	$(BIN)/python -m bench.waves
	$(BIN)/python -m bench.mirror
	$(BIN)/python -m bench.export
	$(BIN)/python -m bench.start

soak: $(VENV)/.dev ## the long runs whose figures closing notes quote
	$(BIN)/python -m pytest -n 2 -m soak -o faulthandler_timeout=1800 # pytest's own limit is for tests, not for a year

transcripts: $(VENV)/.dev ## rewrite tests/transcripts from what the forms say now; review the diff
	$(BIN)/python -m pytest tests/flows/test_transcripts.py tests/bot/channels/test_transcripts.py --update-transcripts

lock: $(VENV)/.dev ## pin dependencies anew
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --quiet --upgrade pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --quiet --upgrade --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
