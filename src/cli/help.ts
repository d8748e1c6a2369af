// Help, from the same table that parses: the program, a noun with its verbs, one command. Short enough to read.
import type { Line } from '../core/text/line.ts'
import { faint, strong, toned } from '../core/text/line.ts'
import { layoutTable } from '../core/text/table.ts'
import { listedOptions, type Command, type CommandEntry, type CommandGroup, type OptionSpec } from './command.ts'
import { usage, verbsOf } from './parse.ts'
import { blocks } from './render/view.ts'
import { nearestWord } from '../core/config/nearest.ts'

const GROUPS: readonly CommandGroup[] = ['Everyday', 'Budgets', 'Enforcement', 'Claims', 'Sessions', 'Records', 'Setup']
// Longer lines are hard to read, however wide the screen.
const TEXT_COLUMNS_MAX = 100

/** Lines for '' (the program), a noun or a full command name; an unknown name is a usage error. */
export async function helpFor(of: string, table: readonly CommandEntry[], columns: number): Promise<readonly Line[]> {
  const width = Math.min(columns, TEXT_COLUMNS_MAX)
  if (of === '') return programHelp(table, width)
  const entry = table.find(candidate => candidate.name === of)
  if (entry) return commandHelp(entry, await entry.load(), width)
  if (verbsOf(of, table).length > 0) return nounHelp(of, table, width)
  const close = nearestWord(of, table.map(candidate => candidate.name))
  throw usage(`there is no command "${of}"${close ? `; did you mean: purser ${close}` : ''}`, 'purser --help')
}

function programHelp(table: readonly CommandEntry[], width: number): readonly Line[] {
  return blocks(
    [[strong('purser'), ': what your coding agents cost, and a limit that holds.']],
    [['Usage: ', strong('purser COMMAND'), faint(' [OPTIONS]')]],
    ...GROUPS.map(group => [[strong(group)], ...listing(programRows(group, table), width)]),
    [[strong('Every command')], ...listing(GLOBAL_ROWS, width)],
    [[strong('Start here')], ...listing(START_ROWS, width)],
  )
}

/** Nouns with several verbs take one row; their verbs are one `--help` away. */
function programRows(group: CommandGroup, table: readonly CommandEntry[]): readonly (readonly [string, string])[] {
  const rows: (readonly [string, string])[] = []
  const seen = new Set<string>()
  for (const entry of table.filter(candidate => candidate.group === group)) {
    const noun = entry.name.split(' ')[0] as string
    if (seen.has(noun)) continue
    seen.add(noun)
    const verbs = verbsOf(noun, table)
    rows.push(verbs.length === 0 ? [entry.name, entry.summary] : [noun, NOUNS[noun] === undefined ? verbs.join(', ') : `${NOUNS[noun]}: ${verbs.join(', ')}`])
  }
  return rows
}

const NOUNS: Readonly<Record<string, string>> = {
  report: 'what was spent', budget: 'limits on what may be spent', lock: 'what is stopped, and why', pricing: 'what models cost',
  account: 'your logins', pool: 'sessions in terminals of their own', task: 'work for agents while nobody watches', session: 'conversations, and who runs them', hooks: 'let agents be stopped between two model calls', config: 'the configuration file', notify: 'notifications',
}

const START_ROWS: readonly (readonly [string, string])[] = [
  ['purser up', 'read the logs, follow your agents'],
  ['purser budget set --limit 20 --window day', 'tell me at $20 a day'],
  ['purser hooks install', 'let limits stop agents in time'],
]

const GLOBAL_ROWS: readonly (readonly [string, string])[] = [
  ['--help', 'explain this command'], ['--json', 'print the answer as JSON (docs/json-output.md)'],
  ['--quiet', 'print the answer and errors only'], ['--no-color', 'no colours; NO_COLOR works too'],
]

// One left edge for every group's explanations.
const NAME_COLUMNS = 10

function listing(rows: readonly (readonly [string, string])[], width: number): readonly Line[] {
  return layoutTable({ width, header: false, indent: 2, columns: [{ title: '' }, { title: '', wrap: true }], rows: rows.map(([name, about]) => [toned('accent', name.padEnd(NAME_COLUMNS)), about]) })
}

function nounHelp(noun: string, table: readonly CommandEntry[], width: number): readonly Line[] {
  const entries = table.filter(entry => entry.group !== 'hidden' && entry.name.startsWith(`${noun} `))
  return blocks(
    [[strong(`purser ${noun}`), NOUNS[noun] === undefined ? '' : `: ${NOUNS[noun]}`]],
    listing(entries.map(entry => [entry.name, entry.summary]), width),
    [[faint('One of them in full:  '), `purser ${entries[0]?.name ?? noun} --help`]],
  )
}

function commandHelp(entry: CommandEntry, command: Command, width: number): readonly Line[] {
  const options = listedOptions(command.options)
  return blocks(
    [[strong(`purser ${entry.name}`), `: ${entry.summary}`]],
    [['Usage: ', strong(usageText(entry.name, command))]],
    section('Arguments', Object.values(command.operands).map(spec => [spec.value, spec.about + (spec.choices && !spec.about.includes(spec.choices[0] as string) ? `: ${spec.choices.join(', ')}` : '')]), width),
    section('Options', [...options.map(([key, spec]) => [`--${key}${spec.kind === 'value' ? ` ${spec.value}` : ''}`, optionText(spec)] as const), ...(command.json ? [GLOBAL_ROWS[1] as readonly [string, string]] : [])], width),
    (command.notes ?? []).flatMap(text => layoutTable({ width, header: false, columns: [{ title: '', wrap: true }], rows: [[text]] })),
    [[strong(command.examples.length === 1 ? 'Example' : 'Examples')], ...command.examples.flatMap(([type, does]): Line[] => [['  ', type], ['    ', faint(does)]])],
  )
}

const section = (title: string, rows: readonly (readonly [string, string])[], width: number): readonly Line[] => (rows.length === 0 ? [] : [[strong(title)], ...listing(rows, width)])

function optionText(spec: OptionSpec): string {
  if (spec.kind === 'flag') return spec.about
  const choices = spec.choices ? `: ${spec.choices.join(', ')}` : ''
  return `${spec.about}${choices}${spec.required ? ' (needed)' : ''}`
}

/** `purser lock release ID --reason TEXT [--raise AMOUNT]`, `purser run [--budget AMOUNT] -- COMMAND...`. */
export function usageText(name: string, command: Command): string {
  const operands = Object.values(command.operands)
  const words = operands.map(({ value, many, optional }) => { const text = many ? `${value}...` : value; return optional ? `[${text}]` : text })
  const options = listedOptions(command.options).map(([key, spec]) => {
    const text = spec.kind === 'flag' ? `--${key}` : `--${key} ${spec.value}`
    return spec.kind === 'value' && spec.required ? text : `[${text}]${spec.kind === 'value' && spec.repeats ? '...' : ''}`
  })
  const line = (shown: readonly string[]): string => ['purser', name, ...(operands.some(({ many }) => many === 'command') ? [...shown, '--', ...words] : [...words, ...shown])].join(' ')
  const whole = line(options)
  return options.length > MANY_OPTIONS || whole.length > USAGE_COLUMNS_MAX ? line(['[OPTIONS]']) : whole
}

// More than these do not fit one usage line; the list below it has them all.
const MANY_OPTIONS = 3
// `Usage: ` stands before it, on a terminal of 80 columns.
const USAGE_COLUMNS_MAX = 73
