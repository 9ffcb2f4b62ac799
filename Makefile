# The targets first set up .venv, which takes about a second if nothing has changed. PYTHON=... selects the Python.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-slow lint bench-demo bench-recognition bench-evaluation bench-unseen bench-units bench-scalings bench-generator bench-chain bench-descriptors bench-perception bench-realtime bench-spotting bench-faces shell clean distclean bench-covered bench-recordings bench-compression bench-launch bench-scale test-browser bench-frames bench-robustness bench-explain bench-watch bench-analyze

# Of another Python, such as that of conda: no other Python starts with it.
unexport PYTHONHOME

# Huge pages for tests and benchmarks, as mer asks for them (mer_ros/graph/huge_pages.py).
ifeq (,$(findstring glibc.malloc.hugetlb,$(GLIBC_TUNABLES)))
export GLIBC_TUNABLES := $(if $(GLIBC_TUNABLES),$(GLIBC_TUNABLES):)glibc.malloc.hugetlb=1
endif

SEED ?= 1
SETUP = @for python in $(or $(PYTHON),python3 python3.12 python3.11 python3.10); do \
	if $$python -c "" 2>/dev/null; then exec $$python scripts/bootstrap.py $(if $(PYTHON),--python $(PYTHON)); fi; done; \
	echo "No Python found ($(or $(PYTHON),python3)): install Python 3.10, 3.11 or 3.12, or set PYTHON=/path/to/python3.12." >&2; exit 1
ENV = source scripts/env.sh
RAY = python -m pip install -q -c requirements/constraints.txt -r requirements/ray.txt

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /: /'

setup: ## create .venv, install the pinned packages, build both packages
	$(SETUP)

demo: ## run the graph on a synthetic clip; SEED=1 FPS=200 OPTIONS="--help"
	$(SETUP)
	@$(ENV) && mer demo --seed $(SEED) $(if $(FPS),--fps $(FPS)) $(OPTIONS)

test: lint ## lint, then all but the slow tests; PYTEST="-k name" selects some
	@$(ENV) && python -m pytest -n auto --dist loadfile -m "not slow and not browser" $(PYTEST)

test-slow: ## slow tests that rarely fail: the build of a new workspace, a Ray cluster (installs ray)
	$(SETUP)
	@$(ENV) && $(RAY) && python -m pytest -m slow $(PYTEST)

test-browser: ## tests of HTML pages in headless Chromium, which must be installed
	$(SETUP)
	@$(ENV) && python -m pytest -m browser $(PYTEST)

bench-scale: ## folds in several processes: speed, kills, a Ray cluster (installs ray), cost table, report, 40 min
	$(SETUP)
	@$(ENV) && $(RAY) && python -m benchmarks.scale

lint: ## ruff and mypy
	$(SETUP)
	@$(ENV) && ruff check . && mypy

bench-demo: ## five demo clips through the complete graph, 7 min
	$(SETUP)
	@$(ENV) && python -m benchmarks.demo

bench-evaluation: ## all controls on synthetic data of the size of MEGC 2019, 2 min
	$(SETUP)
	@$(ENV) && python -m benchmarks.evaluation

bench-unseen: ## all flow systems on an unseen head with rough noise, 8 min
	$(SETUP)
	@$(ENV) && python -m benchmarks.unseen

bench-units: ## action units on an unseen head, reader and templates, 4 min
	$(SETUP)
	@$(ENV) && python -m benchmarks.action_units

bench-frames: ## frames of a data set to cached flow: clips a second on two cores, 3 min
	$(SETUP)
	@$(ENV) && python -m benchmarks.frames

bench-scalings: ## a network trained on measured flow, on scaled flow, 5 min
	$(SETUP)
	@$(ENV) && python -m benchmarks.scalings

bench-generator: ## generator: speed, reproducibility, ceiling of the labels
	$(SETUP)
	@$(ENV) && python -m benchmarks.generator

bench-chain: ## tracker flow on rendered clips against synthetic flow, 8 min
	$(SETUP)
	@$(ENV) && python -m benchmarks.chain

bench-covered: ## hands, cups, scarves before faces: what is covered, 15 min; DIR=your real faces
	$(SETUP)
	@$(ENV) && python -m benchmarks.covered $(DIR) && python -m benchmarks.identities $(DIR)

bench-robustness: ## labels and spotting on corrupted clips, 45 min
	$(SETUP)
	@$(ENV) && python -m benchmarks.robustness

bench-explain: ## heat maps: grad-cam package, faithfulness, memory; texts, delay, 15 min
	$(SETUP)
	@$(ENV) && python -m pip install -q --no-deps -r benchmarks/requirements.txt && python -m benchmarks.explain

bench-descriptors: ## LBP-TOP, LBP-SIP, ELCBP: speed and accuracy, 10 min
	$(SETUP)
	@$(ENV) && python -m benchmarks.descriptors

bench-recognition: ## shipped networks, small training sets, speed, latency
	$(SETUP)
	@$(ENV) && python -m benchmarks.recognition

bench-perception: ## all of it: -realtime with memory use, -spotting, -covered, -faces, 95 min
	$(SETUP)
	@$(ENV) && failed=0; for part in perception covered identities faces_found; do \
		python -m benchmarks.$$part || failed=1; done; exit $$failed

bench-realtime: ## tracker at 200 fps: frame loss, latency, CPU time, 8 min
	$(SETUP)
	@$(ENV) && python -m benchmarks.realtime

bench-watch: ## mer watch with one page: frames lost, CPU of the tracker, delay of the picture, 3 min
	$(SETUP)
	@$(ENV) && python -m benchmarks.watch

bench-launch: ## mer up: starts, Ctrl-C, kills, memory, 10 min; OPTIONS=--quick
	$(SETUP)
	@$(ENV) && python -m benchmarks.launch $(OPTIONS)

bench-analyze: ## mer analyze on a minute at 200 fps: time, memory, size of the page, 4 min
	$(SETUP)
	@$(ENV) && python -m benchmarks.analyze

bench-recordings: ## video files of every kind, and 1080p60 in real time, 6 min
	$(SETUP)
	@$(ENV) && python -m benchmarks.recordings

bench-compression: ## spotter on strong compression: false events, F1, 20 min
	$(SETUP)
	@$(ENV) && python -m benchmarks.compression

bench-spotting: ## spotter on synthetic clips: F1, delay, what each rule costs, 40 min
	$(SETUP)
	@$(ENV) && python -m benchmarks.spotting

bench-faces: ## faces found at every picture size, and the cost, 4 min; DIR=portraits adds your own
	$(SETUP)
	@$(ENV) && python -m benchmarks.faces_found $(DIR)

shell: ## open a shell in which mer, nodes and Python find all packages
	$(SETUP)
	@exec bash --rcfile <(echo '[ -f ~/.bashrc ] && . ~/.bashrc; . "$(CURDIR)/scripts/env.sh"') -i

clean: ## remove build results and caches, but not the packages
	rm -rf build install log .pytest_cache .mypy_cache .ruff_cache
	find mer_ros scripts test -name __pycache__ -type d -exec rm -rf {} +

distclean: clean ## also remove .venv
	rm -rf .venv
