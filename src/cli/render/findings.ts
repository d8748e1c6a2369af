// `purser doctor` and its smaller siblings: what is wrong, and what to type about it; what is right stays quiet.
import type { ConfigCheckAnswer, FindingAnswer, Operations } from '../../api/control-plane.ts'
import { faint, strong, toned, type Line, type Tone } from '../../core/text/line.ts'
import { layoutTable } from '../../core/text/table.ts'
import { plural } from './figures.ts'
import { blocks, type View } from './view.ts'

type Level = FindingAnswer['level']
const MARK: Readonly<Record<Level, string>> = { ok: '✓', info: '·', warn: '▲', error: '✗' }
const TONE: Readonly<Record<Level, Tone>> = { ok: 'good', info: 'faint', warn: 'warn', error: 'bad' }
const ORDER: readonly Level[] = ['error', 'warn', 'info', 'ok']

/** Worst first; what is fine takes one line each. */
export function renderFindings(findings: readonly FindingAnswer[], view: View): readonly Line[] {
  const byLevel = ORDER.map(level => findings.filter(finding => finding.level === level))
  const [errors = [], warnings = [], notes = [], fine = []] = byLevel
  return blocks(
    ...[...errors, ...warnings].map(finding => full(finding, view)),
    notes.flatMap(finding => full(finding, view)),
    fine.map((finding): Line => [toned('good', `${MARK.ok} `), finding.title]),
    [summary(errors.length + warnings.length, fine.length)],
  )
}

function full(finding: FindingAnswer, view: View): readonly Line[] {
  const body = [
    ...(finding.detail === '' ? [] : [spoken(finding.detail, 'faint')]),
    ...(finding.remedy === '' ? [] : [[toned('accent', '→ '), ...spoken(finding.remedy, 'plain')]]),
  ]
  return [
    [toned(TONE[finding.level], `${MARK[finding.level]} `), strong(finding.title)],
    ...layoutTable({ width: view.columns, header: false, indent: 2, columns: [{ title: '', wrap: true }], rows: body.map(line => [line]) }),
  ]
}

/** Commands in `backticks` stand out by tone; a terminal needs no backticks. */
const spoken = (text: string, tone: Tone): Line => text.split('`').map((part, index) => toned(index % 2 === 1 ? 'command' : tone, part)).filter(span => span.text !== '')

function summary(wrong: number, fine: number): Line {
  const good = `${plural(fine, 'check is', 'checks are')} fine`
  return wrong === 0 ? [toned('good', `all well: ${good}`)] : [toned('warn', `${plural(wrong, 'finding')} to look at`), faint(`; ${good}`)]
}

export const hasFindings = (findings: readonly FindingAnswer[]): boolean => findings.some(finding => finding.level === 'warn' || finding.level === 'error')

/** The configuration as it is on disk: every problem with its line. */
export function renderConfigCheck(answer: ConfigCheckAnswer): readonly Line[] {
  if (!answer.exists) return [[`${answer.file} does not exist; the defaults are in force`]]
  if (answer.problems.length === 0) return [[toned('good', '✓ '), `${answer.file}: ${plural(answer.budgets, 'budget')}, version ${answer.version}`]]
  return answer.problems.map((problem): Line => [toned('bad', '✗ '), `${answer.file}${problem.line === null ? '' : `:${problem.line}`}: `, problem.message])
}

export function renderConfig(answer: Operations['config.show']['out'], view: View): readonly Line[] {
  return blocks(
    [[strong(answer.file), faint(`  version ${answer.version}`)], ...(answer.problem === null ? [] : [[toned('bad', `✗ ${answer.problem}`)], [faint('the last good version is still in force')]])],
    answer.values.length === 0 ? [] : layoutTable({
      width: view.columns, columns: [{ title: 'KEY' }, { title: 'VALUE', shrinkTo: 16 }, { title: 'FROM', shrinkTo: 8, drop: 1 }],
      rows: answer.values.map(value => [value.key, value.value === '' ? faint('""') : value.value, faint(value.from)]),
    }),
  )
}

export function renderNotified(results: Operations['notify.test']['out']['results'], view: View): readonly Line[] {
  if (results.length === 0) return [[faint('no channel is configured; add a [[notify]] table: purser config edit')]]
  return layoutTable({
    width: view.columns, header: false, columns: [{ title: '' }, { title: '' }, { title: '', wrap: true }],
    rows: results.map(result => [toned(result.ok ? 'good' : 'bad', result.ok ? '✓' : '✗'), strong(result.channel), result.detail]),
  })
}
