# demo and test set up what they need; a second run costs about a second. PYTHON=... picks the Python, SEED=... the demo.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo test lint bench-demo bench-recognition bench-evaluation bench-scalings bench-generator bench-chain bench-descriptors bench-perception bench-realtime bench-spotting shell clean distclean

SEED ?= 1
SETUP = @for python in $(or $(PYTHON),python3 python3.12 python3.11 python3.10); do \
	if $$python -c "" 2>/dev/null; then exec $$python scripts/bootstrap.py $(if $(PYTHON),--python $(PYTHON)); fi; done; \
	echo "No Python runs here ($(or $(PYTHON),python3)): install Python 3.10, 3.11 or 3.12, or name one with PYTHON=/path/to/python3.12." >&2; exit 1
ENV = source scripts/env.sh

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /: /'

setup: ## make .venv, install the pinned packages, build both ROS packages
	$(SETUP)

demo: ## the whole path on a made clip: SEED=1, FPS=30 for an ordinary camera, OPTIONS="..." for more
	$(SETUP)
	@$(ENV) && mer demo --seed $(SEED) $(if $(FPS),--fps $(FPS)) $(OPTIONS)

test: lint ## lint, then every test; PYTEST="-k name" for some
	@$(ENV) && python -m pytest $(PYTEST)

lint: ## ruff and mypy
	$(SETUP)
	@$(ENV) && ruff check . && mypy

bench-demo: ## what the demo promises, measured: five seeds through the whole graph, about seven minutes
	$(SETUP)
	@$(ENV) && python -m benchmarks.demo

bench-evaluation: ## what the evaluation promises, measured: all controls on a made folder of MEGC's size, about two minutes
	$(SETUP)
	@$(ENV) && python -m benchmarks.evaluation

bench-scalings: ## how a network trained on live flow reads flow images that were scaled per clip, about five minutes
	$(SETUP)
	@$(ENV) && python -m benchmarks.scalings

bench-generator: ## what the generator promises, measured: its speed, the same bytes, the ceiling of its labels
	$(SETUP)
	@$(ENV) && python -m benchmarks.generator

bench-chain: ## the tracker's flow on rendered clips beside the made flow samples, about eight minutes
	$(SETUP)
	@$(ENV) && python -m benchmarks.chain

bench-descriptors: ## what LBP-TOP, LBP-SIP and ELCBP cost beside scikit-image, and what they learn, about ten minutes
	$(SETUP)
	@$(ENV) && python -m benchmarks.descriptors

bench-recognition: ## what the learned recognition promises, measured: shipped networks, small sets, steps, latency
	$(SETUP)
	@$(ENV) && python -m benchmarks.recognition

bench-perception: ## bench-realtime with its memory part and bench-spotting, about an hour and a half
	$(SETUP)
	@$(ENV) && python -m benchmarks.perception

bench-realtime: ## frames lost, age and CPU of the tracker at 200 frames a second, about eight minutes
	$(SETUP)
	@$(ENV) && python -m benchmarks.realtime

bench-spotting: ## F1, apex error and delay of the spotter on synthetic streams, about an hour
	$(SETUP)
	@$(ENV) && python -m benchmarks.spotting

shell: ## a shell in which mer, ros nodes and Python are on the paths
	$(SETUP)
	@exec bash --rcfile <(echo '[ -f ~/.bashrc ] && . ~/.bashrc; . "$(CURDIR)/scripts/env.sh"') -i

clean: ## remove what was built and cached; the packages stay
	rm -rf build install log .pytest_cache .mypy_cache .ruff_cache
	find mer_ros scripts test -name __pycache__ -type d -exec rm -rf {} +

distclean: clean ## remove the environment too
	rm -rf .venv
