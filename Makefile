# What can be done here, one line each: make help
.DEFAULT_GOAL := help
.PHONY: help demo test fmt lint package lock local setup clean
SHELL := /bin/sh
PORT ?= 4566
DATA ?= .local
PYTHON_HERE := .venv/bin/python

help: ## Show what can be done
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 10

demo: setup ## Watch two deleted homes come back, on a local cloud (KEEP=1 leaves it running, SAMPLE=1 shows the check fail)
	@exec $(PYTHON_HERE) -m demo $(if $(KEEP),--keep) $(if $(SAMPLE),--sample)

test: setup ## Run all tests (TESTS=tests/unit runs some)
	@exec $(PYTHON_HERE) -m pytest $(TESTS)

fmt: setup ## Format Python and Terraform
	@$(PYTHON_HERE) -m ruff check --quiet --fix-only . && $(PYTHON_HERE) -m ruff format . && terraform fmt -recursive .

lint: setup ## Check style, types, and that dist/lambda.zip is what its sources give
	@$(PYTHON_HERE) -m ruff check . && $(PYTHON_HERE) -m ruff format --check . && terraform fmt -check -recursive .
	@$(PYTHON_HERE) -m mypy
	@$(PYTHON_HERE) -m tools.package --check

package: setup ## Build dist/lambda.zip from lambda_src and the locked runtime dependencies
	@$(PYTHON_HERE) -m tools.package

local: setup ## Run only the local cloud, in the foreground (PORT=4566 DATA=.local)
	@exec $(PYTHON_HERE) -m localcloud --port $(PORT) --data $(DATA)

lock: setup ## Lock the versions of requirements/*.in with their hashes
	@for name in lambda dev; do $(PYTHON_HERE) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-config --no-header --no-emit-index-url --no-emit-find-links requirements/$$name.in -o requirements/$$name.txt; done

setup:
	@tools/setup

clean: ## Remove everything that was made here
	@rm -rf .venv .local .cache .terraform .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
