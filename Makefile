.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON := .venv/bin/python
PYTEST := $(PYTHON) -m pytest
# A run of tests starts hundreds of processes: what one has compiled the others find.
unexport PYTHONDONTWRITEBYTECODE
# What is run once more on PostgreSQL.
ON_POSTGRESQL := tests/server tests/rules/test_migrations.py tests/contracts
# Walks through the console alone: no screen is late for anything while other tests compute.
WALKS := $(addprefix tests/journeys/test_,an_attestation.py finding_a_screen.py import_of_buses.py \
  rosters_and_maintenance.py which_buses_are_dark.py)
# The targets side by side, each to its end and with its output in one piece; fails if one does.
SIDE_BY_SIDE := $(MAKE) --no-print-directory --jobs=2 --keep-going --output-sync=target
# Four processes on two cores, as there are always some that wait for a child, a disk or a clock; each
# with whole files, whose tests share what takes long to make; files of few long tests not last.
SPREAD := -n 4 --dist loadfile --no-loadscope-reorder

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 18

run: setup ## Install what is missing, then serve on http://127.0.0.1:8000
	@exec $(PYTHON) -m server.cli serve

demo: setup ## Run with a demo district and 300 virtual screens, in a data folder of its own
	@exec $(PYTHON) -m server.cli demo --serve

setup: ## Install what `make run` needs, without starting anything (WITH_PPTX=1: LibreOffice too)
	@deploy/setup.sh run

setup-tests: ## Install what the tests need beside that
	@deploy/setup.sh tests

test: setup-tests ## Run all short forms: server (on SQLite and PostgreSQL), player, browser, faults
	@$(SIDE_BY_SIDE) test-server test-journeys test-screens-and-pages

# Parts of `test`: one that computes, beside it one after the other two that mostly wait for a screen
# and would be late for it if both had to share what is left.
test-server:
	@npm test --silent
	@$(PYTEST) -q $(SPREAD) -m "not browser and not soak"
	@ANPING_TEST_DATABASE=postgresql $(PYTEST) -q $(SPREAD) -m "not browser and not soak" $(ON_POSTGRESQL)
	@$(PYTEST) -q -m browser $(WALKS)

test-journeys:
	@$(PYTEST) -q -s -m browser tests/journeys tests/deploy $(addprefix --ignore=,$(WALKS))

test-screens-and-pages:
	@npm run smoke --silent
	@$(PYTEST) -q -m browser tests/server

test-fast: setup-tests ## Run the tests without browser, faults and child processes (a minute)
	@$(SIDE_BY_SIDE) test-fast-server test-player

# Parts of `test-fast`.
test-fast-server:
	@$(PYTEST) -q -n 2 --hypothesis-profile=fast -m "not browser and not soak and not faults and not slow"

test-player:
	@npm test --silent

bench-loops: setup-tests ## Spread 60 hard hours and print how evenly, beside known orders
	@$(PYTHON) -m tests.bench.loops 60

bench-media: setup-tests ## Transcode a clip beside plain ffmpeg and print how much longer it takes
	@$(PYTHON) -m tests.bench.transcode

bench-player: setup-tests ## Film 1,000 changes of the real player, and two screens in step (half an hour)
	@$(PYTHON) -m tests.bench.player 1000 200

bench-plays: setup-tests ## Hand in plays over HTTP as fast as they are acknowledged, then to LibreSignage
	@$(PYTHON) -m tests.bench.ingest_over_http 15

bench-full: setup-tests ## Hand in 100 million plays, then time batches, reports and verification (an hour)
	@$(PYTHON) -m tests.bench.full_store

bench-uptime: setup-tests ## Fold a month of 10,000 screens, then time the fleet, the buses and reports
	@$(PYTHON) -m tests.bench.uptime_fleet

bench-pages: setup-tests ## Open every page of a district of 5,000 screens and print how long the server took
	@$(PYTHON) -m tests.bench.pages_with_many_screens

fuzz: setup-tests ## Send the API what nobody thought of, for two minutes
	@$(PYTHON) -m tests.support.fuzzing 120

check: setup-tests ## Check format, lint, types, import contracts and the player's code
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m mypy
	@.venv/bin/lint-imports --no-cache
	@$(PYTHON) -m deptry .
	@npm run check --silent

soak: setup-tests ## Run the long forms: a screen killed 100 times and cut off 20 times, clocks, uploads (an hour)
	@ANPING_TEST_KILLS=100 $(PYTEST) -q -s -m soak
	@ANPING_TEST_DATABASE=postgresql $(PYTEST) -q -s -m soak tests/server
	@ANPING_TEST_ALL=1 ANPING_TEST_DATABASE=postgresql $(PYTEST) -q $(SPREAD) -m "slow and not browser and not soak" tests/server

format: setup-tests ## Format the code
	@$(PYTHON) -m ruff check --fix .
	@$(PYTHON) -m ruff format .
	@npm run format --silent

screenshots: setup-tests ## Take the pictures in docs/pictures anew, of a private server with a small district
	@$(PYTHON) -m tests.support.district.screenshots

slides-sheet: setup-tests ## Draw every kind of slide in every shape into docs/pictures anew
	@$(PYTHON) -m tests.support.slides_sheet

lock: ## Pin the requirements anew, with hashes and without any registry address
	@deploy/lock.sh

.PHONY: help run demo setup setup-tests test test-server test-journeys test-screens-and-pages test-fast test-fast-server test-player bench-loops bench-media bench-pages bench-player bench-plays fuzz check soak format screenshots slides-sheet lock
