#!/usr/bin/env bash
# Pins requirements*.in into requirements*.txt for every Python from 3.11 on.
set -euo pipefail
cd "$(dirname "$0")/.."
tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT
python3 -m venv "$tool"
"$tool/bin/pip" install -q uv
pin() {
    "$tool/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url "$@"
}
pin requirements.in -o requirements.txt
pin -c requirements.txt requirements-dev.in -o requirements-dev.txt
npm install --package-lock-only --ignore-scripts --no-audit --no-fund
