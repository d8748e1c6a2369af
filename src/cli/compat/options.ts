// The options that only a report in the form of ccusage has: those that are imitated, those that change nothing and are
// taken so that a line of a script needs no editing, and those that are refused with what to type instead.
import { AppError } from '../../core/errors.ts'
import type { ReportKind } from '../../core/reports/keys.ts'
import type { Given, OptionSpecs } from '../command.ts'
import { COMPAT_FORMS, SECTIONS, WEEKDAYS } from './forms.ts'

const IMITATED = {
  'compat': { kind: 'value', value: 'FORM', about: 'print the JSON that another tool prints, so that its scripts go on working', choices: COMPAT_FORMS, synonyms: { 'ccusage@20': 'ccusage', 'ccusage claude': 'ccusage-claude', 'ccusage@17': 'ccusage@18' } },
  'order': { kind: 'value', value: 'ORDER', about: 'with --compat: which way the rows run', choices: ['asc', 'desc'], short: 'o' },
  'no-cost': { kind: 'flag', about: 'with --compat: tokens only' },
  'offline': { kind: 'flag', short: 'O', about: 'taken for the sake of old scripts; purser never asks the network for prices' },
} as const satisfies OptionSpecs

const UNLISTED = {
  'by-agent': { kind: 'flag', unlisted: true, about: 'as --by agent' },
  'mode': { kind: 'value', unlisted: true, value: 'MODE', about: 'how costs come about', short: 'm' },
  ...Object.fromEntries(['all', 'no-offline', 'compact', 'single-thread'].map(name => [name, { kind: 'flag', unlisted: true, about: 'changes nothing here' } as const])),
} satisfies OptionSpecs

const OF_KIND: Readonly<Partial<Record<ReportKind, OptionSpecs>>> = {
  daily: { 'instances': { kind: 'flag', short: 'i', about: 'with --compat: a list of days for each project' } },
  weekly: { 'start-of-week': { kind: 'value', value: 'DAY', about: 'with --compat ccusage-claude or ccusage@18: the day weeks begin on, sunday unless said', choices: WEEKDAYS, short: 'w' } },
  blocks: {
    'active': { kind: 'flag', short: 'a', about: 'only the block that is going on' },
    'recent': { kind: 'flag', short: 'r', about: 'only blocks of the last three days, and the one that is going on' },
    'token-limit': { kind: 'value', value: 'TOKENS', short: 't', about: 'with --compat: measure the projection against so many tokens, or against the largest block: max' },
  },
}
const SEVERAL = { 'sections': { kind: 'value', value: 'KINDS', about: `with --compat ccusage: these reports beside this one, with commas between: ${SECTIONS.join(', ')}` } } as const satisfies OptionSpecs

/** What to type instead of an option of ccusage that has no counterpart. */
const INSTEAD: Readonly<Record<string, string>> = {
  'id': 'it lists the single responses of a session; for the session type "purser report session --session ID", and for each of its responses "purser ledger export - | jq \'select(.session == "ID")\'"',
  'jq': 'filter the answer behind a pipe: purser report ... --compat ccusage@18 | jq FILTER',
  'session-length': 'blocks have five hours, as the vendor\'s window; leave it out',
  'project-aliases': 'projects keep the names of their folders; leave it out',
  'debug': 'what purser could not read or price is told by "purser doctor" and "purser pricing diagnose"',
  'speed': 'each response is priced by the speed its log records; leave it out, or look at "purser report model --by speed"',
  'config': 'ccusage\'s configuration file is not read; write its options into the line',
}
const REFUSED: OptionSpecs = Object.fromEntries(Object.keys(INSTEAD).map(name => [name, name === 'debug' ? { kind: 'flag', unlisted: true, about: '' } : { kind: 'value', unlisted: true, value: 'VALUE', about: '' }]))

/** Those of a report that ccusage has too. */
export const compatOptions = (kind: ReportKind): OptionSpecs => ({ ...IMITATED, ...(kind === 'blocks' ? {} : SEVERAL), ...OF_KIND[kind], ...UNLISTED, ...REFUSED })

/** Throws `invalid_input` for what is not imitated, and for any of them without `--compat`. */
export function refuseForeign({ options }: Pick<Given, 'options'>): void {
  const given = (name: string): boolean => options[name] !== undefined && options[name] !== false
  const compat = given('compat')
  for (const [name, instead] of Object.entries(INSTEAD)) if (given(name)) throw new AppError('invalid_input', `--${name} of ccusage has no counterpart here: ${instead}`)
  const foreign = ['order', 'no-cost', 'instances', 'token-limit', 'start-of-week', 'sections', ...Object.keys(UNLISTED)].find(given)
  if (!compat && foreign !== undefined) throw new AppError('invalid_input', `--${foreign} is an option of ccusage and goes with --compat; see: purser report daily --help`)
  if (given('mode') && options['mode'] !== 'auto' && options['mode'] !== 'calculate') {
    throw new AppError('invalid_input', `--mode ${String(options['mode']).slice(0, 40)} cannot be imitated: purser prices every response by the rates of its day and keeps no other cost; leave --mode out`)
  }
}
