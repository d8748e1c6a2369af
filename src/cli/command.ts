// What a command is: data that parsing, help and completion read, and one function that runs. Knows no process and no daemon.
import type { Context } from './context.ts'

/** Where completion finds values beyond the fixed choices. */
export type Completes = 'file' | 'folder' | 'program' | 'budget' | 'lock'

/**
 * `short` is the letter of another tool that people's scripts are full of (`-s`); help shows the word only. `unlisted` is an
 * option of such a tool that is understood, or refused in words, and that nobody should look for in help.
 */
export interface FlagSpec { readonly kind: 'flag'; readonly about: string; readonly short?: string; readonly unlisted?: true }
export interface ValueSpec {
  readonly kind: 'value'
  /** What the value is called in help: `DATE`. */
  readonly value: string
  readonly about: string
  readonly required?: boolean
  readonly choices?: readonly string[]
  /** Other words people use for a choice: `{ kill: 'terminate' }`. */
  readonly synonyms?: Readonly<Record<string, string>>
  /** Other names of the option: `['cap']`. */
  readonly aliases?: readonly string[]
  readonly short?: string
  readonly unlisted?: true
  /** May be given several times; the values come as a list, empty when it was not given. */
  readonly repeats?: true
  readonly completes?: Completes
}
export type OptionSpec = FlagSpec | ValueSpec
export type OptionSpecs = Readonly<Record<string, OptionSpec>>

/** What help, completion and documents show. */
export const listedOptions = (options: OptionSpecs): readonly (readonly [string, OptionSpec])[] => Object.entries(options).filter(([, spec]) => spec.unlisted !== true)

export interface OperandSpec {
  readonly value: string
  readonly about: string
  readonly optional?: boolean
  /**
   * The last operand only; it comes as a list of at least one word, or none if optional. `words`: options may stand between
   * and behind them. `command`: another program's command line, so that everything behind its first word is its own.
   */
  readonly many?: 'words' | 'command'
  readonly choices?: readonly string[]
  readonly completes?: Completes
}
/** In the order they are typed; optional ones last. */
export type OperandSpecs = Readonly<Record<string, OperandSpec>>

type OptionValue<S extends OptionSpec> = S extends FlagSpec ? boolean : S extends { repeats: true } ? readonly string[] : S extends { required: true } ? string : string | undefined
type OperandValue<S extends OperandSpec> = S extends { many: string } ? readonly string[] : S extends { optional: true } ? string | undefined : string

/** What was typed, checked against the specs. */
export interface Given<O extends OptionSpecs = OptionSpecs, P extends OperandSpecs = OperandSpecs> {
  readonly options: { readonly [K in keyof O]: OptionValue<O[K]> }
  readonly operands: { readonly [K in keyof P]: OperandValue<P[K]> }
  readonly json: boolean
}

export interface CommandShape<O extends OptionSpecs, P extends OperandSpecs> {
  readonly options: O
  readonly operands: P
  /** Whether `--json` prints the answer as documented in docs/json-output.md. */
  readonly json: boolean
  /** What to type, and what it does. Every command shows at least one. */
  readonly examples: readonly (readonly [type: string, does: string])[]
  /** Sentences below the options, for what a person must know before running it. */
  readonly notes?: readonly string[]
  /** Resolves with the exit code. Prints only through the context. */
  run(context: Context, given: Given<O, P>): Promise<number>
}
// Methods compare their parameters both ways, so a command with specific options is a command.
export type Command = CommandShape<OptionSpecs, OperandSpecs>

/** Keeps the exact option and operand names for `run` while exporting what the table needs. */
export function command<const O extends OptionSpecs, const P extends OperandSpecs>(shape: CommandShape<O, P>): Command {
  return shape
}

export interface CommandEntry {
  /** One or two words: `status`, `budget set`. */
  readonly name: string
  readonly summary: string
  readonly group: CommandGroup
  readonly load: () => Promise<Command>
}
export type CommandGroup = 'Everyday' | 'Budgets' | 'Enforcement' | 'Claims' | 'Sessions' | 'Records' | 'Setup' | 'hidden'
