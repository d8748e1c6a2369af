// Options that the verbs of reserving share, and how their words become a request. A refusal is an answer: it goes to
// stdout as JSON, or to stderr in a sentence, and the exit code is 3.
import path from 'node:path'
import type { OwnerInput, RefusedAnswer, ScopeInput } from '../api/reserve-answers.ts'
import { AppError } from '../core/errors.ts'
import { faint, toned } from '../core/text/line.ts'
import { jsonText, note } from './answer.ts'
import { EXIT_DONE, type Context } from './context.ts'
import { money } from './render/figures.ts'

export const EXIT_REFUSED = 3

export const BUDGET_ID = { value: 'ID', about: 'the id of a budget', completes: 'budget' } as const
export const REQUEST_ID = { kind: 'value', value: 'ID', about: 'yours to make; asking again with it is asking once', required: true } as const
export const AMOUNT = { kind: 'value', value: 'AMOUNT', about: 'US dollars: 1.50', required: true } as const

export const SCOPE_OPTIONS = {
  project: { kind: 'value', value: 'FOLDER', about: 'project it is spent in: its folder or its name', completes: 'folder' },
  branch: { kind: 'value', value: 'BRANCH', about: 'git branch' },
  session: { kind: 'value', value: 'ID', about: 'an agent\'s session' },
  agent: { kind: 'value', value: 'AGENT', about: 'the agent: claude-code' },
  account: { kind: 'value', value: 'FOLDER', about: 'the login, by its config folder: ~/.claude' },
} as const

export const NOTE_OPTIONS = {
  peer: { kind: 'value', value: 'NAME', about: 'who was paid' },
  tool: { kind: 'value', value: 'NAME', about: 'through what' },
  reason: { kind: 'value', value: 'TEXT', about: 'why; at most 200 characters, for the records' },
} as const

export const RESERVE_OPTIONS = {
  id: REQUEST_ID,
  amount: AMOUNT,
  budget: { kind: 'value', value: 'ID,ID', about: 'budgets that hold it, beside every rule that counts the scope', completes: 'budget' },
  ...SCOPE_OPTIONS,
  model: { kind: 'value', value: 'MODEL', about: 'what it is for' },
  ttl: { kind: 'value', value: 'TIME', about: 'given back after this, unless its owner lives: 10m' },
  owner: { kind: 'value', value: 'OWNER', about: 'whose it is: a process id, or AGENT/SESSION; kept while that lives' },
} as const

type Options = Readonly<Record<string, string | boolean | undefined>>

/** What was typed, absent where nothing was; folders as this shell means them. */
export function scopeInput(context: Pick<Context, 'folder'>, options: Options): ScopeInput {
  const said = Object.fromEntries(Object.keys(SCOPE_OPTIONS).flatMap(name => (typeof options[name] === 'string' ? [[name, options[name]]] : []))) as ScopeInput
  return said.project !== undefined && /^\.{0,2}(\/|$)/.test(said.project) ? { ...said, project: path.resolve(context.folder, said.project) } : said
}

export const budgetsInput = ({ budget }: Options): { readonly budget?: readonly string[] } =>
  (typeof budget === 'string' ? { budget: budget.split(',').map(each => each.trim()).filter(each => each !== '') } : {})

/** Only what was typed of these. */
export const given = (options: Options, names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.flatMap(name => { const value = options[name]; return typeof value === 'string' ? [[name, value] as const] : [] }))

export function ownerInput({ owner }: Options): { readonly owner?: OwnerInput } {
  if (typeof owner !== 'string') return {}
  if (/^\d{1,9}$/.test(owner)) return { owner: { pid: Number(owner) } }
  const at = owner.indexOf('/')
  if (at <= 0 || at === owner.length - 1) throw new AppError('invalid_input', `--owner "${owner}" is neither a process id nor AGENT/SESSION, such as claude-code/8a1f`)
  return { owner: { agent: owner.slice(0, at), session: owner.slice(at + 1) } }
}

/** Prints an answer as JSON, or as `say` does; a refusal in a sentence with what is left. Tells the exit code. */
export function outcome<T extends { readonly ok: true }>(context: Context, { json }: { readonly json: boolean }, answer: T | RefusedAnswer, say: (answer: T) => void): number {
  if (json) context.out(jsonText(answer))
  if (!answer.ok) {
    if (!json) note(context, toned('bad', 'refused: '), answer.because, ...(answer.refused === 'over_budget' || answer.remaining === null ? [] : [faint(` (${money(answer.remaining)} left)`)]))
    return EXIT_REFUSED
  }
  if (!json) say(answer)
  return EXIT_DONE
}
