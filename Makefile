.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON := .venv/bin/python
PYTEST := $(PYTHON) -m pytest
# A run of tests starts hundreds of processes: what one has compiled the others find.
unexport PYTHONDONTWRITEBYTECODE
# The targets side by side, each to its end and with its output in one piece; fails if one does.
SIDE_BY_SIDE := $(MAKE) --no-print-directory --jobs=2 --keep-going --output-sync=target
# Four processes on two cores, as there are always some that wait for a child, a disk or a clock; each
# with whole files, whose tests share what takes long to make; files of few long tests not last.
SPREAD := -n 4 --dist loadfile --no-loadscope-reorder

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 18

# What they print for people stays in sight; ANPING_LOG_LEVEL=info shows each request too.
run demo: export ANPING_LOG_LEVEL ?= warning

run: setup ## Install what is missing, then serve on http://127.0.0.1:8000
	@exec $(PYTHON) -m server.cli serve

demo: setup ## Run with a demo district and 300 virtual screens, in a data folder of its own (DEMO=--screens=40)
	@exec $(PYTHON) -m server.cli demo --serve $(DEMO)

many: setup-tests ## Run with two workers on PostgreSQL, Redis, a bucket and behind nginx, all private, to look at
	@$(PYTHON) -m tests.support.many

setup: ## Install what `make run` needs, without starting anything (WITH_PPTX=1: LibreOffice too)
	@deploy/setup.sh run

setup-tests: ## Install what the tests need beside that
	@deploy/setup.sh tests

test: setup-tests ## Run what has to pass before a change lands, checks too (14 to 19 min)
	@$(PYTHON) -m tests.gate

test-long: setup-tests ## Run every short and long form: all of PostgreSQL, all journeys and faults (two hours)
	@$(PYTHON) -m tests.gate long

bench-gate: setup-tests ## Judge how long things take, on a quiet machine
	@$(PYTEST) -q -m "timed and not soak"

test-fast: setup-tests ## Run the tests without browser, faults, child processes and large scenarios (a minute)
	@$(SIDE_BY_SIDE) test-fast-server test-player

# Parts of `test-fast`. The build of the player, which takes seconds, is tested by `test` alone.
test-fast-server:
	@$(PYTEST) -q -n 2 --dist worksteal --hypothesis-profile=fast -m "not browser and not soak and not faults and not slow and not timed and not long"

test-player:
	@node --test --test-timeout=120000 $(filter-out %/build.test.js,$(wildcard tests/player/*.test.js tests/console/*.test.js))

bench: bench-push bench-plays ## What one machine carries, beside Node and LibreSignage (ten minutes); bench-full: with 100 million plays

bench-loops: setup-tests ## Spread 60 hard hours and print how evenly, beside known orders
	@$(PYTHON) -m tests.bench.loops 60

bench-media: setup-tests ## Transcode a clip beside plain ffmpeg and print how much longer it takes
	@$(PYTHON) -m tests.bench.transcode

bench-player: setup-tests ## Film 1,000 changes of the real player, and two screens in step (half an hour)
	@$(PYTHON) -m tests.bench.player 1000 200

bench-plays: setup-tests ## Hand in plays by HTTP and by socket as fast as they are acknowledged, and to LibreSignage
	@$(PYTHON) -m tests.bench.plays.ingest_over_http 15
	@$(PYTHON) -m tests.bench.plays.ingest_over_sockets 15

bench-enrolment: setup-tests ## Let 1,000 boxes enrol by one key over a line that loses and doubles: at least a hundred a second
	@$(PYTHON) -m tests.bench.enrolment 1000

bench-push: setup-tests ## Push to 2,000 clients, beside the libraries' own layer, Node's socket.io and ws; orders, beats and arrivals
	@$(PYTHON) -m tests.bench.push 2000 3
	@$(PYTHON) -m tests.bench.push.orders 2000 5
	@$(PYTHON) -m tests.bench.push.arrivals 2000 3

bench-full: setup-tests ## Hand in 100 million plays, then time batches, reports and verification (an hour)
	@$(PYTHON) -m tests.bench.plays.full_store

bench-restore: setup-tests ## From a backup file of 100 million plays to serving, counts equal, within five minutes (after bench-full)
	@$(PYTHON) -m tests.bench.plays.restore

bench-reports: setup-tests ## Ask for reports, sheets and exports of 13 million plays beside ingest (the store is made once)
	@$(PYTHON) -m tests.bench.reports.reports_beside_ingest 13000000 30 two var-bench/month

bench-floods: setup-tests ## Flood a server in six ways, and print how much longer plays wait beside each
	@$(PYTHON) -m tests.bench.floods

bench-uptime: setup-tests ## Fold a month of 10,000 screens, then time the fleet, the buses and reports
	@$(PYTHON) -m tests.bench.reports.uptime_fleet

bench-pages: setup-tests ## Open every page of a district of 5,000 screens and print how long the server took
	@$(PYTHON) -m tests.bench.pages_with_many_screens

bench-feel: setup-tests ## Make a demo district, then open all its pages in Chromium: times, bytes, events
	@rm -rf var-feel && ANPING_DATA=$(CURDIR)/var-feel $(PYTHON) -m server.cli demo
	@$(PYTHON) -m tests.bench.console_feel var-feel

bench-desk: setup-tests ## Count what people do for a campaign and a first picture, in minutes too, and weigh and time the pages
	@rm -rf var-desk && ANPING_DATA=$(CURDIR)/var-desk $(PYTHON) -m server.cli demo
	@$(PYTHON) -m pytest -q -n 0 -m "long or not long" -o junit_family=xunit1 --junitxml=var-desk/journeys.xml -k "interactions or five_steps" \
		tests/journeys/people/test_an_officer_submits_a_campaign.py tests/journeys/people/test_from_an_empty_server.py
	@$(PYTHON) -m tests.bench.desk var-desk var-desk/journeys.xml

fuzz: setup-tests ## Send the API what nobody thought of, for two minutes
	@$(PYTHON) -m tests.support.api_contract.fuzzing 120

check: setup-tests ## Check format, lint, types, import contracts, the player's code and known advisories
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m mypy
	@.venv/bin/lint-imports --no-cache
	@$(PYTHON) -m deptry .
	@npm run check --silent
	@$(PYTHON) -m tests.support.audit

audit: setup-tests ## Ask the indexes for known advisories of all that is installed, and write down what they said
	@$(PYTHON) -m tests.support.audit --ask

matrix: setup-tests ## Run what shows each promise on attacks (31 rows) and faults (19 rows), and print the tables
	@$(PYTHON) -m tests.support.matrix $(ROWS)

security: setup-tests ## Run what shows each promise on attacks, and print its 31 rows with verdict and time
	@$(PYTHON) -m tests.support.matrix security $(ROWS)

soak: setup-tests ## Run the long forms file by file: two hours of faults, kills, clocks, uploads (hours; SOAK="--only floods")
	@$(PYTHON) -m tests.gate soak $(SOAK)

format: setup-tests ## Format the code
	@$(PYTHON) -m ruff check --fix .
	@$(PYTHON) -m ruff format .
	@npm run format --silent

setup-pictures:
	@WITH_PICTURES=1 deploy/setup.sh tests

screenshots: setup-pictures ## Take the pictures in docs/pictures anew, of a private server with a small district
	@$(PYTHON) -m tests.support.district.screenshots

gallery: setup-pictures ## Take every page of the console, at a desk and on a phone, by light and dark, into docs/pages
	@$(PYTHON) -m tests.support.district.gallery

slides-sheet: setup-tests ## Draw every kind of slide in every shape into docs/pictures anew
	@$(PYTHON) -m tests.support.browser.slides_sheet

bundle: setup ## Pack an archive for machines without internet (dist/): code, pages, packages, installer
	@deploy/bundle.sh

lock: ## Pin the requirements anew, with hashes and without any registry address
	@deploy/lock.sh

.PHONY: help run demo many setup setup-tests setup-pictures test test-long bench-gate test-fast test-fast-server test-player bench bench-desk bench-enrolment bench-feel bench-floods bench-loops bench-media bench-pages bench-player bench-plays bench-push bench-reports bench-restore fuzz check audit matrix security soak format screenshots gallery slides-sheet bundle lock
