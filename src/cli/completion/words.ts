// What can be typed, flattened from the command table for the shells' scripts.
import { listedOptions, type Command, type CommandEntry, type Completes } from '../command.ts'
import { GLOBAL_NAMES, verbsOf } from '../parse.ts'

export interface CompletedOption {
  /** `--limit` */
  readonly name: string
  readonly about: string
  readonly takesValue: boolean
  readonly choices: readonly string[]
  readonly completes: Completes | null
}

export interface CompletedCommand {
  readonly name: string
  readonly summary: string
  readonly options: readonly CompletedOption[]
  /** What its first argument can be; null when it takes none or anything. */
  readonly operand: { readonly choices: readonly string[]; readonly completes: Completes | null } | null
}

export interface CompletedProgram {
  readonly commands: readonly CompletedCommand[]
  /** First words that need a second one, with those. */
  readonly nouns: ReadonlyMap<string, readonly string[]>
  /** Every first word with its summary. */
  readonly first: readonly { readonly word: string; readonly summary: string }[]
}

export async function completedProgram(table: readonly CommandEntry[]): Promise<CompletedProgram> {
  const visible = table.filter(entry => entry.group !== 'hidden')
  const commands = await Promise.all(visible.map(async entry => completedCommand(entry, await entry.load())))
  const firstWords = [...new Set(visible.map(entry => entry.name.split(' ')[0] as string))]
  const nouns = new Map(firstWords.map(word => [word, verbsOf(word, table)] as const).filter(([, verbs]) => verbs.length > 0))
  return { commands, nouns, first: firstWords.map(word => ({ word, summary: nouns.get(word)?.join(', ') ?? visible.find(entry => entry.name === word)?.summary ?? '' })) }
}

function completedCommand(entry: CommandEntry, command: Command): CompletedCommand {
  const own = listedOptions(command.options).map(([key, spec]): CompletedOption => ({
    name: `--${key}`, about: spec.about, takesValue: spec.kind === 'value',
    choices: spec.kind === 'value' ? spec.choices ?? [] : [], completes: spec.kind === 'value' ? spec.completes ?? null : null,
  }))
  const everywhere = GLOBAL_NAMES.filter(name => command.json || name !== '--json').map((name): CompletedOption => ({ name, about: GLOBAL_ABOUT[name], takesValue: false, choices: [], completes: null }))
  const operand = Object.values(command.operands)[0]
  return { name: entry.name, summary: entry.summary, options: [...own, ...everywhere], operand: operand ? { choices: operand.choices ?? [], completes: operand.completes ?? null } : null }
}

const GLOBAL_ABOUT: Readonly<Record<(typeof GLOBAL_NAMES)[number], string>> = {
  '--help': 'explain this command', '--json': 'print the answer as JSON', '--quiet': 'answer and errors only', '--no-color': 'no colours', '--version': 'print the version',
}
