// Our entries in Claude Code's settings.json: added to and taken out of the text without touching what is around them.
// An entry is ours when its command has exactly the form we write, for exactly our script.
import type { HookSettings, SettingsFindings } from '../../core/enforcement/hook-installation.ts'
import { JsonProblem, lineOf, memberOf, parseJson, type JsonNode } from './json-text.ts'
import { appendItem, appendMember, cutChild, guarded } from './json-edit.ts'

// Seconds. The script answers within 2 s of a silent daemon plus one start of node; all SessionEnd hooks share 1.5 s.
const TIMEOUT_S: Readonly<Record<string, number>> = { SessionStart: 10, UserPromptSubmit: 10, PreToolUse: 10, PostToolBatch: 10, SessionEnd: 2 }
const EVENTS = Object.keys(TIMEOUT_S)
// A settings file holds tens of hooks; more of ours than this means that something writes them in a loop.
const ENTRIES_MAX = 1_000
const BOM = '\ufeff'

const quoted = (path: string): string => `'${path.replaceAll("'", `'\\''`)}'`

/**
 * A missing script must allow, not lock out: some shells end with 2, which blocks, when told to run a file that is
 * gone. So the file is looked for first.
 */
export function hookCommand(scriptFile: string, event: string): string {
  return `[ ! -f ${quoted(scriptFile)} ] || exec /bin/sh ${quoted(scriptFile)} ${event}`
}

const COMMAND = /^\[ ! -f ('(?:[^']|'\\'')*') \] \|\| exec \/bin\/sh \1 ([A-Za-z]+)$/

/** The script and event of a command we wrote, whichever state folder it was for; null for anybody else's. */
function scriptOf(command: string): { readonly script: string; readonly event: string } | null {
  const found = COMMAND.exec(command)
  return found ? { script: (found[1] as string).slice(1, -1).replaceAll(`'\\''`, "'"), event: found[2] as string } : null
}

const handlerFor = (scriptFile: string, event: string): Record<string, unknown> => ({ type: 'command', command: hookCommand(scriptFile, event), timeout: TIMEOUT_S[event] })
const groupFor = (scriptFile: string, event: string): Record<string, unknown> => ({ hooks: [handlerFor(scriptFile, event)] })

export const claudeCodeHookSettings: HookSettings = {
  client: 'Claude Code',
  events: EVENTS,
  bypasses: ['claude --bare', 'claude --safe-mode', "claude --setting-sources ''", 'claude --restricted', 'CLAUDE_CODE_SIMPLE=1', '"disableAllHooks": true in any settings file or --settings'],
  merge: (text, scriptFile) => guarded(text, body => merged(body, scriptFile)),
  unmerge: (text, scriptFile) => guarded(text, body => body.trim() === '' ? body : withoutOurs(body, scriptFile)),
  inspect,
  block: scriptFile => JSON.stringify({ hooks: Object.fromEntries(EVENTS.map(event => [event, [groupFor(scriptFile, event)]])) }, null, 2),
}

function merged(body: string, scriptFile: string): string {
  if (body.trim() === '') return `${claudeCodeHookSettings.block(scriptFile)}\n`
  if (isComplete(body, scriptFile)) return body
  let text = withoutOurs(body, scriptFile)
  for (const event of EVENTS) text = withEvent(text, event, groupFor(scriptFile, event))
  return text
}

function isComplete(body: string, scriptFile: string): boolean {
  const entries = entriesIn(body).filter(entry => entry.script === scriptFile)
  return entries.length === EVENTS.length && entries.every(entry => entry.asWritten)
}

function withEvent(text: string, event: string, group: unknown): string {
  const root = settingsRoot(text)
  const hooks = memberOf(text, root, 'hooks')
  if (!hooks) return appendMember(text, root, 'hooks', { [event]: [group] })
  if (hooks.value.kind !== 'object') throw new JsonProblem(lineOf(text, hooks.value.start), '"hooks" is not an object')
  const groups = memberOf(text, hooks.value, event)
  if (!groups) return appendMember(text, hooks.value, event, [group])
  if (groups.value.kind !== 'array') throw new JsonProblem(lineOf(text, groups.value.start), `"hooks.${event}" is not an array`)
  return appendItem(text, groups.value, group)
}

function settingsRoot(text: string): JsonNode & { kind: 'object' } {
  const root = parseJson(text)
  if (root.kind !== 'object') throw new JsonProblem(1, 'the settings are not a JSON object')
  return root
}

/** One of our handlers: where it is from the outside in, and what it says. */
interface Entry {
  readonly script: string
  readonly event: string
  /** Exactly as we would write it now: right event, timeout, and alone in a group without a matcher. */
  readonly asWritten: boolean
  readonly path: readonly { readonly container: JsonNode; readonly index: number }[]
}

function entriesIn(text: string): readonly Entry[] {
  const root = settingsRoot(text)
  const hooks = memberOf(text, root, 'hooks')
  if (hooks?.value.kind !== 'object') return []
  const found: Entry[] = []
  for (const [eventIndex, { key: event, value: groups }] of hooks.value.members.entries()) {
    if (groups.kind !== 'array') continue
    memberOf(text, hooks.value, event)
    for (const [groupIndex, group] of groups.items.entries()) {
      const handlers = memberOf(text, group, 'hooks')?.value
      if (group.kind !== 'object' || handlers?.kind !== 'array') continue
      for (const [handlerIndex, handler] of handlers.items.entries()) {
        const command = memberOf(text, handler, 'command')?.value
        const ours = command?.kind === 'string' ? scriptOf(command.text) : null
        if (!ours) continue
        const asWritten = ours.event === event && EVENTS.includes(event) && same(text, group, groupFor(ours.script, event))
        found.push({ script: ours.script, event, asWritten, path: [
          { container: root, index: root.members.indexOf(hooks) }, { container: hooks.value, index: eventIndex },
          { container: groups, index: groupIndex }, { container: handlers, index: handlerIndex },
        ] })
      }
    }
  }
  return found
}

const same = (text: string, node: JsonNode, value: unknown): boolean => JSON.stringify(JSON.parse(text.slice(node.start, node.end))) === JSON.stringify(value)

/** Takes our handlers out one by one, and with each the group, event and `hooks` that it leaves empty. */
function withoutOurs(body: string, scriptFile: string): string {
  let text = body
  for (let taken = 0; taken < ENTRIES_MAX; taken++) {
    const entry = entriesIn(text).find(found => found.script === scriptFile)
    if (!entry) return text
    let depth = entry.path.length - 1
    while (depth > 0 && holdsOnlyThat(entry.path[depth])) depth--
    // A group of the person's own that held only our handler: the group goes, with its matcher.
    const cut = entry.path[depth] as { container: JsonNode; index: number }
    text = cutChild(text, cut.container, cut.index)
  }
  throw new JsonProblem(1, `the settings name ${scriptFile} more than ${ENTRIES_MAX} times`)
}

function holdsOnlyThat(step: { readonly container: JsonNode } | undefined): boolean {
  if (step?.container.kind === 'array') return step.container.items.length === 1
  return step?.container.kind === 'object' && step.container.members.length === 1
}

function inspect(text: string, scriptFile: string): SettingsFindings {
  const body = text.startsWith(BOM) ? text.slice(1) : text
  const nothing: SettingsFindings = { problem: null, registered: [], missing: EVENTS, otherScripts: [], risks: [] }
  if (body.trim() === '') return nothing
  try {
    const entries = entriesIn(body)
    const registered = EVENTS.filter(event => entries.some(entry => entry.script === scriptFile && entry.event === event && entry.asWritten))
    return {
      problem: null, registered, missing: EVENTS.filter(event => !registered.includes(event)),
      otherScripts: [...new Set(entries.map(entry => entry.script))].filter(script => script !== scriptFile), risks: risksIn(body),
    }
  } catch (error) {
    if (error instanceof JsonProblem) return { ...nothing, problem: { line: error.line, problem: error.message } }
    throw error
  }
}

function risksIn(body: string): readonly string[] {
  const root = settingsRoot(body)
  const risks: string[] = []
  for (const key of ['disableAllHooks', 'allowManagedHooksOnly']) {
    const value = memberOf(body, root, key)?.value
    if (value?.kind === 'other' && value.value === true) risks.push(`"${key}": true (line ${lineOf(body, value.start)})`)
  }
  const env = memberOf(body, root, 'env')?.value
  const simple = env ? memberOf(body, env, 'CLAUDE_CODE_SIMPLE')?.value : undefined
  if (simple && !(simple.kind === 'string' && ['', '0'].includes(simple.text))) risks.push(`"env": {"CLAUDE_CODE_SIMPLE"} (line ${lineOf(body, simple.start)})`)
  return risks
}

/** Where a person's settings are, and where a project's own are that are not shared with colleagues: our path is this machine's. */
export function settingsFileOf(place: { readonly scope: 'user'; readonly configHome: string } | { readonly scope: 'project'; readonly project: string }): string {
  return place.scope === 'user' ? `${place.configHome}/settings.json` : `${place.project}/.claude/settings.local.json`
}

/** Settings an administrator imposes; read for their risks, never written. */
export const MANAGED_SETTINGS: Readonly<Record<'linux' | 'darwin', string>> = {
  linux: '/etc/claude-code/managed-settings.json', darwin: '/Library/Application Support/ClaudeCode/managed-settings.json',
}
