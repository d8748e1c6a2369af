// Our status line in Claude Code's settings.json. A command of the person's own is carried inside ours: it runs first,
// it runs alone should our script be gone, and taking ours out puts it back.
import type { StatuslineSettings } from '../../core/statusline/settings.ts'
import { appendMember, cutChild, guarded } from './json-edit.ts'
import { JsonProblem, lineOf, memberOf, parseJson, type JsonNode } from './json-text.ts'

const KEY = 'statusLine'
const BOM = '\ufeff'
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
const unquoted = (text: string): string => text.slice(1, -1).replaceAll(`'\\''`, "'")

/** What the client runs. Without the script: the person's own command, or nothing; never an error. */
export function statuslineCommand(scriptFile: string, own: string): string {
  const script = quoted(scriptFile)
  return own === '' ? `[ ! -f ${script} ] || exec /bin/sh ${script}` : `own=${quoted(own)}; [ ! -f ${script} ] || exec /bin/sh ${script} "$own"; eval "$own"`
}

const TEXT = "'(?:[^']|'\\\\'')*'"
const ALONE = new RegExp(`^\\[ ! -f (${TEXT}) \\] \\|\\| exec /bin/sh \\1$`)
const BESIDE = new RegExp(`^own=(${TEXT}); \\[ ! -f (${TEXT}) \\] \\|\\| exec /bin/sh \\2 "\\$own"; eval "\\$own"$`)
const SCRIPT = /\/purser-statusline\.sh$/

/** The script and the person's command of a line we wrote, whichever state folder it was for; null for anybody else's. */
function partsOf(command: string): { readonly script: string; readonly own: string } | null {
  const beside = BESIDE.exec(command)
  const script = unquoted((beside ? beside[2] : ALONE.exec(command)?.[1]) ?? "''")
  return SCRIPT.test(script) ? { script, own: beside ? unquoted(beside[1] ?? "''") : '' } : null
}

const entryFor = (scriptFile: string): Record<string, unknown> => ({ type: 'command', command: statuslineCommand(scriptFile, '') })

export const claudeCodeStatuslineSettings: StatuslineSettings = {
  client: 'Claude Code',
  merge: (text, scriptFile) => guarded(text, body => merged(body, scriptFile)),
  unmerge: (text, scriptFile) => guarded(text, body => (body.trim() === '' ? body : withoutOurs(body, scriptFile))),
  inspect(text, scriptFile) {
    try {
      const body = text.startsWith(BOM) ? text.slice(1) : text
      const command = body.trim() === '' ? null : commandIn(body, rootOf(body))
      const parts = command ? partsOf(command.text) : null
      return { problem: null, line: command === null ? 'none' : parts?.script === scriptFile ? 'ours' : 'other', own: parts?.own ?? command?.text ?? '' }
    } catch (error) {
      if (error instanceof JsonProblem) return { problem: { line: error.line, problem: error.message }, line: 'none', own: '' }
      throw error
    }
  },
  block: scriptFile => JSON.stringify({ [KEY]: entryFor(scriptFile) }, null, 2),
}

function rootOf(body: string): JsonNode & { kind: 'object' } {
  const root = parseJson(body)
  if (root.kind !== 'object') throw new JsonProblem(1, 'the settings are not a JSON object')
  return root
}

/** The command that is there; null without a status line. One of another kind is not ours to judge. */
function commandIn(body: string, root: JsonNode): (JsonNode & { kind: 'string' }) | null {
  const entry = memberOf(body, root, KEY)?.value
  if (!entry) return null
  const type = memberOf(body, entry, 'type')?.value
  const command = memberOf(body, entry, 'command')?.value
  if (command?.kind !== 'string' || type?.kind !== 'string' || type.text !== 'command') throw new JsonProblem(lineOf(body, entry.start), `"${KEY}" is not a command`)
  return command
}

function merged(body: string, scriptFile: string): string {
  if (body.trim() === '') return `${claudeCodeStatuslineSettings.block(scriptFile)}\n`
  const root = rootOf(body)
  const command = commandIn(body, root)
  if (!command) return appendMember(body, root, KEY, entryFor(scriptFile))
  const parts = partsOf(command.text)
  return replaced(body, command, statuslineCommand(scriptFile, parts ? parts.own : command.text))
}

function withoutOurs(body: string, scriptFile: string): string {
  const root = rootOf(body)
  const command = memberOf(body, root, KEY) ? commandOrNone(body, root) : null
  const parts = command ? partsOf(command.text) : null
  if (!command || parts?.script !== scriptFile) return body
  return parts.own === '' ? cutChild(body, root, root.members.findIndex(member => member.key === KEY)) : replaced(body, command, parts.own)
}

/** A status line of a kind we do not know is certainly not ours. */
function commandOrNone(body: string, root: JsonNode): (JsonNode & { kind: 'string' }) | null {
  try {
    return commandIn(body, root)
  } catch (error) {
    if (error instanceof JsonProblem) return null
    throw error
  }
}

/** An unchanged command keeps its spelling: escapes that JSON allows are the person's. */
function replaced(body: string, node: JsonNode & { kind: 'string' }, text: string): string {
  return node.text === text ? body : body.slice(0, node.start) + JSON.stringify(text) + body.slice(node.end)
}
