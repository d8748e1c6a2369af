// Environment variables that override single keys: PURSER_ZONE, PURSER_LOGS_SWEEP, PURSER_ENFORCEMENT_SIGKILL. Only keys
// that hold one value and stand in the file once; lists and budgets belong into the file, where edits keep them. So does
// consent: it is a record, and a variable is none.
import { SECTIONS, TOP_KEYS, type Keys } from './keys.ts'
import type { Problem } from './problems.ts'
import { NumberText } from './readers.ts'

export type Environment = Readonly<Record<string, string | undefined>>
export interface Override { readonly section: string; readonly name: string; readonly value: unknown }

interface Overridable { readonly variable: string; readonly section: string; readonly name: string; readonly keys: Keys }

/** Every variable there is, by the key it overrides. */
export const OVERRIDES: readonly Overridable[] = [{ name: '', keys: TOP_KEYS, repeated: false }, ...SECTIONS]
  .filter(section => !section.repeated)
  .flatMap(({ name: section, keys }) => Object.entries(keys)
    .filter(([name, key]) => !key.example.startsWith('[') && name !== 'consent')
    .map(([name]) => ({ variable: ['PURSER', section, name].filter(part => part !== '').join('_').toUpperCase(), section, name, keys })))

/** The overrides that are set and right; the others are problems that name the variable. */
export function overridden(environment: Environment, problems: Problem[]): readonly Override[] {
  return OVERRIDES.flatMap(({ variable, section, name, keys }) => {
    const written = environment[variable]
    const key = keys[name]
    if (written === undefined || written === '' || !key) return []
    const read = key.read(typed(written, key.example))
    if ('value' in read) return [{ section, name, value: read.value }]
    problems.push({ line: 0, column: 0, where: 'environment', key: variable, message: `${variable} ${read.wrong}`, fix: `Unset it, or set it like: ${variable}=${key.example.replaceAll('"', '')}` })
    return []
  })
}

/** A variable is always text; the example says what the file would have held. */
function typed(written: string, example: string): unknown {
  if (example.startsWith('"')) return written
  if (example === 'true' || example === 'false') return written === 'true' || written === '1' ? true : written === 'false' || written === '0' ? false : written
  return new NumberText(written)
}
