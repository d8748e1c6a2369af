// The assessor that the configuration asks for: its rules, its program, or both; the stricter word counts. Never rejects:
// whatever goes wrong denies.
import { AppError, messageOf } from '../../core/errors.ts'
import type { UsageGroup } from '../../core/ledger/ledger-store.ts'
import type { CommandRunner } from '../../core/machine/notifier.ts'
import type { Assessment, Assessor, RiskQuestion } from '../../core/risk/assessor.ts'
import { ACTIVE_DAYS, assessByRules, burnOf, needsBurn, parseRule, stricter, type Burn, type RiskRule } from '../../core/risk/rules.ts'
import { questionText, verdictOf } from '../../core/risk/verdict.ts'
import type { RiskSettings } from '../../core/config/settings.ts'
import { DAY_MS, HOUR_MS, instant } from '../../core/time.ts'
import type { Stores } from '../../core/stores.ts'

export interface RiskWorld { readonly stores: Stores; readonly zone: string; readonly settings: RiskSettings; readonly commands: CommandRunner }

// Fourteen active days of somebody who works on weekdays, with a holiday between them.
const LOOKED_BACK_MS = 4 * ACTIVE_DAYS * DAY_MS

/** null where the configuration asks for none. */
export function riskAssessor({ stores, zone, settings, commands }: RiskWorld): Assessor | null {
  const { rules: texts, command, timeoutMs } = settings
  if (texts.length === 0 && command.length === 0) return null
  const rules = texts.map(ruleFrom)
  return {
    async assess(question) {
      try {
        const burn = needsBurn(rules) ? await burnFor(stores, question) : null
        const byRules = assessByRules(rules, question, { zone, burn })
        // What is denied already need not be asked about.
        return byRules.verdict === 'deny' || command.length === 0 ? byRules : stricter(byRules, await byProgram())
      } catch (error) {
        return { verdict: 'deny', ceiling: 'zero', by: 'the risk assessment', because: `the risk could not be assessed (${messageOf(error)}), so nothing is granted` }
      }
      async function byProgram(): Promise<Assessment> {
        const [program = ''] = command
        return verdictOf(await commands.run({ argv: command, stdin: questionText(question), deadlineMs: timeoutMs }, NEVER.signal), { program, timeoutMs })
      }
    },
  }
}

const NEVER = new AbortController()

function ruleFrom(text: string): RiskRule {
  const parsed = parseRule(text)
  // The configuration was read by the same parser.
  if (!parsed.ok) throw new AppError('config_invalid', `risk.rules: "${text}" ${parsed.why}`)
  return parsed.rule
}

/** Of the project, or of everything where none is said. */
async function burnFor(stores: Stores, { scope, now }: RiskQuestion): Promise<Burn | null> {
  const own = (groups: readonly UsageGroup[]): readonly UsageGroup[] => groups.filter(({ by }) => scope.project === '' || by.project === scope.project)
  const { hours, last } = await stores.read(function* () {
    return {
      hours: own(yield* stores.ledger.sum({ since: instant(now - LOOKED_BACK_MS), until: now, by: ['project'], slotMs: HOUR_MS })),
      last: own(yield* stores.ledger.sum({ since: instant(now - HOUR_MS), until: null, by: ['project'], slotMs: 0 })),
    }
  })
  const bySlot = new Map<number, bigint>()
  for (const { by, sum } of hours) bySlot.set(Number(by.slot), (bySlot.get(Number(by.slot)) ?? 0n) + sum.cost)
  return burnOf([...bySlot].map(([start, cost]) => ({ start, cost })), last.reduce((sum, { sum: { cost } }) => sum + cost, 0n), now)
}
