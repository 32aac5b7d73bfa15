# Every target does its own set-up; the only thing a machine must have is Python 3.11 or newer.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check e2e screenshots chaos long ajv bench ui clean

demo: .venv/ready
	$(BIN)/backfill demo

# a process a core, each with the files of its own
test: .venv/ready-test
	$(BIN)/python -m pytest -n auto --dist loadfile
	$(MAKE) check

check: .venv/ready-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Prefect's UI, operated in a real browser: Debian's chromium
e2e: .venv/ready-e2e
	$(BIN)/python -m pytest tests/e2e -m e2e --durations=10

# the documents' pictures, of real runs
screenshots: .venv/ready-e2e
	$(BIN)/python tests/e2e/screenshots.py

# CHAOS_KILLS and CHAOS_EVENTS bound the longest part: 200 kills over imports of 200,000 events
chaos: .venv/ready-test
	$(BIN)/python -m pytest tests/chaos -m "" --durations=10

# histories of millions of rows: memory, and what a night costs; a Prefect server that dies
long: .venv/ready-test
	$(BIN)/python -m pytest tests/integration tests/deployments -m long --durations=10

# what ajv, RudderStack's validator, says to the pairs of tests/ajv; needs node and npm
ajv: .venv/ready-test
	cd tests/ajv && npm install --no-package-lock --no-audit --no-fund
	$(BIN)/python tests/ajv/pairs.py > tests/ajv/node_modules/pairs
	node tests/ajv/verdicts.mjs < tests/ajv/node_modules/pairs > tests/ajv/verdicts.txt
	$(BIN)/python -m pytest tests/loaders/test_ajv_agreement.py -m ""

bench: .venv/ready-bench
	$(BIN)/python -m benchmarks

ui: .venv/ready
	@echo "Prefect's UI with the demo's runs: http://127.0.0.1:4200 (Ctrl-C ends it)"
	PREFECT_HOME="$(CURDIR)/data/state/demo/prefect" PREFECT_SERVER_ANALYTICS_ENABLED=false DO_NOT_TRACK=1 \
	PREFECT_SERVER_UI_V2_ENABLED=false PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT=false \
	$(BIN)/prefect server start --host 127.0.0.1 --port 4200

clean:
	rm -rf .venv data/state

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

.venv/ready-test: .venv/ready
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	touch $@

.venv/ready-e2e: .venv/ready-test
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[e2e]'
	touch $@

.venv/ready-bench: .venv/ready
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	touch $@
