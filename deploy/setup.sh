#!/usr/bin/env bash
# Brings a Debian or Ubuntu machine to where `make run` (run) or `make test` (tests) can start.
# Each step is left out when its inputs and tools are the ones it was last done with.
set -euo pipefail
cd "$(dirname "$0")/.."

for_what=${1:-run}
stamps=.setup
mkdir -p "$stamps"

oldest_python=3.11
# Newest first: each costs an order less than the one before. Packages are tried with these.
tried_pythons="3.13 3.12 3.11"
# The player and the pages are built by 18; their tests ask for what came with 20.
if [ "$for_what" = tests ]; then oldest_node=20.11; else oldest_node=18; fi
# Chromium shares its pictures between processes there; containers often have 64 MB.
least_shm_mb=256

say() { printf '%s\n' "$*" >&2; }

stop() {
    say "$@"
    exit 1
}

# Both are put back by whatever ends this, and what an earlier one was killed at, by the next.
cluster_conf=/etc/postgresql-common/createcluster.conf
starts=/usr/sbin/policy-rc.d
at_end() {
    wait
    [ ! -f "$cluster_conf.before" ] || ! can_be_root || as_root mv "$cluster_conf.before" "$cluster_conf"
    ! grep -qs anping "$starts" || ! can_be_root || as_root rm "$starts"
}
trap at_end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

can_be_root() {
    [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null
}

# Another package manager may be at work, and a mirror may hiccup.
apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 "$@" >/dev/null
}

apt_is_up_to_date=
apt_install() {
    if [ -z "$apt_is_up_to_date" ]; then
        apt_get update || say "软件包列表没有全部更新，继续。Not all lists of packages were updated; going on."
        apt_is_up_to_date=1
    fi
    apt_get install -y --no-install-recommends "$@"
}

missing_packages() {
    local package
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' || echo "$package"
    done
}

# A command that is there by other means serves as well as its package.
needed_packages() {
    [ -n "$(python_here)" ] || printf '%s\n' python3 python3-venv
    command -v ffmpeg >/dev/null || echo ffmpeg
    command -v node >/dev/null || echo nodejs
    command -v npm >/dev/null || echo npm
    echo fonts-noto-cjk
    # Reads to the end: one that stopped at the first match would break the pipe, now and then.
    ldconfig -p 2>/dev/null | grep 'libmagic\.so\.1' >/dev/null || echo libmagic1
    if [ "${WITH_PPTX:-}" = 1 ]; then
        command -v soffice >/dev/null || echo libreoffice-impress-nogui
    fi
    if [ "$for_what" = tests ]; then
        compiles || printf '%s\n' gcc libc6-dev
        [ -n "$(chromium_here)" ] || echo chromium
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
        [ -n "$(postgres_here)" ] || echo postgresql
        # Fields of dates in Chinese, as a browser in an office has them.
        [ "${WITH_PICTURES:-}" != 1 ] || echo chromium-l10n
    fi
}

# That of a snap sees neither /tmp nor hidden folders, where tests keep its profiles.
chromium_here() {
    local name found
    # shellcheck disable=SC2086 # a list of names
    for name in ${CHROMIUM:-chromium google-chrome-stable google-chrome chromium-browser}; do
        found=$(command -v "$name") || continue
        case "$(readlink -f "$found")" in /snap/* | */snap) continue ;; esac
        ! head -c 8192 "$found" | grep -q /snap/ || continue
        echo "$found"
        return
    done
}

makes_environments() {
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

# All of that name are asked: a version manager's stand-in may have nothing behind it.
python_here() {
    local version found
    if [ -n "${WITH_PYTHON:-}" ]; then
        echo "$WITH_PYTHON"
        return
    fi
    for version in $tried_pythons ""; do
        while read -r found; do
            makes_environments "$found" || continue
            echo "$found"
            return
        done < <(type -aP "python${version:-3}")
    done
}

postgres_here() {
    find /usr/lib/postgresql -path '*/bin/postgres' 2>/dev/null | sort -V | tail -n 1
}

compiles() {
    echo '#include <stdlib.h>' | cc -x c -fsyntax-only - 2>/dev/null
}

install_packages() {
    local needed missing
    mapfile -t needed < <(needed_packages)
    mapfile -t missing < <(missing_packages "${needed[@]}")
    [ "${#missing[@]}" = 0 ] && return
    can_be_root || stop "缺少系统软件包 These packages are missing: ${missing[*]}
请管理员执行 Ask an administrator to run: apt-get install ${missing[*]}"
    say "安装 Installing: ${missing[*]}"
    case " ${missing[*]} " in *" postgresql "*) without_cluster ;; esac
    case " ${missing[*]} " in *" nginx "*) without_start_of nginx ;; esac
    case " ${missing[*]} " in *" redis-server "*) without_start_of redis-server ;; esac
    apt_install "${missing[@]}" || could_not_install "${missing[@]}"
}

could_not_install() {
    case " $* " in *" chromium "*)
        say "Ubuntu 的 Chromium 只有 snap 版，不适用：请装 Google Chrome，或用 CHROMIUM=路径 指定。"
        say "Ubuntu has Chromium as a snap alone, which won't do: install Google Chrome, or name one by CHROMIUM=PATH."
        ;;
    esac
    stop "没有装上 These couldn't be installed: $*"
}

# Debian's package would make a database of its own and start it; the tests bring up theirs.
without_cluster() {
    apt_install postgresql-common
    [ -f "$cluster_conf.before" ] ||
        as_root sed -i.before 's/^#\?create_main_cluster.*/create_main_cluster = false/' "$cluster_conf"
}

# Nor would these leave their ports alone; one that is there already isn't touched.
without_start_of() {
    if [ ! -e "$starts" ]; then
        # Its name tells the end whose it is: left behind it would keep every later package from starting.
        printf '#!/bin/sh\n# While anping is set up.\nexit 101\n' | as_root tee "$starts" >/dev/null
        as_root chmod 755 "$starts"
    fi
    apt_install "$1"
    as_root systemctl disable -q "$1" 2>/dev/null || true
}

# Serving does without a compiler. It is asked for once: a machine that can't have one isn't held up
# at every start.
ask_for_compiler() {
    [ "$for_what" != tests ] || return 0
    [ ! -e "$stamps/asked-for-compiler" ] && ! compiles && can_be_root || return 0
    touch "$stamps/asked-for-compiler"
    say "安装 Installing: gcc libc6-dev"
    apt_install gcc libc6-dev || true
}

# Whether the second version isn't older than the first.
reaches() {
    [ "$(printf '%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]
}

# The first number with a point in what a program says of itself.
version_of() {
    "$@" 2>/dev/null | grep -oEm1 '[0-9]+(\.[0-9]+)+' | head -n 1 || true
}

check_versions() {
    python_path=$(python_here)
    python_path=${python_path:-python3}
    makes_environments "$python_path" ||
        stop "$python_path 不能建立环境：请装上它的 venv，或用 WITH_PYTHON=路径 指定另一个。" \
            "$python_path can't make environments: install its venv, or name another by WITH_PYTHON=PATH."
    python=$(version_of "$python_path" --version)
    node=$(version_of node --version)
    reaches "$oldest_python" "$python" ||
        stop "需要 Python $oldest_python 或更高版本，现有 $python。" \
            "Python $oldest_python or newer is needed, this is $python."
    reaches "$oldest_node" "$node" ||
        stop "需要 Node $oldest_node 或更高版本，现有 $node。" \
            "Node $oldest_node or newer is needed, this is $node."
}

# What a failure on another machine is compared by.
tell_tools() {
    local browser=$1 postgres
    postgres=$(postgres_here)
    say "工具 Tools: Python $python, Node $node, Chromium $(version_of "$browser" --version) ($browser)," \
        "PostgreSQL $(version_of "$postgres" --version) ($postgres)," \
        "ffmpeg $(version_of ffmpeg -version), tesseract $(version_of tesseract --version)," \
        "$(cc --version 2>/dev/null | head -n 1), $machine, $(nproc) CPU"
}

# One browser for all: tests read its path there.
note_chromium() {
    local browser
    browser=$(chromium_here)
    [ -n "$browser" ] ||
        stop "找不到 Chromium；请安装，或用 CHROMIUM=路径 指定（不能是 snap 版）。" \
            "There is no Chromium: install one, or name it by CHROMIUM=PATH (not a snap's)."
    [ "$(cat "$stamps/chromium" 2>/dev/null)" = "$browser" ] || echo "$browser" >"$stamps/chromium"
    tell_tools "$browser"
}

check_shared_memory() {
    local mb
    mb=$(df -Pm /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')
    [ "${mb:-0}" -ge "$least_shm_mb" ] && return
    say "********************************************************************************"
    say "/dev/shm 只剩 ${mb:-0} MB，至少需要 $least_shm_mb MB：浏览器会崩溃，测试会失败。容器请加 --shm-size=1g。"
    say "/dev/shm has ${mb:-0} MB left and needs $least_shm_mb: browsers will crash and tests fail. In a container: --shm-size=1g."
    say "********************************************************************************"
}

# Does a step unless its inputs (files) and tools (words) are the same as when it was last done and
# what it made is there.
step() {
    local name=$1 made=$2 tools=$3 inputs=$4
    shift 4
    local now
    # shellcheck disable=SC2086 # lists of files
    now=$( (echo "$tools" && cat $inputs) | sha256sum)
    # shellcheck disable=SC2086 # as above
    ls $made >/dev/null 2>&1 && [ "$(cat "$stamps/$name" 2>/dev/null)" = "$now" ] && return
    say "准备 Preparing: $name"
    "$@"
    echo "$now" >"$stamps/$name"
}

# Every package and its hash is listed, so there is nothing to resolve; compiled on all cores after it
# (but for what was never meant to be: templates of code, of which some packages have a few).
python_packages() {
    [ "$(cat .venv/made-for 2>/dev/null)" = "$made_for" ] || fresh_venv
    .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps --no-compile -r "$1"
    .venv/bin/python -Wignore -m compileall -q -j 0 .venv/lib/python3*/site-packages >/dev/null || true
}

# Packages that were installed for another Python or another machine can't be read by this one.
fresh_venv() {
    "$python_path" -m venv --clear .venv
    echo "$made_for" >.venv/made-for
}

# No --silent: it says nothing either when it fails.
node_packages() {
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
}

# The search for even loops has a compiled form; without it the other gives the same loops, but tests
# of days of loops would take hours.
compiled_search() {
    local made=playlists/search/native/search.so source=playlists/search/native/search.c
    if cc -O2 -std=c11 -Wall -Wextra -fPIC -shared \
        -DSOURCE="\"$(sha256sum $source | cut -d' ' -f1)\"" -o "$made.new" $source; then
        sync "$made.new" && mv "$made.new" "$made"
        return
    fi
    # That of another source isn't used, so it must not look like one that is.
    rm -f "$made"
    [ "$for_what" != tests ] ||
        stop "没有可用的 C 编译器，测试需要它：请装上 gcc 和 libc6-dev 后再执行 make setup-tests。" \
            "No C compiler that works, and tests need one: install gcc and libc6-dev, then make setup-tests."
    say "没有可用的 C 编译器：编排结果不变，但每个循环要几秒。装上 gcc 和 libc6-dev 后再执行 make setup。"
    say "No C compiler that works: loops are the same, but take seconds each. Install gcc and libc6-dev, then make setup."
}

files_of() {
    find "$@" -type f -print | sort | tr '\n' ' '
}

parts_in_python() {
    local tools="Python $python $machine"
    step python .venv/bin/gunicorn "$tools" requirements.txt python_packages requirements.txt
    step translations server/web/translations/en/LC_MESSAGES/messages.mo "" \
        "$(files_of server/web/translations -name '*.po')" \
        .venv/bin/pybabel -q compile -d server/web/translations
    if [ "$for_what" = tests ]; then
        step python-tests .venv/bin/pytest "$tools" requirements-dev.txt python_packages requirements-dev.txt
    fi
}

parts_in_node() {
    local tools="Node $node $machine"
    step search playlists/search/native/search.so "$machine" playlists/search/native/search.c compiled_search
    step node node_modules/.bin/esbuild "$tools" "package.json package-lock.json" node_packages
    step pages "server/web/static/vendor/*.js" "$tools" \
        "package-lock.json deploy/build/vendor.mjs deploy/build/styles.mjs deploy/build/pages.mjs $(files_of server/web/templates server/web/static/console)" \
        npm run vendor --silent
    step player "player/dist/index.html player/preview/dist/index.html" "$tools" \
        "package-lock.json deploy/build/player.mjs $(files_of player -name dist -prune -o)" \
        npm run build --silent
}

install_packages
ask_for_compiler
check_versions
machine=$(uname -m)
made_for="Python ${python%.*} $machine"
if [ "$for_what" = tests ]; then
    note_chromium
    check_shared_memory
fi

# Side by side; whatever fails, nothing of this goes on after the end.
parts_in_node &
in_node=$!
parts_in_python
wait "$in_node"
