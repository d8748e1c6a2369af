#!/bin/sh
# purser's hook for Claude Code: asks purser whether this session may go on.
# version @VERSION@
#
# Allows at once when nothing is projected into ../locks. Otherwise asks the daemon over its socket; if nobody answers,
# hook.cjs decides by the lock files. A failure of this script never stops a project that is not locked.
# To take it out: purser hooks uninstall
# (or delete the entries that name this file from Claude Code's settings.json).

event=${1-}
here=${0%/*}
locks=$here/../locks

held=
for file in "$locks"/*.lock "$locks"/*.mark; do
  if [ -e "$file" ]; then
    held=1
    break
  fi
done

# Seconds for the daemon. All SessionEnd hooks of a client share 1.5 s.
case $event in
UserPromptSubmit | PreToolUse | PostToolBatch)
  [ "$held" ] || exit 0
  limit=2
  ;;
SessionStart) limit=2 ;;
SessionEnd) limit=1 ;;
*) exit 0 ;;
esac

PATH=/usr/bin:/bin:/usr/local/bin${PATH:+:$PATH}
nl='
'
# The payload stays in memory and goes through pipes: never an argument, never a file, so no here-document either.
payload=
[ -t 0 ] || payload=$(cat)
case ${CLAUDE_PID-} in
'' | *[!0-9]*) pid=0 ;;
*) pid=$CLAUDE_PID ;;
esac

# 1. The daemon.
socket=
{ read -r socket <"$here/socket"; } 2>/dev/null
asked=
answer=
if [ ! -S "$socket" ]; then
  asked=asked
elif command -v curl >/dev/null 2>&1; then
  # -q first: a .curlrc must not send this elsewhere. No Expect: the daemon would have to answer twice.
  answer=$(printf '%s' "$payload" | curl -q -s -i --noproxy '*' --max-time "$limit" --unix-socket "$socket" \
    -H 'Expect:' -H 'content-type: application/json' -H "x-purser-pid: $pid" --data-binary @- \
    "http://purser/hook/claude-code/$event" 2>/dev/null)
  # 1, 2, 4: this curl cannot do it; then hook.cjs asks. Anything else was an attempt, and one is enough.
  case $? in 1 | 2 | 4) ;; *) asked=asked ;; esac
fi
case $answer in
'HTTP/1.1 204'*) exit 0 ;;
'HTTP/1.1 200'*)
  cr=$(printf '\r')
  head=${answer%%"$cr$nl$cr$nl"*}
  body=${answer#*"$cr$nl$cr$nl"}
  case $head in
  *"$nl"[Xx]-[Pp]urser-[Ee]xit:\ 2*)
    printf '%s\n' "$body" >&2
    exit 2
    ;;
  *"$nl"[Xx]-[Pp]urser-[Ee]xit:\ 0*)
    # Only a whole JSON object is an answer; the client would take anything else for a failure and go on.
    case $body in
    '{'*'}')
      printf '%s\n' "$body"
      exit 0
      ;;
    esac
    ;;
  esac
  ;;
esac

# 2. Nobody answered. A session that ends, or one where nothing is projected, needs no decision.
[ "$event" != SessionEnd ] && [ "$held" ] || exit 0
# A certificate file read at start, or a debugger, would cost more than the decision.
unset NODE_EXTRA_CA_CERTS NODE_OPTIONS
node=@NODE@
[ -x "$node" ] || node=$(command -v node)
if [ -x "$node" ] && [ -f "$here/hook.cjs" ]; then
  if verdict=$(printf '%s' "$payload" | "$node" "$here/hook.cjs" "$event" "$pid" "$asked" 2>/dev/null); then
    [ -z "$verdict" ] || printf '%s\n' "$verdict"
    exit 0
  fi
fi

# 3. Neither daemon nor program. All that can still be held is a fail-closed budget on this very folder, or on everything.
advice='Start it: purser up --detach - reinstall: purser hooks install - or take the hooks out: purser hooks uninstall'
young() {
  beat=0
  { read -r beat <"$locks/heartbeat"; } 2>/dev/null
  case $beat in *[!0-9]* | '' | ? | ?? | ???) return 1 ;; esac
  age=$(($(date +%s) - ${beat%???}))
  [ "$age" -lt 60 ] && [ "$age" -gt -60 ]
}
closed_here() {
  for file in "$locks"/*.mark; do
    [ -f "$file" ] || continue
    closed= everywhere= by_folder= below=
    while read -r line; do
      case $line in
      '"failMode": "closed",') closed=1 ;;
      '"everywhere": true,') everywhere=1 ;;
      '"byFolder": true,') by_folder=1 ;;
      '"/'*)
        root=${line#\"}
        root=${root%,}
        root=${root%\"}
        case $PWD/ in "$root"/*) below=1 ;; esac
        ;;
      esac
    done <"$file"
    if [ "$closed" ] && { [ "$everywhere" ] || { [ "$by_folder" ] && [ "$below" ]; }; }; then return 0; fi
  done
  return 1
}
if closed_here && ! young; then
  reason="purser: a fail-closed budget holds this project and purser does not answer; its small program cannot run either. $advice"
  case $event in
  UserPromptSubmit) printf '{"decision":"block","reason":"%s","suppressOriginalPrompt":true,"hookSpecificOutput":{"hookEventName":"UserPromptSubmit","suppressOriginalPrompt":true}}\n' "$reason" ;;
  PreToolUse) printf '{"continue":false,"stopReason":"%s","hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"%s"}}\n' "$reason" "$reason" ;;
  PostToolBatch) printf '{"continue":false,"stopReason":"%s"}\n' "$reason" ;;
  esac
  exit 0
fi
case $event in
UserPromptSubmit | SessionStart) printf '{"systemMessage":"purser: there are locks, but the hook cannot read them (no daemon, and node or hook.cjs is missing). %s"}\n' "$advice" ;;
esac
exit 0
