#!/usr/bin/env bash
# Brings a Debian or Ubuntu machine to where `make run` (run) or `make test` (tests) can start.
# Each step is left out when its inputs are the ones it was last done with.
set -euo pipefail
cd "$(dirname "$0")/.."

for_what=${1:-run}
stamps=.setup
mkdir -p "$stamps"

say() { printf '%s\n' "$*" >&2; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

missing_packages() {
    local package
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' || echo "$package"
    done
}

# A command that is there by other means serves as well as its package.
needed_packages() {
    python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
    command -v ffmpeg >/dev/null || echo ffmpeg
    command -v node >/dev/null || echo nodejs
    command -v npm >/dev/null || echo npm
    echo fonts-noto-cjk
    ldconfig -p 2>/dev/null | grep -q 'libmagic\.so\.1' || echo libmagic1
    if [ "${WITH_PPTX:-}" = 1 ]; then
        command -v soffice >/dev/null || echo libreoffice-impress-nogui
    fi
    if [ "$for_what" = tests ]; then
        command -v chromium >/dev/null || echo chromium
        command -v jq >/dev/null || echo jq
        command -v Xvfb >/dev/null || echo xvfb
        command -v certutil >/dev/null || echo libnss3-tools
        command -v strace >/dev/null || echo strace
        [ -x /usr/sbin/nginx ] || command -v nginx >/dev/null || echo nginx
        command -v redis-server >/dev/null || echo redis-server
        command -v promtool >/dev/null || echo promtool
        command -v systemd-analyze >/dev/null || echo systemd
        echo tesseract-ocr
        echo tesseract-ocr-chi-sim
        ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || echo postgresql
        # Fields of dates in Chinese, as a browser in an office has them.
        [ "${WITH_PICTURES:-}" != 1 ] || echo chromium-l10n
    fi
}

install_packages() {
    local missing
    mapfile -t missing < <(missing_packages $(needed_packages))
    [ "${#missing[@]}" = 0 ] && return
    if [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; then
        say "缺少系统软件包 These packages are missing: ${missing[*]}"
        say "请管理员执行 Ask an administrator to run: apt-get install ${missing[*]}"
        exit 1
    fi
    say "安装 Installing: ${missing[*]}"
    as_root apt-get update -qq
    case " ${missing[*]} " in *" postgresql "*) without_cluster ;; esac
    case " ${missing[*]} " in *" nginx "*) without_start_of nginx ;; esac
    case " ${missing[*]} " in *" redis-server "*) without_start_of redis-server ;; esac
    apt_install "${missing[@]}"
    [ ! -f "$cluster_conf.before" ] || as_root mv "$cluster_conf.before" "$cluster_conf"
}

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# Debian's package would make a database of its own and start it; the tests bring up theirs.
cluster_conf=/etc/postgresql-common/createcluster.conf
without_cluster() {
    apt_install postgresql-common
    as_root sed -i.before 's/^#\?create_main_cluster.*/create_main_cluster = false/' "$cluster_conf"
}

# Nor would these leave their ports alone; one that is there already isn't touched.
starts=/usr/sbin/policy-rc.d
without_start_of() {
    if [ ! -e "$starts" ]; then
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$starts" >/dev/null
        as_root chmod 755 "$starts"
        # Left behind it would keep every later package from starting.
        apt_install "$1" || { as_root rm -f "$starts"; return 1; }
        as_root rm "$starts"
    else
        apt_install "$1"
    fi
    as_root systemctl disable -q "$1" 2>/dev/null || true
}

# Does a step unless its inputs (files) are the same as when it was last done and what it made is there.
step() {
    local name=$1 made=$2 inputs=$3
    shift 3
    local now
    now=$(cat $inputs | sha256sum)
    ls $made >/dev/null 2>&1 && [ "$(cat "$stamps/$name" 2>/dev/null)" = "$now" ] && return
    say "准备 Preparing: $name"
    "$@"
    echo "$now" >"$stamps/$name"
}

# Every package and its hash is listed, so there is nothing to resolve; compiled on all cores after it
# (but for what was never meant to be: templates of code, of which some packages have a few).
python_packages() {
    [ -x .venv/bin/python ] || python3 -m venv .venv
    .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps --no-compile -r "$1"
    .venv/bin/python -m compileall -q -j 0 .venv/lib/python3*/site-packages >/dev/null || true
}

node_packages() {
    npm ci --ignore-scripts --no-audit --no-fund --silent
}

# The search for even loops has a compiled form; without it the other gives the same loops.
compiled_search() {
    local made=playlists/native/search.so source=playlists/native/search.c
    if has_compiler && cc -O2 -std=c11 -Wall -Wextra -Werror -fPIC -shared \
        -DSOURCE="\"$(sha256sum $source | cut -d' ' -f1)\"" -o "$made.new" $source; then
        sync "$made.new" && mv "$made.new" "$made"
    else
        say "没有可用的 C 编译器：编排结果不变，但每个循环要几秒。装上 gcc 和 libc6-dev 后再执行 make setup。"
        say "No C compiler that works: loops are the same, but take seconds each. Install gcc and libc6-dev, then make setup."
    fi
}

# Asks for a compiler once: a machine that can't have one isn't held up at every start.
has_compiler() {
    command -v cc >/dev/null && return
    [ -e "$stamps/asked-for-compiler" ] && return 1
    touch "$stamps/asked-for-compiler"
    if [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; then
        say "安装 Installing: gcc libc6-dev"
        as_root apt-get update -qq && apt_install gcc libc6-dev
    fi
    command -v cc >/dev/null
}

python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    command -v python3 >/dev/null || install_python=python3
if [ -n "${install_python:-}" ]; then
    as_root apt-get update -qq
    as_root apt-get install -y -qq --no-install-recommends python3 python3-venv >/dev/null
fi
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    say "需要 Python 3.11 或更高版本 Python 3.11 or newer is needed."
    exit 1
}

parts_in_python() {
    step python .venv/bin/gunicorn "requirements.txt" python_packages requirements.txt
    step translations server/web/translations/en/LC_MESSAGES/messages.mo "$(find server/web/translations -name '*.po' | sort | tr '\n' ' ')" \
        .venv/bin/pybabel -q compile -d server/web/translations
    if [ "$for_what" = tests ]; then
        step python-tests .venv/bin/pytest "requirements-dev.txt" python_packages requirements-dev.txt
    fi
}

parts_in_node() {
    step search playlists/native/search.so playlists/native/search.c compiled_search
    step node node_modules/.bin/esbuild "package.json package-lock.json" node_packages
    step pages "server/web/static/vendor/*.js" "package-lock.json deploy/build/vendor.mjs deploy/build/styles.mjs $(find server/web/templates server/web/static/console -type f | sort | tr '\n' ' ')" npm run vendor --silent
    step player "player/dist/index.html player/preview/dist/index.html" "package-lock.json deploy/build/player.mjs $(find player -name dist -prune -o -type f -print | sort | tr '\n' ' ')" npm run build --silent
}

# Side by side; whatever fails, nothing of this goes on after the end.
install_packages
trap wait EXIT
parts_in_node &
in_node=$!
parts_in_python
wait "$in_node"
