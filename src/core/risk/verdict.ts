// What a program said about a request, read strictly: anything but a verdict is a denial, because whoever asked for an
// assessor asked not to be without one.
import type { CommandResult } from '../machine/notifier.ts'
import { usdText } from '../money.ts'
import type { Assessment, Ceiling, RiskQuestion, RiskVerdict } from './assessor.ts'

/** On the program's standard input: one line of JSON, no prompt in it. */
export const questionText = ({ id, amount, scope, model, budgets }: RiskQuestion): string =>
  `${JSON.stringify({ id, amount: usdText(amount), model, budgets, project: scope.project, branch: scope.branch, agent: scope.agent, account: scope.account, session: scope.session })}\n`

const BECAUSE_CHARS_MAX = 200
const VERDICTS: readonly unknown[] = ['allow', 'ask', 'deny']
const CEILINGS: readonly unknown[] = ['full', 'half', 'tenth', 'zero']

/** The last line of output that is a JSON object decides; whatever else a program writes is its own affair. */
export function verdictOf(result: CommandResult, { program, timeoutMs }: { readonly program: string; readonly timeoutMs: number }): Assessment {
  const by = `the program ${program}`
  const denied = (why: string): Assessment => ({ verdict: 'deny', ceiling: 'zero', by, because: `${by} ${why}, so nothing is granted` })
  if (result.ended === 'deadline') return denied(`did not answer within ${timeoutMs / 1000} s`)
  if (result.ended === 'not_started') return denied('could not be started')
  if (result.ended !== 'exit' || result.code !== 0) return denied(result.ended === 'exit' ? `ended with ${result.code ?? 'a signal'}` : 'was cut off')
  const said = lastObject(result.output)
  if (said === null) return denied('wrote no verdict')
  const { verdict, ceiling = verdict === 'deny' ? 'zero' : 'full', because } = said
  if (!VERDICTS.includes(verdict)) return denied('said neither allow, ask nor deny')
  if (!CEILINGS.includes(ceiling)) return denied('said a ceiling that is none')
  const why = typeof because === 'string' && because !== '' ? because.replace(/\s+/g, ' ').slice(0, BECAUSE_CHARS_MAX) : verdict === 'ask' ? `${by} asks for a person's word` : `${by} denies it`
  return { verdict: verdict as RiskVerdict, ceiling: ceiling as Ceiling, by, because: verdict === 'allow' ? '' : why }
}

function lastObject(output: string): Readonly<Record<string, unknown>> | null {
  for (const line of output.split('\n').toReversed()) {
    if (!line.trim().startsWith('{')) continue
    try {
      return JSON.parse(line) as Readonly<Record<string, unknown>>
    } catch {
      // Not ours to judge what else it writes; the last object that is whole counts.
    }
  }
  return null
}
