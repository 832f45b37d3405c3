# Every target sets up what it needs: the first time .venv and var/, after that nothing.
# Without make: the plain commands are in README.md; each recipe below is one or two of them.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
INSTALLED := $(VENV)/.installed
PYTEST_FLAGS ?= -n 3 --dist loadscope --no-loadscope-reorder
DEMO_FLAGS ?=
BENCH_FLAGS ?=
FUZZ_FLAGS ?=
SCREENSHOT_FLAGS ?=

.DEFAULT_GOAL := help
# Compiled modules are kept whatever the shell says: else every process of a test run compiles Django anew.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help setup demo up test test-long lint bench docs screenshots gallery fuzz detection reproducibility lock clean clean-all

help:
	@echo "make demo       the seeded world and everything that runs it; open the printed address   演示"
	@echo "make up         services, web, worker and beat, without seeding                          运行"
	@echo "make test       all tests (about seventeen minutes)                                      测试"
	@echo "make test-long  the same with the full numbers of rounds                                完整测试"
	@echo "make lint       style, types, import contracts, lock files                              检查"
	@echo "make bench      measurements                                                            测速"
	@echo "make docs       the manual as a web site under var/site                                 文档"
	@echo "make screenshots  the manual's pictures anew, of a demonstration made for them           截图"
	@echo "make gallery    every kind of page, both languages, desk and telephone: docs/gallery    全部页面"
	@echo "make fuzz       random changes of the sample files, read for a minute (FUZZ_FLAGS)         模糊测试"
	@echo "make reproducibility  the same bits under several versions of numpy                     可复现性"
	@echo "make detection  faults planted in simulated station years, and how many are found       质控检验"
	@echo "make lock       make requirements*.txt anew from pyproject.toml                         锁定依赖"
	@echo "make clean      remove .venv, node_modules and caches; keeps var/, the data              清理"
	@echo "make clean-all  clean, and remove var/ with all its data                                全部清除"

setup: $(INSTALLED)
	@$(RUN) manage.py prepare

$(INSTALLED): requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "需要 Python 3.11 或更新的版本（make PYTHON=python3.11）/ Python 3.11 or newer is needed (make PYTHON=python3.11)" >&2; exit 1; }
	@test -x $(RUN) || $(PYTHON) -m venv $(VENV) || \
	  { echo "无法建立 .venv：请安装 python3-venv / cannot make .venv: install python3-venv" >&2; rm -rf $(VENV); exit 1; }
	@echo "正在安装依赖 / installing the requirements"
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements-dev.txt || \
	  { echo "依赖安装失败，请检查网络后重试 / the requirements were not installed: check the network and try again" >&2; exit 1; }
	@touch $@

demo: setup
	@exec $(RUN) manage.py demo $(DEMO_FLAGS)

up: setup
	@exec $(RUN) manage.py up

test: setup
	@$(RUN) -m pytest $(PYTEST_FLAGS)

test-long: setup
	@KCR_LONG=1 $(RUN) -m pytest $(PYTEST_FLAGS)

lint: $(INSTALLED)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy calculations
	$(VENV)/bin/lint-imports
	$(RUN) -m tests.requirements_check

bench: setup
	@$(RUN) -m benchmarks $(BENCH_FLAGS)

docs: setup
	@NO_MKDOCS_2_WARNING=1 $(RUN) -m mkdocs build --strict --quiet
	@echo "var/site/index.html"

screenshots: setup
	@$(RUN) -m tests.browser.screenshots $(SCREENSHOT_FLAGS)

gallery: setup
	@$(RUN) -m tests.browser.screenshots --every $(SCREENSHOT_FLAGS)

fuzz: setup
	@$(RUN) -m benchmarks.fuzzing $(FUZZ_FLAGS)

# Each version of numpy gets an environment of its own under var/; kept for the next time.
reproducibility: setup
	@$(RUN) -m tests.calculations.reproducibility.versions $(NUMPY_VERSIONS)

detection: setup
	@$(RUN) -m benchmarks.detection $(BENCH_FLAGS)

# uv keeps the versions that the files already hold; to raise one, delete its lines first.
LOCK := pip compile pyproject.toml --quiet --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --python-version 3.11
lock:
	@temporary=$$(mktemp -d) && trap 'rm -rf "$$temporary"' EXIT && $(PYTHON) -m venv "$$temporary" && \
	  "$$temporary/bin/pip" install --quiet --disable-pip-version-check uv && \
	  "$$temporary/bin/uv" $(LOCK) -o requirements.txt && \
	  "$$temporary/bin/uv" $(LOCK) --extra dev -c requirements.txt -o requirements-dev.txt

clean:
	rm -rf $(VENV) node_modules .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis dist
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +

clean-all: clean
	rm -rf var
