# make install | demo | test | cover | run | bench | pictures | learn | lock. Needs only Python >= 3.11, make and a network for packages.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCH := .venv-bench

.PHONY: install demo pictures test cover check run bench learn lock clean

install: $(VENV)/installed

$(VENV)/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Tocsin needs Python 3.11 or newer; $(PYTHON) is older. Try: make install PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all: -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/staged: requirements-demo.lock $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all: -r requirements-demo.lock
	@touch $@

demo: $(VENV)/staged
	@$(BIN)/tocsin demo

# The README's pictures, from the demo; needs Chromium.
pictures: $(VENV)/tested
	@$(BIN)/python -m tests.pictures

$(VENV)/tested: requirements-dev.lock $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all: -r requirements-dev.lock
	@touch $@

test: $(VENV)/tested check
	$(BIN)/python -m pytest -q

# Which lines and branches no test reaches; takes about twice as long.
cover: $(VENV)/tested
	$(BIN)/python -m pytest --cov --cov-report=term:skip-covered -q

check: $(VENV)/tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

run: install
	@$(BIN)/tocsin run

# ROWS=poll,memory measures those only; JSON=FILE keeps the figures.
bench: $(BENCH)/installed
	@$(BENCH)/bin/python -m tests.bench $(ROWS) $(if $(JSON),--json $(JSON))

$(BENCH)/installed: requirements-bench.lock $(VENV)/installed
	$(BIN)/python -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all: -r requirements-bench.lock
	@touch $@

# TEXTS="one.jsonl two.jsonl": labelled texts, in the form of tests/corpus/notices.jsonl.
learn: $(VENV)/tested
	@$(BIN)/python -m tests.learning $(TEXTS) --write

lock: $(VENV)/tested
	$(BIN)/uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --quiet --upgrade --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group build --extra demo --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --quiet --upgrade --constraint requirements.lock \
		--output-file requirements-demo.lock
	$(BIN)/uv pip compile pyproject.toml --group build --extra demo --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --quiet --upgrade --constraint requirements-demo.lock \
		--output-file requirements-dev.lock
	$(BIN)/uv pip compile pyproject.toml --group build --group bench --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --quiet --upgrade --constraint requirements-dev.lock \
		--output-file requirements-bench.lock

clean:
	rm -rf $(VENV) $(BENCH) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
