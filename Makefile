# Everything a person does with this project, in one word each. The same without make: README.md.
#
#   make demo [SERVE=0] [NAME=aldmoor]   build a demonstration place, project it, report on it and serve its pages
#   make test                            every test that this machine can run; what it cannot is named
#   make check                           format, lint, types, layers, links, house rules
#   make serve [PLACE=places/leeds]      serve a place's pages on 127.0.0.1
#   make screenshots                     every page at the width of a desk and of a phone, into site/screenshots/
#   make docs | bench | fuzz | soak | lock | vendor

VENV ?= .venv
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do command -v $$p && break; done)
NAME ?= leeds
PLACE ?= places/$(NAME)
PORT ?= 8000
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help demo serve test test-sqlite test-postgres check format docs bench fuzz soak lock clean screenshots vendor \
	check-format check-lint check-types check-layers check-links check-house check-docs check-vendored check-migrations

help:
	@sed -n 's/^#   \(make .*\)/\1/p' Makefile

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed. Install it, or say where it is: make demo PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or later is needed; $(PYTHON) is older. Say where another is: make demo PYTHON=python3.11" >&2; exit 1; }
	@echo "Making the virtual environment $(VENV)"
	@$(PYTHON) -m venv $(VENV) \
		|| { rm -rf $(VENV); echo "Python lacks its venv module: on Debian or Ubuntu, 'apt-get install python3-venv'." >&2; exit 1; }

# What it takes to use skillmix: locked packages by hash first, then the package itself without asking for more.
$(VENV)/.use: requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing skillmix into $(VENV) (a minute or so)"
	@$(INSTALL) --require-hashes -r requirements.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

# What it takes to change it.
$(VENV)/.develop: requirements-dev.txt pyproject.toml | $(BIN)/python
	@echo "Installing skillmix and its tools into $(VENV) (a minute or so)"
	@$(INSTALL) --require-hashes -r requirements-dev.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.use

demo: $(VENV)/.use
	@$(BIN)/skillmix demo $(NAME) --out places/$(NAME) --port $(PORT) $(if $(filter 0,$(SERVE)),--no-serve,--serve)

serve: $(VENV)/.use
	@$(BIN)/skillmix serve $(PLACE) --port $(PORT)

test: test-sqlite $(if $(TESTS),,test-postgres)

# A file of tests runs in one process, files in as many as there are processors and one more, since some only wait; the
# long ones, in a browser or of a whole place, first.
PARALLEL ?= -n $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1) --dist loadfile --no-loadscope-reorder

test-sqlite: $(VENV)/.develop
	$(BIN)/python -m pytest $(if $(TESTS),$(TESTS),$(PARALLEL))

# What uses the control database once more, and one journey in a browser, on a PostgreSQL of their own.
test-postgres: $(VENV)/.develop
	@$(BIN)/python scripts/with_postgres.py $(BIN)/python -m pytest $(PARALLEL) -m database tests/integration tests/unit/web \
		--ignore tests/integration/test_api_schema.py; left=$$?; \
	if [ $$left = 75 ] && [ "$(CI)" != true ]; then echo "Skipped: tests on PostgreSQL, which is not installed."; exit 0; fi; \
	[ $$left = 0 ] || exit $$left; \
	$(BIN)/python scripts/with_postgres.py $(BIN)/python -m pytest tests/browser/test_smoke_journey.py

# 'make -k check' goes on after the first breach.
check: check-format check-lint check-types check-layers check-links check-house check-docs check-vendored check-migrations

check-format: $(VENV)/.develop
	$(BIN)/ruff format --check .

check-lint: $(VENV)/.develop
	$(BIN)/ruff check .

check-types: $(VENV)/.develop
	$(BIN)/mypy

check-layers: $(VENV)/.develop
	$(BIN)/lint-imports

check-links: $(VENV)/.develop
	$(BIN)/python scripts/check_links.py

check-house: $(VENV)/.develop
	$(BIN)/python scripts/check_house.py

check-docs: $(VENV)/.develop
	$(BIN)/python scripts/build_docs.py --check

check-vendored: $(VENV)/.develop
	$(BIN)/python scripts/vendor_static.py --check

check-migrations: $(VENV)/.develop
	DJANGO_SETTINGS_MODULE=skillmix.web.site.settings $(BIN)/python -m django makemigrations --check --dry-run

format: $(VENV)/.develop
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(VENV)/.develop
	$(BIN)/python scripts/build_docs.py

bench: $(VENV)/.develop
	$(BIN)/python benchmarks/run.py

fuzz: $(VENV)/.develop
	SKILLMIX_FUZZ=1 $(BIN)/python -m pytest -o faulthandler_timeout=0 --hypothesis-profile=fuzz tests

# Every sub-ICB of England, then two hundred kills of web and worker in the middle of what they do.
soak: $(VENV)/.develop
	$(BIN)/python scripts/soak_places.py
	SKILLMIX_KILLS=200 $(BIN)/python -m pytest -o faulthandler_timeout=0 tests/integration -k "kill"

screenshots: $(VENV)/.develop
	$(BIN)/python scripts/screenshots.py --out site/screenshots

vendor: $(VENV)/.develop
	$(BIN)/python scripts/vendor_static.py

lock: $(VENV)/.develop
	VENV=$(VENV) scripts/lock.sh

clean:
	rm -rf build dist site .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
