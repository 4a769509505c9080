# Everything a developer or operator starts. `make` alone lists it.
# Needs Python 3.11, git and make; the rest (uv, packages, node where it is missing) is fetched on first use and kept in .cache.

SHELL := /bin/bash
export PYTHON ?= $(firstword $(shell command -v python3.11) python3)
export BANGBAN_ENV ?= development
export BANGBAN_DEMO ?= $(if $(filter production,$(BANGBAN_ENV)),0,1)
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

sources = $(shell find $(1) \( -name node_modules -o -name dist -o -name __pycache__ -o -name .venv -o -name models -o -name .rasa \) -prune \
            -o -type f ! -name '* *' -print 2>/dev/null)
web := $(wildcard web/package.json)

.PHONY: help setup run test test-quick test-parts test-whole test-web lint format docs clean

# What talks to the whole running product waits more than it computes, so it runs beside everything else.
whole := resilience conversations browser

help: ## List what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: .venv/.ready bot/.venv/.ready $(if $(web),.cache/stamps/web) .cache/stamps/model .cache/stamps/index ## Install everything, train, build the index (skips what is done)

run: setup ## Start everything in the foreground; Ctrl-C stops it. Demo mode unless BANGBAN_ENV=production
	@exec .venv/bin/bangban up

test: setup .cache/stamps/browser lint ## Run every check and every test
	@$(MAKE) --no-print-directory -j2 test-whole test-parts $(if $(web),test-web)

test-whole: # shown when it is done, for it would be mixed with the output of what runs beside it
	@.venv/bin/pytest $(addprefix tests/,$(whole)) > .cache/test-whole.log 2>&1; code=$$?; cat .cache/test-whole.log; exit $$code

test-parts:
	.venv/bin/pytest $(addprefix --ignore=tests/,$(whole)) tests

test-web:
	cd web && ../tools/with-node npm test

test-quick: .venv/.ready ## Run the unit and architecture tests, which need no browser and no trained model
	.venv/bin/pytest tests/unit tests/architecture

lint: .venv/.ready $(if $(web),web/node_modules/.ready) ## Check style, imports and the guides
	.venv/bin/ruff check .
	.venv/bin/lint-imports --no-cache
	.venv/bin/bangban guides lint --errors-only
	$(if $(web),cd web && ../tools/with-node npm run lint)

format: .venv/.ready ## Mend what ruff can mend
	.venv/bin/ruff check --fix .

docs: .venv/.ready ## Write what is made from code: the page of settings, the contract of the citizens' clients
	.venv/bin/python -m bangban.settings_page
	.venv/bin/python -m bangban.citizen_contract

clean: ## Remove what was installed and built (not var/, where the state is)
	rm -rf .cache .venv bot/.venv bot/models bot/.rasa web/node_modules web/*/dist

.venv/.ready: requirements.lock pyproject.toml
	@tools/python-env .venv requirements.lock
	@VIRTUAL_ENV=$(CURDIR)/.venv tools/uv pip install --quiet --no-deps --editable .
	@touch $@

bot/.venv/.ready: bot/requirements.lock
	@tools/python-env bot/.venv bot/requirements.lock
	@touch $@

web/node_modules/.ready: web/package-lock.json
	@cd web && ../tools/with-node npm ci --no-audit --no-fund
	@touch $@

.cache/stamps/web: web/node_modules/.ready $(call sources,web)
	@cd web && ../tools/with-node npm run build
	@mkdir -p $(@D) && touch $@

.cache/stamps/model: .venv/.ready bot/.venv/.ready $(call sources,bot data)
	@.venv/bin/bangban train
	@mkdir -p $(@D) && touch $@

# On a home of its own, so that a running product is left alone; what is made lies in .cache/index, where every home finds it.
.cache/stamps/index: .venv/.ready $(call sources,knowledge)
	@OMP_NUM_THREADS=$$(nproc 2>/dev/null || echo 2) BANGBAN_HOME=$(CURDIR)/.cache/index-home .venv/bin/bangban index build
	@mkdir -p $(@D) && touch $@

.cache/stamps/browser:
	@tools/browser
	@mkdir -p $(@D) && touch $@
