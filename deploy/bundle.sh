#!/usr/bin/env bash
# Packs this release for machines without internet: code, built pages, packages of Python, checksums,
# and deploy/install.sh. Needs what `make setup` made. Fetches packages from PyPI alone, once.
#   PYTHONS  versions of Python to bring packages for (those of Debian 12, Ubuntu 24.04, Debian 13)
#   OUT      where the archive goes
set -euo pipefail
cd "$(dirname "$0")/.."

pythons=${PYTHONS:-3.11 3.12 3.13}
out=${OUT:-dist}
version=$(sed -n 's/^VERSION = "\(.*\)"/\1/p' server/app.py)
name=anping-$version-x86_64
# Names of the C libraries that packages may have been built for, the oldest first.
platforms=(manylinux1_x86_64 manylinux2014_x86_64 any)
for glibc in 5 12 17 24 26 27 28; do platforms+=("manylinux_2_${glibc}_x86_64"); done

say() { printf '%s\n' "$*" >&2; }

[ "$(uname -m)" = x86_64 ] || { say "只能在 x86_64 上打包 This packs for x86_64, on x86_64."; exit 1; }
for made in player/dist/index.html player/preview/dist/index.html server/web/static/vendor/tabler.css \
    server/web/translations/en/LC_MESSAGES/messages.mo playlists/search/native/search.so; do
    [ -e "$made" ] || { say "缺少 $made：先执行 make setup。$made is missing: run make setup first."; exit 1; }
done

# Kept from one time to the next; another list of packages begins anew.
wheels=.setup/wheels-$( (cat requirements.txt; echo "$pythons") | sha256sum | cut -c1-16)
if [ ! -e "$wheels/whole" ]; then
    say "下载 Python 软件包 Fetching packages of Python: $pythons"
    for python in $pythons; do
        .venv/bin/python -m pip download -q --disable-pip-version-check --no-deps --require-hashes \
            --only-binary=:all: --implementation cp --python-version "$python" \
            $(printf -- '--platform %s ' "${platforms[@]}") -r requirements.txt -d "$wheels"
    done
    # Debian's Python makes environments without pip; it can run pip out of its package.
    .venv/bin/python -m pip download -q --disable-pip-version-check --no-deps --only-binary=:all: \
        pip -d "$wheels"
    touch "$wheels/whole"
fi

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
top=$stage/$name
mkdir -p "$top/release" "$top/wheels" "$out"
tar -c --exclude=__pycache__ --exclude='*.pyc' --exclude=deploy/build --exclude=deploy/setup.sh \
    --exclude=deploy/lock.sh --exclude=deploy/bundle.sh \
    server media playlists deploy docs player/dist player/preview/dist \
    requirements.txt README.md CHANGELOG.md CONTRIBUTING.md LICENSE SECURITY.md THREAT_MODEL.md | tar -x -C "$top/release"
cp "$wheels"/*.whl "$top/wheels/"
cp deploy/install.sh "$top/install.sh"
echo "$version" >"$top/VERSION"
echo "$pythons" >"$top/PYTHONS"
chmod -R u=rwX,go=rX "$top"
(cd "$top" && find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum >SHA256SUMS)
tar -C "$stage" --sort=name --owner=0 --group=0 --numeric-owner -czf "$out/$name.tar.gz.part" "$name"
mv "$out/$name.tar.gz.part" "$out/$name.tar.gz"
(cd "$out" && sha256sum "$name.tar.gz" >"$name.tar.gz.sha256")
say "已打包 Packed: $out/$name.tar.gz ($(du -h "$out/$name.tar.gz" | cut -f1))"
