// The journal of a chat in VS Code, or its older form, one document. What it says of usage is a lower bound: the prompt of
// a turn's last request stands for all of them.
import { firstText, instantOf, isObject, objectIn, parsedJson, textOf } from '../../core/tailing/json-fields.ts'
import type { DocumentSource } from '../../core/sessions/log-source.ts'
import type { Instant } from '../../core/time.ts'
import { CounterReader } from '../../core/usage/counters.ts'
import { NO_TOKENS, totalTokens } from '../../core/usage/tokens.ts'
import { STANDARD_BILLING, type Origin, type ParsedLine } from '../../core/usage/usage-event.ts'
import { pathOfFileUri } from '../file-uri.ts'
import { entersJournals, ownsJournal, sessionOf, TRACES, userFolders, workspaceFile } from './paths.ts'

const DOUBT = 'VS Code\'s chat journal tells the prompt of a turn\'s last request only; switch on github.copilot.chat.otel.dbSpanExporter.enabled for exact counts'
// Deeper paths lead into a conversation, which is of no interest.
const PATH_MAX = 6, REQUESTS_MAX = 100_000

/** The requests of a chat after all that its journal says. Null when no line of it can be read. */
export function requestsIn(text: string): readonly unknown[] | null {
  const whole = parsedJson(text)
  if (isObject(whole) && Array.isArray(whole['requests'])) return whole['requests'] as unknown[]
  let root: unknown = {}, read = 0
  for (const line of text.split('\n')) {
    const entry = parsedJson(line)
    if (!isObject(entry)) continue
    read++
    const value = entry['v'], path = pathOf(entry['k'])
    if (entry['kind'] === 0) root = value
    else if (entry['kind'] === 1 && path) setAt(root, path, value)
    else if (entry['kind'] === 2 && path && Array.isArray(value)) append(root, path, value as unknown[])
  }
  const requests = isObject(root) ? root['requests'] : undefined
  return Array.isArray(requests) ? (requests as unknown[]).slice(0, REQUESTS_MAX) : read === 0 ? null : []
}

const pathOf = (value: unknown): readonly (string | number)[] | null =>
  Array.isArray(value) && value.length > 0 && value.length <= PATH_MAX && value.every(step => typeof step === 'string' || (Number.isInteger(step) && step >= 0)) && value[0] === 'requests' ? (value as (string | number)[]) : null

/** Only what is there or comes next in a list is set: a path into nothing changes nothing. */
function setAt(root: unknown, path: readonly (string | number)[], value: unknown): void {
  const parent = at(root, path.slice(0, -1)), last = path.at(-1)
  if (Array.isArray(parent) && typeof last === 'number' && last <= parent.length) parent[last] = value
  else if (isObject(parent) && typeof last === 'string' && last !== '__proto__') (parent as Record<string, unknown>)[last] = value
}

function append(root: unknown, path: readonly (string | number)[], items: readonly unknown[]): void {
  const list = at(root, path)
  if (list === undefined) setAt(root, path, [...items])
  else if (Array.isArray(list)) for (const item of items) list.push(item)
}

function at(root: unknown, path: readonly (string | number)[]): unknown {
  let here = root
  for (const step of path) {
    if (Array.isArray(here)) here = typeof step === 'number' ? here[step] as unknown : undefined
    else here = isObject(here) && Object.hasOwn(here, step) ? here[String(step)] : undefined
  }
  return here
}

/** One turn. Several requests may lie behind it, and its counts are at least what they used. */
export function turnUsage(value: unknown, origin: Origin, writtenAt: Instant): ParsedLine {
  const request = isObject(value) ? value : {}
  const id = textOf(request['requestId']), metadata = objectIn(request, 'result', 'metadata')
  const counters = new CounterReader()
  const input = counters.read(metadata['promptTokens']), output = Math.max(counters.read(request['completionTokens']), counters.read(metadata['outputTokens']))
  const tokens = { ...NO_TOKENS, input, output }
  if (id === '' || (totalTokens(tokens) === 0 && !counters.damaged)) return { kind: 'ignored' }
  const time = instantOf(request['timestamp'])
  return {
    kind: 'usage', doubt: DOUBT,
    events: [{
      key: `vscode-copilot:${id}`, at: time ?? writtenAt, model: firstText(metadata['resolvedModel'], textOf(request['modelId']).replace(/^copilot\//, '')), tokens,
      billing: STANDARD_BILLING, origin, final: false, sidechain: false, approximateTime: time === null, damaged: counters.damaged,
    }],
  }
}

/** The folder a workspace's storage is for; '' for one on another machine, which is none of this one's. */
export const folderOf = (workspace: unknown): string => pathOfFileUri(isObject(workspace) ? workspace['folder'] : undefined)

export const chatJournals: DocumentSource = {
  name: 'chats', form: 'document', roots: userFolders(TRACES), owns: ownsJournal, enters: entersJournals, place: path => ({ session: textOf(sessionOf(path)), subagent: '' }),
  companions: path => [workspaceFile(path)].filter(file => file !== null),
  // The traces may appear while chats are followed.
  heads: () => [TRACES],
  parse(text, { place, path, companions }, writtenAt) {
    if ((companions[TRACES] ?? null) !== null) return { facts: [], memory: '' }
    const requests = requestsIn(text)
    if (!requests) return null
    const file = workspaceFile(path)
    const origin: Origin = { cwd: file === null ? '' : folderOf(parsedJson(companions[file])), branch: '', session: place.session, subagent: '' }
    return { facts: requests.map(request => turnUsage(request, origin, writtenAt)).filter(fact => fact.kind !== 'ignored'), memory: '' }
  },
}
