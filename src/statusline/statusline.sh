#!/bin/sh
# purser's status line for Claude Code: what this session, this day and this quota window cost and hold, in one line.
# version @VERSION@
#
# $1 is the status line command of your own, if you had one: it runs beside, and its lines come first.
# Asks the daemon over its socket; if nobody answers within 0.3 s, statusline.cjs says what the client itself knows.
# To take it out: purser statusline uninstall
# (or put your own command back into "statusLine" of Claude Code's settings.json).

own=${1-}
here=${0%/*}
node=@NODE@
[ -x "$node" ] || node=$(command -v node)
# A certificate file read at start, or a debugger, would cost more than the answer. Your own command gets them back.
program() {
  [ -x "$node" ] && [ -f "$here/statusline.cjs" ] || return 1
  PURSER_STATUSLINE_OPTIONS=${NODE_OPTIONS-} PURSER_STATUSLINE_CERTS=${NODE_EXTRA_CA_CERTS-} NODE_OPTIONS='' NODE_EXTRA_CA_CERTS='' \
    "$node" "$here/statusline.cjs" "$own" "${1-}" 2>/dev/null
}

# Your command and the daemon are asked at the same time, which takes a program; without it, yours alone.
if [ -n "$own" ]; then
  program || exec /bin/sh -c "$own"
  exit 0
fi

[ -t 0 ] && payload= || payload=$(cat)
nl='
'
socket=
{ read -r socket <"$here/socket"; } 2>/dev/null
asked=
if [ ! -S "$socket" ]; then
  asked=absent
elif command -v curl >/dev/null 2>&1; then
  config=${CLAUDE_CONFIG_DIR-}
  case $config in *"$nl"*) config= ;; esac
  # -q first: a .curlrc must not send this elsewhere. No Expect: the daemon would have to answer twice.
  answer=$(printf '%s' "$payload" | curl -q -s -f --noproxy '*' --max-time 0.3 --unix-socket "$socket" -H 'Expect:' -H 'content-type: application/json' \
    -H "x-purser-var-columns: ${COLUMNS-}" -H "x-purser-var-no-color: ${NO_COLOR-}" -H "x-purser-var-force-color: ${FORCE_COLOR-}" -H "x-purser-var-term: ${TERM-}" \
    -H "x-purser-var-lc-all: ${LC_ALL-}" -H "x-purser-var-lc-ctype: ${LC_CTYPE-}" -H "x-purser-var-lang: ${LANG-}" -H "x-purser-var-claude-config-dir: $config" \
    --data-binary @- http://purser/statusline/claude-code 2>/dev/null)
  case $? in
  0)
    printf '%s\n' "$answer"
    exit 0
    ;;
  1 | 2 | 4) ;; # this curl cannot do it; then statusline.cjs asks
  7) asked=absent ;;
  *) asked=silent ;;
  esac
fi
printf '%s' "$payload" | program "$asked"
exit 0
