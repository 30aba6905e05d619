#!/bin/sh
# Makes a Debian or Raspberry Pi OS box (12 or newer) a screen of Anping.
#   sudo ./install.sh --url https://anping.example/player/ [--ca root.pem]
#                     [--enrol-file FILE]
#                     [--serial SERIAL] [--plain-http] [--reset] [--root DIR]
# --enrol-file  a file with the enrolment key, or - for standard input: what stands on a command
#               line is read by everybody on the box
# --ca          the district's own root certificate (tls init-ca), trusted by this browser alone
# --plain-http  the address is http in a closed network: treat this one origin as secure
# --reset       forget which server and screen the box was bound to, and plays not handed in
# --root DIR    put the files below DIR and start nothing (for images and tests)
# May be run again: without --reset the browser's profile with its credential and records stays.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
url='' ca='' enrol='' serial='' plain='' reset='' root=''

wrong() { printf '%s\n' "$*" >&2; exit 64; }
key_in() { case $1 in -) cat ;; *) cat "$1" ;; esac | tr -d ' \r\n'; }

while [ $# -gt 0 ]; do
    case $1 in
        --url) url=${2:?}; shift 2 ;;
        --ca) ca=${2:?}; shift 2 ;;
        --enrol-file) enrol=$(key_in "${2:?}"); shift 2
            [ -n "$enrol" ] || wrong "没有读到批量接入码 There is no enrolment key in that file" ;;
        --enrol) wrong "批量接入码不写在命令行上，请用 --enrol-file 文件（- 为标准输入） The enrolment key doesn't go on the command line: --enrol-file FILE (- is standard input)" ;;
        --serial) serial=${2:?}; shift 2 ;;
        --root) root=${2:?}; shift 2 ;;
        --plain-http) plain=yes; shift ;;
        --reset) reset=yes; shift ;;
        *) wrong "不认识的参数 Unknown argument: $1" ;;
    esac
done
case $url in
    https://*/player/) ;;
    http://*/player/)
        [ -n "$plain" ] || wrong "http 地址须加 --plain-http，且只应用于封闭网络 An http address needs --plain-http, in a closed network only" ;;
    *) wrong "请给出播放页地址 Give the player's address: --url https://HOST/player/" ;;
esac
[ -z "$ca" ] || [ -r "$ca" ] || wrong "读不到根证书 The root certificate can't be read: $ca"
origin=${url%/player/}

if [ -z "$root" ]; then
    [ "$(id -u)" = 0 ] || wrong "请以 root 运行 Run this as root"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        chromium cage python3 fonts-noto-cjk libnss3-tools chrony >/dev/null
    id anping-kiosk >/dev/null 2>&1 ||
        useradd --system --home-dir /var/lib/anping-kiosk --shell /usr/sbin/nologin anping-kiosk
fi

# Pins go without proof here alone: nothing that comes over the network clears them.
if [ -n "$reset" ]; then
    [ -n "$root" ] || systemctl stop anping-kiosk 2>/dev/null || true
    rm -rf "$root/var/lib/anping-kiosk/profile"
fi

put() { mkdir -p "$root$(dirname "$2")"; install -m "$3" "$1" "$root$2"; }
for file in "$here"/anping_kiosk/*.py; do
    put "$file" "/opt/anping-kiosk/anping_kiosk/$(basename "$file")" 644
done
put "$here/README.md" /opt/anping-kiosk/README.md 644
put "$here/anping-kiosk.service" /etc/systemd/system/anping-kiosk.service 644

# The configuration holds the enrolment key.
mkdir -p "$root/etc"
(umask 077; {
    echo "# install.sh wrote this; after a change: systemctl restart anping-kiosk"
    echo "ANPING_URL=$url"
    [ -z "$enrol" ] || echo "ANPING_ENROL_KEY=$enrol"
    [ -z "$serial" ] || echo "ANPING_SERIAL=$serial"
    echo "ANPING_BROWSER_FLAGS=--ozone-platform=wayland"
} >"$root/etc/anping-kiosk.conf")

python3 - "$here/policies.json" "$origin" "${plain:-no}" >"$root/etc/anping-policies.part" <<'END'
import json, sys
policies, origin, plain = sys.argv[1:]
rules = json.load(open(policies, encoding="utf-8"))
rules["URLAllowlist"] = [origin]
if plain == "yes":
    rules["OverrideSecurityRestrictionsOnInsecureOrigin"] = [origin]
json.dump(rules, sys.stdout, indent=2)
END
put "$root/etc/anping-policies.part" /etc/chromium/policies/managed/anping.json 644
rm "$root/etc/anping-policies.part"

if [ -n "$ca" ]; then
    nss=$root/var/lib/anping-kiosk/.pki/nssdb
    mkdir -p "$nss"
    [ -e "$nss/cert9.db" ] || certutil -d "sql:$nss" -N --empty-password
    certutil -d "sql:$nss" -D -n anping 2>/dev/null || true
    certutil -d "sql:$nss" -A -n anping -t C,, -i "$ca"
fi

if [ -z "$root" ]; then
    mkdir -p /var/lib/anping-kiosk
    chown -R anping-kiosk:anping-kiosk /var/lib/anping-kiosk
    chown root:anping-kiosk /etc/anping-kiosk.conf
    chmod 640 /etc/anping-kiosk.conf
    systemctl daemon-reload
    systemctl set-default graphical.target >/dev/null
    systemctl enable --now chrony anping-kiosk
fi
echo "已就绪 Ready: $url"
