// `purser report KIND`: what was spent over a range, grouped; as a table, as JSON, as CSV, or in the JSON of ccusage.
import type { ReportQuery } from '../../api/report-answer.ts'
import { AppError } from '../../core/errors.ts'
import { REPORT_KEYS, type ReportKind } from '../../core/reports/keys.ts'
import { answer, jsonText } from '../answer.ts'
import { command, type Command, type Given, type OptionSpecs } from '../command.ts'
import { compatQuery, compatRequest, isCompat, type CompatRequest } from '../compat/forms.ts'
import { compatOptions, refuseForeign } from '../compat/options.ts'
import { EXIT_DONE, type Context } from '../context.ts'
import { renderReport } from '../render/report.ts'
import { sinceOf } from '../report-range.ts'

const OPTIONS = {
  'since': { kind: 'value', value: 'DATE', short: 's', about: 'from this day on (2026-11-01), or from an instant (2026-11-01T09:00:00Z)' },
  'until': { kind: 'value', value: 'DATE', short: 'u', about: 'up to and with this day, or up to an instant' },
  'last': { kind: 'value', value: 'SPAN', about: 'the last 7d or 2w (calendar days, today included), 24h or 90m (to the minute)' },
  'zone': { kind: 'value', value: 'ZONE', about: 'whose days, such as Europe/Paris; default: the zone of the configuration', aliases: ['timezone'], short: 'z' },
  'project': { kind: 'value', value: 'GLOB', short: 'p', about: 'only projects with this name or path: web-*', completes: 'folder' },
  'branch': { kind: 'value', value: 'GLOB', about: 'only these branches: feature/*' },
  'session': { kind: 'value', value: 'GLOB', about: 'only sessions with this id: 7f3a91c2*' },
  'agent': { kind: 'value', value: 'GLOB', about: 'only these agents: claude' },
  'model': { kind: 'value', value: 'GLOB', about: 'only these models: *opus*' },
  'account': { kind: 'value', value: 'GLOB', about: 'only these logins, by the folder of their configuration: ~/.claude-work' },
  'by': { kind: 'value', value: 'KEYS', about: `further columns the rows are told apart by, with commas between: ${REPORT_KEYS.join(', ')}` },
  'breakdown': { kind: 'flag', short: 'b', about: 'the models below each row' },
  'csv': { kind: 'flag', about: 'for a spreadsheet: a header, every column, exact figures' },
} as const satisfies OptionSpecs

const EXAMPLES: Readonly<Record<ReportKind, readonly (readonly [string, string])[]>> = {
  total: [['purser report total --last 30d', 'one sum over thirty days'], ['purser report total --by project,model', 'a row for each model of each project']],
  daily: [['purser report daily --last 7d', 'a row for each of the last seven days'], ['purser report daily --last 7d --breakdown', 'and its models below each'], ['purser report daily --compat ccusage --json', 'as "ccusage daily --json" prints it']],
  weekly: [['purser report weekly --last 4', 'this week and the three before, from Monday to Sunday'], ['purser report weekly --by agent', 'and who spent it']],
  monthly: [['purser report monthly', 'a row for each month'], ['purser report monthly --by account --csv', 'for the accounts, in a spreadsheet']],
  session: [['purser report session --last 1d', 'the sessions of today, the dearest first'], ['purser report session --project web --breakdown', 'and which models they used']],
  blocks: [['purser report blocks --active', 'the five hours that are going on: spent, burning, left'], ['purser report blocks --recent', 'and those of the last three days']],
  project: [['purser report project --last 30d', 'a row for each project'], ['purser report project --by model', 'and for each of its models']],
  branch: [['purser report branch --project web', 'what each branch of a project cost'], ['purser report branch --branch "feature/*" --csv', 'for a spreadsheet']],
  model: [['purser report model --last 7d', 'a row for each model'], ['purser report model --by speed', 'fast modes on their own']],
  agent: [['purser report agent --last 30d', 'a row for each agent'], ['purser report agent --by project', 'and where it worked']],
  account: [['purser report account --last 30d', 'a row for each login'], ['purser report account --account "~/.claude-work" --json', 'for programs']],
}
const NOTES: Readonly<Partial<Record<ReportKind, readonly string[]>>> = {
  blocks: ['A block begins with the hour of its first response and lasts five hours; every agent and account has its own. Which block a vendor counts may differ: this is arithmetic over the logs.'],
}

export const reportOf = (kind: ReportKind): Command => command({
  options: { ...OPTIONS, ...(isCompat(kind) ? compatOptions(kind) : {}) } as OptionSpecs,
  operands: {}, json: true, examples: EXAMPLES[kind], ...(NOTES[kind] ? { notes: NOTES[kind] } : {}),
  run: (context, given) => run(kind, context, given),
})

async function run(kind: ReportKind, context: Context, given: Given): Promise<number> {
  const typed = new Typed(given)
  typed.refuseContradictions()
  const compat = typed.compat(kind)
  const asked = await queryOf(kind, context, typed)
  const query = compat ? compatQuery(asked, compat) : asked
  const { clock } = await context.machine()
  const found = await context.plane().call('report', query)
  if (compat) {
    const { compatJson } = await import('../compat/ccusage.ts')
    const sections = await Promise.all(compat.sections.map(async section => [section, await context.plane().call('report', compatQuery({ ...asked, kind: section }, { ...compat, kind: section }))] as const))
    context.out(jsonText(compatJson(found, compat, { now: clock.now(), ...(asked.since === undefined ? {} : { since: asked.since }), ...(asked.until === undefined ? {} : { until: asked.until }) }, sections)))
    return EXIT_DONE
  }
  if (typed.flag('csv')) {
    const { reportCsv } = await import('../render/csv.ts')
    context.out(reportCsv(found))
  } else await answer(context, given, found, renderReport)
  return EXIT_DONE
}

/** What was typed, whichever of the options this kind has. */
class Typed {
  readonly #given: Given
  constructor(given: Given) { this.#given = given }
  flag(name: string): boolean { return this.#given.options[name] === true }
  value(name: string): string | undefined {
    const value = this.#given.options[name]
    return typeof value === 'string' ? value : undefined
  }
  list(name: string): readonly string[] | undefined {
    const words = this.value(name)?.split(',').map(word => word.trim()).filter(word => word !== '')
    if (words?.length === 0) throw new AppError('invalid_input', `--${name} is empty; leave it out`)
    return words
  }

  refuseContradictions(): void {
    if (this.value('last') !== undefined && this.value('since') !== undefined) throw new AppError('invalid_input', '--last and --since both say where to begin; keep one')
    const form = this.value('compat') !== undefined
    if (this.flag('csv') && (this.#given.json || form)) throw new AppError('invalid_input', `--csv and ${form ? '--compat' : '--json'} are two ways to print one answer; keep one`)
    refuseForeign(this.#given)
  }

  compat(kind: ReportKind): CompatRequest | null {
    const form = this.value('compat')
    if (form === undefined || !isCompat(kind)) return null
    return compatRequest({
      form, kind, by: this.flag('by-agent') ? [...new Set([...(this.list('by') ?? []), 'agent'])] : this.list('by'), order: this.value('order'), instances: this.flag('instances'), withCost: !this.flag('no-cost'),
      active: this.flag('active'), recent: this.flag('recent'), tokenLimit: this.value('token-limit'), weekStart: this.value('start-of-week'), sections: this.list('sections'),
    })
  }
}

async function queryOf(kind: ReportKind, context: Context, typed: Typed): Promise<ReportQuery> {
  const [last, zone, by] = [typed.value('last'), typed.value('zone'), typed.list('by')]
  const from = last === undefined ? typed.value('since') : await sinceLast(context, { kind, last, zone })
  const filters = (['until', 'zone', 'project', 'branch', 'session', 'agent', 'model', 'account'] as const).flatMap(name => {
    const value = typed.value(name)
    return value === undefined ? [] : [[name, value]]
  })
  return { kind, ...(from === undefined ? {} : { since: from }), ...Object.fromEntries(filters), ...(by === undefined ? {} : { by }), ...(typed.flag('breakdown') ? { breakdown: true } : {}), ...only(typed) }
}

const only = (typed: Typed): Pick<ReportQuery, 'only'> => (typed.flag('active') ? { only: 'active' } : typed.flag('recent') ? { only: 'recent' } : {})

async function sinceLast(context: Context, { kind, last, zone }: { kind: ReportKind; last: string; zone: string | undefined }): Promise<string> {
  const { clock } = await context.machine()
  // Days are days of the zone the report will use; only the daemon knows which one is configured.
  return await sinceOf(last, { kind, now: clock.now(), zoneOf: async () => zone ?? (await context.plane().call('status', {})).zone })
}
