// Saved output of `codex exec --json`, for homes that hold nothing else: a turn's usage when it ended. It bears no time, so
// the file's own stands in.
import type { LineParser, Opening } from '../../core/sessions/log-source.ts'
import { firstText, instantOf, isObject, objectIn, type JsonObject } from '../../core/tailing/json-fields.ts'
import { pickLine, type Wanted } from '../../core/tailing/json-pick.ts'
import type { Instant } from '../../core/time.ts'
import { CounterReader } from '../../core/usage/counters.ts'
import { response } from '../../core/usage/response.ts'
import { STANDARD_BILLING, type ParsedLine } from '../../core/usage/usage-event.ts'
import { isNothing, tokensOf, totalsText, type Totals } from './totals.ts'

export const SAVED_MARKERS = ['.started"', '.completed"', '"result"'] as const

const USAGE: Wanted = {
  input_tokens: true, prompt_tokens: true, cached_input_tokens: true, cached_tokens: true, cache_write_input_tokens: true,
  output_tokens: true, completion_tokens: true, reasoning_output_tokens: true,
}
const LINE: Wanted = { type: true, thread_id: true, timestamp: true, model: true, usage: USAGE, data: { usage: USAGE, model: true } }

const IGNORED: ParsedLine = { kind: 'ignored' }

/** Remembers `<turns so far> <thread>`. */
export function openSaved({ memory, place }: Opening): LineParser {
  const [, count = '', remembered = ''] = /^(\d{1,9}) (.*)$/.exec(memory ?? '') ?? []
  let thread = remembered || place.session, turns = Number(count)
  return {
    parse: (line, writtenAt) => {
      const picked = pickLine(line, LINE)
      if (picked.read !== 'object') return picked.read === 'empty' ? IGNORED : { kind: 'malformed', why: picked.why }
      const { object } = picked
      if (object['type'] === 'thread.started') {
        thread = firstText(object['thread_id']) || thread
        turns = 0
      }
      return object['type'] === 'turn.completed' || object['type'] === 'result' ? turnOf(object, { thread, turn: turns++, writtenAt }) : IGNORED
    },
    memory: () => `${turns} ${thread}`,
  }
}

function turnOf(object: JsonObject, { thread, turn, writtenAt }: { readonly thread: string; readonly turn: number; readonly writtenAt: Instant }): ParsedLine {
  const usage = isObject(object['usage']) ? object['usage'] : objectIn(object, 'data', 'usage')
  const counters = new CounterReader()
  const either = (...names: readonly string[]): number => counters.read(names.map(name => usage[name]).find(value => value !== undefined && value !== null))
  const totals: Totals = [
    either('input_tokens', 'prompt_tokens'), either('cached_input_tokens', 'cached_tokens'), either('cache_write_input_tokens'),
    either('output_tokens', 'completion_tokens'), either('reasoning_output_tokens'),
  ]
  if (isNothing(totals) && !counters.damaged) return IGNORED
  const at = instantOf(object['timestamp'])
  return {
    kind: 'usage', events: [response({
      key: `codex:${thread}/exec/${turn}/${totalsText(totals)}`, at: at ?? writtenAt, approximateTime: at === null, model: firstText(object['model'], objectIn(object, 'data')['model']),
      tokens: tokensOf(totals, counters), damaged: counters.damaged, billing: STANDARD_BILLING, origin: { cwd: '', branch: '', session: thread, subagent: '' },
    })],
  }
}
