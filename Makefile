# What can be done here, one line each: make help
.DEFAULT_GOAL := help
.PHONY: help demo test test-install test-browser fmt lint lint-quick hooks docs pictures package lock security bench bench-full
.PHONY: soak planted local setup setup-lint setup-browser clean
SHELL := /bin/sh
PORT ?= 4566
DATA ?= .local
PYTHON_HERE := .venv/bin/python
# A configuration file that is named but absent makes terraform complain at every call.
TERRAFORM := env $(if $(wildcard $(TF_CLI_CONFIG_FILE)),,-u TF_CLI_CONFIG_FILE) terraform

help: ## Show what can be done
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 14

demo: setup ## Watch two deleted homes come back, on a local cloud (KEEP=1 leaves it running, SAMPLE=1 shows the check fail)
	@exec $(PYTHON_HERE) -m demo $(if $(KEEP),--keep) $(if $(SAMPLE),--sample)

test: setup ## Run all tests (TESTS=tests/unit runs some)
	@exec $(PYTHON_HERE) -m pytest --numprocesses 2 $(TESTS)

test-install: setup ## Build the command line's wheel, install it as an admin does, and run it there
	@exec $(PYTHON_HERE) -m pytest tests/install

test-browser: setup-browser ## Look at the report in Chromium
	@exec .venv-browser/bin/python -m pytest tests/browser

fmt: setup ## Format Python and Terraform
	@$(PYTHON_HERE) -m ruff check --quiet --fix-only . && $(PYTHON_HERE) -m ruff format . && $(TERRAFORM) fmt -recursive .

lint: setup-lint ## Run every check, two at a time: about a minute
	@exec $(PYTHON_HERE) -m tools.lint

lint-quick: setup ## Run the checks that take a second or two
	@exec $(PYTHON_HERE) -m tools.lint --quick

hooks: setup-lint ## Let git run the quick checks before each commit
	@exec .venv-lint/bin/pre-commit install

docs: setup ## Write the tables of inputs, outputs, commands and costs into the documentation
	@exec $(PYTHON_HERE) -m tools.docs

pictures: setup ## Draw the pictures of the command line that the documentation shows
	@exec $(PYTHON_HERE) -m tools.pictures

package: setup ## Build dist/lambda.zip from lambda_src and the locked runtime dependencies
	@$(PYTHON_HERE) -m tools.package && $(PYTHON_HERE) -m tools.contents

local: setup ## Run only the local cloud, in the foreground (PORT=4566 DATA=.local)
	@exec $(PYTHON_HERE) -m localcloud --port $(PORT) --data $(DATA)

security: setup-lint ## Use every right of every role, attack with every role, ask checkov: the report in docs/security.md
	@$(PYTHON_HERE) -m tools.security && $(PYTHON_HERE) -m tools.attacks && $(PYTHON_HERE) -m tools.checkov --write

bench: setup ## Measure, print the tables and write docs/performance.md (ONLY="storm seed", SMALL=1; ONLY=seed PROFILES=500)
	@PYTHONHASHSEED=0 PYTHONPATH=lambda_src exec $(PYTHON_HERE) -m tools.bench $(addprefix --only ,$(ONLY)) $(if $(SMALL),--small) $(if $(PROFILES),--profiles $(PROFILES))

bench-full: setup ## Measure everything, also ten thousand owners in a model
	@PYTHONHASHSEED=0 PYTHONPATH=lambda_src exec $(PYTHON_HERE) -m tools.bench --full

soak: setup ## Run random histories, and say how much was tried (HISTORIES=20000 SEED=5000; MINUTES=30 begins none after that)
	@exec $(PYTHON_HERE) -m tools.soak --histories $(or $(HISTORIES),20000) --seed $(or $(SEED),5000) --minutes $(or $(MINUTES),0)

planted: setup ## Show that random histories find each planted bug, and write the table in docs/reliability.md
	@exec $(PYTHON_HERE) -m tests.histories.planted --write

lock: setup ## Lock the versions of requirements/*.in with their hashes
	@for name in lambda dev lint browser; do $(PYTHON_HERE) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-config --no-header --no-emit-index-url --no-emit-find-links requirements/$$name.in -o requirements/$$name.txt; done

setup:
	@tools/setup

setup-lint:
	@tools/setup with-lint

setup-browser:
	@tools/setup with-browser

clean: ## Remove everything that was made here
	@rm -rf .venv .venv-browser .venv-lint .local .cache .hypothesis .terraform .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
