// What the lines of a rollout so far said that later ones rely on, and its form as text beside the cursor.
import { isObject, parsedJson } from '../../core/tailing/json-fields.ts'
import { safeText } from '../../core/tailing/safe-text.ts'
import { instant, isPlausible, type Instant } from '../../core/time.ts'
import { tokenCount } from '../../core/usage/tokens.ts'
import type { Billing } from '../../core/usage/usage-event.ts'
import type { Totals } from './totals.ts'

/**
 * Whose work the counters show. own: this thread's. parent: still the beginning that it repeats of its parent's log,
 * `matched` totals of which were met. orphan: the same, beyond what there is of the parent's log: only times can tell.
 */
export type Phase = 'own' | 'parent' | 'orphan'

export interface Memory {
  /** '' until the header was read. */
  thread: string
  session: string
  subagent: string
  parent: string
  phase: Phase
  matched: number
  /** When the thread was made, and the time of the last record: what tells a repeated beginning from own work. */
  createdAt: Instant | null
  lastAt: Instant | null
  /** True when the file starts in the middle of its parent's count. */
  midway: boolean
  cwd: string
  branch: string
  model: string
  tier: Billing['tier'] | null
  /** Each response has a record of its own: counters are then only repeated news. */
  records: boolean
  base: Totals | null
  /** How often the cumulative counter started anew. */
  epoch: number
  /** By its times, an own turn has begun. */
  begun: boolean
  /** Totals were left out because of their times alone, and that has not been told yet. */
  doubt: boolean
  /** The windows last told, so that news repeated with every record is told once. */
  told: string
}

export const freshMemory = (session: string): Memory => ({
  thread: '', session, subagent: '', parent: '', phase: 'own', matched: 0, createdAt: null, lastAt: null, midway: false,
  cwd: '', branch: '', model: '', tier: null, records: false, base: null, epoch: 0, begun: false, doubt: false, told: '',
})

export const memoryText = (memory: Memory): string => JSON.stringify(memory)

const PHASES: ReadonlySet<unknown> = new Set<Phase>(['own', 'parent', 'orphan'])
const TIERS: ReadonlySet<unknown> = new Set<Billing['tier']>(['standard', 'batch', 'priority'])

/** What was remembered; a damaged text is as good as none. */
export function memoryFrom(text: string | null, session: string): Memory {
  const fresh = freshMemory(session)
  const found = parsedJson(text)
  if (!isObject(found)) return fresh
  const word = (name: 'thread' | 'session' | 'subagent' | 'parent' | 'cwd' | 'branch' | 'model' | 'told'): string => (typeof found[name] === 'string' ? safeText(found[name]) : fresh[name])
  const count = (name: 'matched' | 'epoch'): number => tokenCount(found[name]) ?? 0
  const time = (name: 'createdAt' | 'lastAt'): Instant | null => (typeof found[name] === 'number' && isPlausible(found[name]) ? instant(found[name]) : null)
  return {
    thread: word('thread'), session: word('session'), subagent: word('subagent'), parent: word('parent'),
    phase: PHASES.has(found['phase']) ? (found['phase'] as Phase) : 'own', matched: count('matched'), createdAt: time('createdAt'), lastAt: time('lastAt'),
    midway: found['midway'] === true, cwd: word('cwd'), branch: word('branch'), model: word('model'),
    tier: TIERS.has(found['tier']) ? (found['tier'] as Billing['tier']) : null, records: found['records'] === true,
    base: totalsFrom(found['base']), epoch: count('epoch'), begun: found['begun'] === true, doubt: found['doubt'] === true, told: word('told'),
  }
}

function totalsFrom(value: unknown): Totals | null {
  if (!Array.isArray(value) || value.length !== 5 || !value.every(count => typeof count === 'number' && Number.isSafeInteger(count) && count >= 0)) return null
  return value as unknown as Totals
}
