# Needs Python 3.11 to 3.13, git and make. The first target that needs it makes .venv-uv and .venv from uv.lock.

UV := 0.13.8
PYTHON = $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null \
	&& command -v $$python && break; done)
READY := .venv/installed
BIN := .venv/bin
SUBMISSIONS := course/submitted
BY_FILE := --dist loadfile --no-loadscope-reorder  # what a file makes once, one worker makes; the longest comes first
NBVAL := --nbval --nbval-current-env --nbval-kernel-startup-timeout 180 --nbval-cell-timeout 120

.PHONY: help run test elsewhere lab data results report assignment grade bench lint

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

run: $(READY) ## execute every notebook, build the report, show the verdicts (minutes)
	$(BIN)/secondlook notebooks
	$(BIN)/secondlook report
	$(BIN)/secondlook claims --summary

test: lint ## lint, unit and hygiene tests, then every notebook against its stored outputs
	$(BIN)/python -m pytest -n 2 $(BY_FILE) $(NBVAL) tests notebooks

elsewhere: export XLA_FLAGS = --xla_cpu_max_isa=SSE4_2
elsewhere: export OPENBLAS_CORETYPE = Nehalem
elsewhere: test ## the same by the arithmetic of an older x86 processor, which rounds otherwise

lab: $(READY) ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/notebooks/00_read_me_first.ipynb

data: $(READY) ## download the public data, verified, into the data home
	$(BIN)/secondlook data

results: $(READY) ## measure again what the notebooks tell, at full size (hours; resumes after a stop)
	$(BIN)/secondlook run

report: $(READY) ## build the report (PDF) and the site (HTML, in site/)
	$(BIN)/secondlook report --site

assignment: $(READY) ## write the exercises as nbgrader assignments, without solutions, into course/
	$(BIN)/secondlook assignment

grade: $(READY) ## mark the submissions in course/submitted, or in SUBMISSIONS
	$(BIN)/secondlook grade $(SUBMISSIONS)

bench: $(READY) ## the same work done by peers, side by side
	$(BIN)/secondlook bench training
	$(BIN)/secondlook bench variational

lint: $(READY) ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

$(READY): uv.lock pyproject.toml .venv-uv/$(UV)
	.venv-uv/bin/uv sync --frozen --python "$(PYTHON)" --no-python-downloads --compile-bytecode
	$(BIN)/python -c "import matplotlib.font_manager"  # find the fonts now, not in the first notebook's output
	touch $@

.venv-uv/$(UV):
	@test -n "$(PYTHON)" || { echo "needs Python 3.11, 3.12 or 3.13; python3 is $$(python3 --version 2>/dev/null || echo missing)"; exit 1; }
	"$(PYTHON)" -m venv --clear .venv-uv
	.venv-uv/bin/python -m pip install --quiet uv==$(UV)
	touch $@
