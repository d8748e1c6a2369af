// `purser report total|daily|project`: sums over a range.
import type { ReportKind, ReportQuery } from '../../api/control-plane.ts'
import { AppError } from '../../core/errors.ts'
import { answer } from '../answer.ts'
import { command, type Command } from '../command.ts'
import { EXIT_DONE, type Context } from '../context.ts'
import { renderReport } from '../render/report.ts'
import { sinceOf } from '../report-range.ts'

const OPTIONS = {
  since: { kind: 'value', value: 'DATE', about: 'from this day on (2026-11-01), or from an instant (2026-11-01T09:00:00Z)' },
  until: { kind: 'value', value: 'DATE', about: 'up to and with this day, or up to an instant' },
  last: { kind: 'value', value: 'SPAN', about: 'the last 7d or 2w (calendar days, today included), 24h or 90m (to the minute)' },
  zone: { kind: 'value', value: 'ZONE', about: 'whose days, such as Europe/Paris; default: the zone of the configuration' },
  project: { kind: 'value', value: 'GLOB', about: 'only projects with this name or path: web-*', completes: 'folder' },
  branch: { kind: 'value', value: 'GLOB', about: 'only these branches: feature/*' },
} as const

const EXAMPLES: Readonly<Record<ReportKind, readonly (readonly [string, string])[]>> = {
  total: [['purser report total --last 30d', 'one sum over thirty days'], ['purser report total --project web-*', 'everything ever spent on these projects']],
  daily: [['purser report daily --last 7d', 'a row for each of the last seven days'], ['purser report daily --since 2026-11-01 --until 2026-11-15', 'a row for each day of a range']],
  project: [['purser report project --last 30d', 'a row for each project'], ['purser report project --branch main --json', 'for programs']],
}

export const reportTotal = report('total')
export const reportDaily = report('daily')
export const reportProject = report('project')

function report(kind: ReportKind): Command {
  return command({
    options: OPTIONS, operands: {}, json: true, examples: EXAMPLES[kind],
    async run(context, given) {
      const { last, since, until, zone, project, branch } = given.options
      if (last !== undefined && since !== undefined) throw new AppError('invalid_input', '--last and --since both say where to begin; keep one')
      const from = last === undefined ? since : await sinceLast(context, last, zone)
      const query: ReportQuery = {
        kind, ...(from === undefined ? {} : { since: from }), ...(until === undefined ? {} : { until }), ...(zone === undefined ? {} : { zone }),
        ...(project === undefined ? {} : { project }), ...(branch === undefined ? {} : { branch }),
      }
      await answer(context, given, await context.plane().call('report', query), renderReport)
      return EXIT_DONE
    },
  })
}

async function sinceLast(context: Context, last: string, zone: string | undefined): Promise<string> {
  const { clock } = await context.machine()
  // Days are days of the zone the report will use; only the daemon knows which one is configured.
  return await sinceOf(last, clock.now(), async () => zone ?? (await context.plane().call('status', {})).zone)
}
