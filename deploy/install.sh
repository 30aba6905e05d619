#!/usr/bin/env bash
# Installs this bundle on a machine without internet: nothing is fetched from anywhere.
#   ./install.sh [--to /opt/anping] [--service]
# The release goes to a folder of its own beside --to, with version and time in its name, and --to
# becomes a link to it: the former release stays, and is back with that link. --service (root) also
# makes the account, the settings and the systemd units, and starts the server.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
to=/opt/anping
service=

say() { printf '%s\n' "$*" >&2; }
stop() { say "$@"; exit 1; }

while [ $# -gt 0 ]; do
    case $1 in
    --to) to=${2:?}; shift 2 ;;
    --service) service=1; shift ;;
    *) stop "用法 Usage: ./install.sh [--to /opt/anping] [--service]" ;;
    esac
done
version=$(cat "$here/VERSION")
into=$to-$version-$(date +%Y%m%d-%H%M%S)

# 1. Is the bundle what was packed?
(cd "$here" && sha256sum --quiet -c SHA256SUMS) ||
    stop "安装包已损坏，请重新拷贝。未做任何改动。" "The bundle is damaged: copy it again. Nothing was changed."

# 2. Is there what it needs of the system?
python=
for one in $(cat "$here/PYTHONS"); do
    if command -v "python$one" >/dev/null && "python$one" -c 'import venv, ssl, sqlite3'; then python=python$one; fi
done
[ -n "$python" ] || stop "需要 Python（以下版本之一）：$(cat "$here/PYTHONS")。" \
    "Python is needed, one of: $(cat "$here/PYTHONS")."
missing=()
command -v ffmpeg >/dev/null || missing+=(ffmpeg)
command -v setpriv >/dev/null || missing+=(util-linux)
ldconfig -p 2>/dev/null | grep -q 'libmagic\.so\.1' || missing+=(libmagic1)
[ -n "$(find /usr/share/fonts -name 'NotoSansCJK*' -print -quit 2>/dev/null)" ] || missing+=(fonts-noto-cjk)
[ "${#missing[@]}" = 0 ] || stop "缺少系统软件包，请从系统安装介质装上：${missing[*]}。未做任何改动。" \
    "Packages of the system are missing, install them from its own medium: ${missing[*]}. Nothing was changed."
[ -z "$service" ] || [ "$(id -u)" = 0 ] || stop "--service 需要 root。--service needs root."
[ ! -e "$to" ] || [ -L "$to" ] || stop "$to 已存在且不是链接：请先移走，或用 --to 换一个位置。" \
    "$to is there and isn't a link: move it away first, or give another place with --to."

# 3. The release in a folder of its own; one of an attempt that was broken off has a mark, and goes.
for half in "$to-"*/; do
    [ ! -e "$half/HALF-INSTALLED" ] || rm -rf "$half"
done
mkdir -p "$into"
touch "$into/HALF-INSTALLED"
cp -a "$here/release/." "$into/"
"$python" -m venv --without-pip "$into/.venv"
"$into/.venv/bin/python" "$(ls "$here"/wheels/pip-*.whl)/pip" install -q --disable-pip-version-check \
    --no-cache-dir --no-index --no-deps --no-compile --require-hashes --find-links "$here/wheels" \
    -r "$into/requirements.txt"
"$into/.venv/bin/python" -m compileall -q -j 0 "$into/.venv/lib" "$into/server" "$into/media" \
    "$into/playlists" "$into/deploy" >/dev/null || true
(cd "$into" && .venv/bin/python -c 'import server.wsgi, server.blueprints, media.video.transcode, PIL' &&
    .venv/bin/python -m deploy.compile_templates) ||
    stop "安装后的 Python 环境无法使用。" "The Python environment that was made doesn't work."
rm "$into/HALF-INSTALLED"
ln -sfn "$into" "$to.new"
mv -T "$to.new" "$to"
say "已安装 Installed: $to -> $into"

if [ -z "$service" ]; then
    say "启动 Start: cd $to && ANPING_DATA=/var/lib/anping .venv/bin/python -m server.cli serve"
    exit 0
fi

# 4. As a service; what is there already stays as it is.
[ "$to" = /opt/anping ] || stop "--service 只用于 /opt/anping。--service goes with /opt/anping alone."
id anping >/dev/null 2>&1 || useradd --system --home-dir /var/lib/anping --shell /usr/sbin/nologin anping
install -d -m 0750 -g anping /etc/anping
install -d -m 0700 -o anping -g anping /var/backups/anping
if [ ! -e /etc/anping/anping.env ]; then
    sed 's|^ANPING_DATA=.*|ANPING_DATA=/var/lib/anping|' "$to/deploy/env.example" >/etc/anping/anping.env
    chown root:anping /etc/anping/anping.env
    chmod 0640 /etc/anping/anping.env
fi
cp "$to"/deploy/systemd/anping* /etc/systemd/system/
systemctl daemon-reload
systemctl enable --now anping.socket anping anping-backup.timer
systemctl restart anping
say "服务已启动 Started. 首次登录密码 The first password: journalctl -u anping | grep 首次登录"
