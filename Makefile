# Every target sets up what it needs first; a second time that costs a fraction of a second. See docs/development.md.
PY := .venv/bin/python
PORT ?= 8000
PYTEST := $(PY) -m pytest -n 2 --dist worksteal
# Checks load the settings, which make keys and a database in the installation's home: give them one of their own.
CHECK_HOME := .venv/check-home
DJANGO := XIANXING_HOME=$(CHECK_HOME) DJANGO_SETTINGS_MODULE=xianxing.settings
# Trials that kill processes run by store side by side; the one that measures times has the machine alone.
KILLED := tests/trials/test_killed.py
CROWD := tests/trials/test_crowd.py
FIGURES := $(CURDIR)/.venv/trials.jsonl
step = @printf '\n== %s\n' "$(1)"

export PORT

.DEFAULT_GOAL := help
.PHONY: help run dev system test lint trials bench docs lock messages clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

run: ## set up and serve the product with the demo zone on 127.0.0.1:$PORT
	@bin/setup run
	@.venv/bin/xianxing start

dev: ## set up what checks and tests need
	@bin/setup dev

system:
	@bin/need chromium libatomic1 fonts-noto-cjk postgresql java

test: dev system lint ## every check and every test, on SQLite and on PostgreSQL
	$(call step,tests on SQLite)
	$(PYTEST) -m "not trial"
	$(call step,tests of the store on PostgreSQL)
	$(PY) tests/postgres.py -- $(PYTEST) -m "store and not trial"

lint: dev ## style, types, layers, migrations, translations, house rules
	$(call step,ruff check)
	@$(PY) -m ruff check
	$(call step,ruff format)
	@$(PY) -m ruff format --check
	$(call step,mypy)
	@$(DJANGO) $(PY) -m mypy
	$(call step,import-linter)
	@.venv/bin/lint-imports
	$(call step,migrations)
	@$(DJANGO) $(PY) -m django makemigrations --check --dry-run
	$(call step,translations)
	@$(PY) bin/messages.py check
	$(call step,rules of the house)
	@$(PY) bin/house.py

trials: dev system ## the exhaustive and slow tests, on both stores, and their figures (TRIALS_SCALE=0.1: a tenth of them)
	@rm -f $(FIGURES)
	$(call step,trials that share the machine)
	TRIALS_FIGURES=$(FIGURES) $(PY) -m pytest -n 2 --dist loadscope -m trial --ignore=$(KILLED) --ignore=$(CROWD)
	$(call step,kills on SQLite and on PostgreSQL side by side)
	export TRIALS_FIGURES=$(FIGURES); $(PY) -m pytest -m trial $(KILLED) & files=$$!; \
	$(PY) tests/postgres.py -- $(PY) -m pytest -m trial $(KILLED); server=$$?; wait $$files && exit $$server
	$(call step,the crowd has the machine alone (SQLite))
	TRIALS_FIGURES=$(FIGURES) $(PY) -m pytest -m trial $(CROWD)
	$(call step,the crowd has the machine alone (PostgreSQL))
	TRIALS_FIGURES=$(FIGURES) $(PY) tests/postgres.py -- $(PY) -m pytest -m trial $(CROWD)
	@$(PY) bin/trials.py $(FIGURES)

bench: system ## the measurements, on both stores
	@bin/setup bench
	$(call step,measurements on SQLite)
	$(PY) -m bench
	$(call step,measurements on PostgreSQL)
	$(PY) tests/postgres.py -- $(PY) -m bench
	$(call step,measurements of rules)
	$(PY) -m bench.rules
	$(call step,measurements of windows over years)
	$(PY) -m bench.windows
	$(call step,selection under limits)
	$(PY) -m bench.selection
	$(call step,the same rules on Spark)
	$(PY) -m bench.spark
	$(call step,import of workbooks beside django-import-export)
	$(PY) -m bench.imports

docs: dev system ## write the reference of the command line and the pictures anew, check the links
	@mkdir -p docs/reference
	@$(DJANGO) .venv/bin/typer xianxing.cli.main utils docs --name xianxing --output docs/reference/cli.md
	@$(PY) bin/pictures.py
	@$(PY) bin/house.py

lock: dev ## write the hashed locks anew from pyproject.toml (UPGRADE=1: newest versions)
	@bin/lock

messages: dev ## bring the catalogue of Chinese texts up to date with the sources
	@$(PY) bin/messages.py update

clean: ## remove everything made here except the data in var/
	rm -rf .venv node_modules src/xianxing/pages/static/vendor .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find src -name '*.mo' -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
