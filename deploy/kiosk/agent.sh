#!/bin/sh
# The agent of a public computer: opens the browser full screen, and after each person ends it, throws everything away and opens it anew.
#   sh agent.sh claim SERVER NUMBER   once; the desk shows the number (Computadoras, Unir su pantalla)
#   sh agent.sh run                   at every start of the graphical session
# Needs curl and a browser of the Chromium family. BROWSER names another; KIOSK_HOME where server and key are kept; WAIT seconds between questions.
set -eu

home=${KIOSK_HOME:-/etc/ciudadania-kiosk}
wait=${WAIT:-3}
say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
# one field of a flat JSON answer; empty for null
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

claim() {
  server=${1:?claim SERVER NUMBER}
  number=${2:?claim SERVER NUMBER}
  server=${server%/}
  answer=$(curl -s --max-time 20 --data-urlencode "number=$number" "$server/api/stations/claim") || fail "No answer from $server."
  key=$(printf '%s' "$answer" | field key)
  [ -n "$key" ] || fail "The number is wrong or has run out. Ask the desk for another."
  mkdir -p "$home"
  umask 077
  printf '%s\n' "$server" > "$home/server"
  printf '%s\n' "$key" > "$home/key"
  say "This computer belongs to $server now."
}

# asks the telecentre; prints its answer, fails when there is none
ask() {
  printf 'header = "authorization: Bearer %s"\n' "$key" |
    curl -s --fail --max-time 10 --config - --data '' "$server/api/stations/agent$1"
}

browser() {
  if [ -n "${BROWSER:-}" ]; then printf '%s' "$BROWSER"; return; fi
  for one in chromium chromium-browser google-chrome; do
    if command -v "$one" > /dev/null 2>&1; then printf '%s' "$one"; return; fi
  done
  fail "There is no browser. Install chromium, or name one in BROWSER."
}

stop() {
  if [ -n "${pid:-}" ]; then
    kill "$pid" 2> /dev/null || true
    wait "$pid" 2> /dev/null || true # it says how it ended, which is no failure
  fi
  if [ -n "${profile:-}" ]; then rm -rf "$profile"; fi
  pid= ; profile=
}

run() {
  [ -r "$home/server" ] && [ -r "$home/key" ] || fail "Connect this computer first: agent.sh claim SERVER NUMBER"
  server=$(cat "$home/server")
  key=$(cat "$home/key")
  program=$(browser)
  trap 'stop; exit 0' TERM INT
  while :; do
    opened=$(ask '?open' | field open) || opened=
    if [ -z "$opened" ]; then
      sleep "$wait"
      continue
    fi
    profile=$(mktemp -d "${TMPDIR:-/tmp}/kiosk.XXXXXX")
    # whatever is saved goes with the profile: downloads, pictures, what was typed
    HOME=$profile "$program" --kiosk --no-first-run --disable-sync --disable-session-crashed-bubble --password-store=basic \
      --user-data-dir="$profile/browser" "$server$opened" > /dev/null 2>&1 &
    pid=$!
    sat=
    while kill -0 "$pid" 2> /dev/null; do
      sleep "$wait"
      # no answer is no end: the telecentre may be without power, and nobody loses a page for it
      answer=$(ask '') || continue
      session=$(printf '%s' "$answer" | field session)
      [ -z "$sat" ] || [ "$session" = "$sat" ] || break
      sat=$session
    done
    stop
  done
}

case ${1:-} in
  claim) shift; claim "$@" ;;
  run) run ;;
  *) sed -n '2,5p' "$0" | sed 's/^# \{0,1\}//'; exit 2 ;;
esac
