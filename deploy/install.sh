#!/bin/sh
# Installs Ciudadanía Digital from a stick, without internet. Run as root:
#   sh install.sh [--role hub|telecentre] [--port N] [--hub-url URL] [--public-url URL] [ARCHIVE]
# For a trial without root: --no-systemd --home FOLDER --data FOLDER
set -eu

here=$(cd "$(dirname "$0")" && pwd)
home=/opt/ciudadania
data=/var/lib/ciudadania
etc=/etc/ciudadania
role=telecentre
port=3000
hub_url=
public_url=
systemd=yes
archive=

fail() { printf '%s\n' "$*" >&2; exit 1; }
say() { printf '%s\n' "$*"; }

while [ $# -gt 0 ]; do
  case $1 in
    --role) role=${2:?}; shift 2 ;;
    --port) port=${2:?}; shift 2 ;;
    --hub-url) hub_url=${2:?}; shift 2 ;;
    --public-url) public_url=${2:?}; shift 2 ;;
    --home) home=${2:?}; shift 2 ;;
    --data) data=${2:?}; shift 2 ;;
    --no-systemd) systemd=no; shift ;;
    -h|--help) sed -n '2,5p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;;
    -*) fail "There is no flag $1. Flags: --role --port --hub-url --public-url --home --data --no-systemd" ;;
    *) archive=$1; shift ;;
  esac
done
case $role in hub|telecentre) ;; *) fail "--role must be hub or telecentre, not $role." ;; esac
case $port in ''|*[!0-9]*) fail "--port must be a number, not $port." ;; esac

case $(uname -s)-$(uname -m) in
  Linux-x86_64) platform=linux-x64 ;;
  Linux-aarch64) platform=linux-arm64 ;;
  *) fail "There is no release for $(uname -s) $(uname -m)." ;;
esac
[ "$systemd" = no ] || [ "$(id -u)" = 0 ] || fail "Run this as root (sudo sh install.sh)."
if [ -z "$archive" ]; then
  for one in "$here"/ciudadania-digital-*-"$platform".tar.gz; do archive=$one; done
fi
[ -f "$archive" ] || fail "No archive for $platform lies beside install.sh."
for one in "$archive.release" "$archive.release.sig"; do [ -f "$one" ] || fail "$one is missing; it belongs beside the archive."; done

field() { sed -n "s/^$1 //p" "$archive.release"; }
version=$(field version)
[ "$(field platform)" = "$platform" ] || fail "The archive is for $(field platform); this machine is $platform."
if [ -e "$home/current" ]; then
  fail "A version is installed in $home. Use: ciudadania upgrade $archive"
fi
keys=$home/keys
[ -d "$keys" ] || keys=$here
[ "$(sha256sum "$archive" | cut -d' ' -f1)" = "$(field sha256)" ] || fail "The archive is damaged: it is not the one that was signed. Copy it again."
checked=no
if command -v openssl >/dev/null 2>&1; then
  for key in "$keys"/*.pem; do
    [ -f "$key" ] || continue
    if openssl pkeyutl -verify -pubin -inkey "$key" -rawin -in "$archive.release" -sigfile "$archive.release.sig" >/dev/null 2>&1; then checked=yes; fi
  done
  [ "$checked" = yes ] || fail "The signature is not from a key in $keys."
fi

mkdir -p "$home/releases" "$home/keys" "$home/upgrade"
free=$(df -Pk "$home" | awk 'NR==2 {print $4}')
[ "$free" -gt $(( $(field unpacked) / 1024 + 100000 )) ] || fail "There is no room in $home."
part=$home/releases/$version.part
rm -rf "$part"
mkdir -p "$part"
say "Unpacking version $version ..."
tar -xzf "$archive" -C "$part" --strip-components=1 --no-same-owner
node=$part/runtime/bin/node
"$node" "$part/src/cli/ciudadania.js" verify-release "$archive" --keys "$keys" --folder "$part" >/dev/null || { rm -rf "$part"; fail "Nothing was installed."; }
[ "$keys" = "$home/keys" ] || cp "$here"/*.pem "$home/keys/"
rm -rf "$home/releases/$version"
mv "$part" "$home/releases/$version"
sync
ln -s "releases/$version" "$home/keeper"
ln -s "releases/$version" "$home/current"

if [ "$systemd" = yes ]; then
  id ciudadania >/dev/null 2>&1 || useradd --system --home-dir "$data" --shell /usr/sbin/nologin ciudadania
  mkdir -p "$data" "$etc"
  chown ciudadania: "$data"
  chmod 700 "$data"
  if [ ! -f "$etc/environment" ]; then
    {
      printf 'ROLE=%s\nPORT=%s\nDATA_DIR=%s\n' "$role" "$port" "$data"
      [ -z "$hub_url" ] || printf 'HUB_URL=%s\n' "$hub_url"
      [ -z "$public_url" ] || printf 'PUBLIC_URL=%s\n' "$public_url"
    } > "$etc/environment"
    chmod 640 "$etc/environment"
  fi
  sed "s|@HOME@|$home|g; s|@DATA@|$data|g" "$here/ciudadania.service" > /etc/systemd/system/ciudadania.service
  # the command line as the program's own user, on the program's own data
  cat > /usr/local/bin/ciudadania <<WRAPPER
#!/bin/sh
set -a; . $etc/environment; set +a
if [ "\$1" = upgrade ]; then exec $home/keeper/runtime/bin/node $home/keeper/src/cli/ciudadania.js "\$@"; fi
exec setpriv --reuid=ciudadania --regid=ciudadania --init-groups $home/current/runtime/bin/node $home/current/src/cli/ciudadania.js "\$@"
WRAPPER
  chmod 755 /usr/local/bin/ciudadania
  # a hub begins empty: the link for its administrator is made once, before the service runs
  if [ "$role" = hub ]; then say "First start: sudo ciudadania start --empty, open the link it prints, then stop it with Ctrl-C."; fi
  systemctl daemon-reload
  systemctl enable ciudadania >/dev/null
  [ "$role" = hub ] || systemctl restart ciudadania
else
  mkdir -p "$data"
  chmod 700 "$data"
fi
say "Version $version is installed in $home; the data are in $data."
[ "$role" = hub ] || say "Next: ciudadania enrol --hub ${hub_url:-https://hub.example.org} --code CODE   (the code comes from the hub's administration)"
