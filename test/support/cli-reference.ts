// docs/cli.md, written from the table of commands: what the parser takes is what the page says.
import { listedOptions, type Command, type CommandEntry, type OptionSpec, type OperandSpec } from '../../src/cli/command.ts'
import { usageText } from '../../src/cli/help.ts'
import { ERROR_CODES } from '../../src/core/errors.ts'

const INTRO = `# The command line

This file is generated from the table of commands in \`src/cli/commands.ts\`; a test compares the two, and rewrites this file when vitest runs it with \`-u\`.

\`purser COMMAND [OPTIONS]\`; \`purser --help\` shows them all, \`purser COMMAND --help\` explains one.

- stdout is what was asked for; notes, progress and errors are on stderr.
- A command asks the running daemon. When none runs it opens the database itself; \`down\` needs a daemon.
- A daemon of another version answers, and a note says how to restart it.
- Tables fit the terminal and are not cut in a pipe. A \`+\` behind a cost means "at least": something in it has no price yet. Colour is only a hint.
- Answers follow the locale: without UTF-8 lines are drawn in ASCII.

Every command also takes \`--help\`, \`--quiet\` (the answer and errors only), \`--no-color\` and, where it answers a question, \`--json\` ([json-output.md](json-output.md)).

| exit code | means |
|---|---|
| 0 | done |
| 1 | a bug; run it again with \`PURSER_DEBUG=1\` for the details |
| 2 | a mistake in what was typed or configured |
| 3 | refused: a budget, a lock, an unproven target |
| 4 | not found |
| 5 | answered, but incomplete or with findings: \`doctor\`, \`ledger verify\`, \`pricing diagnose\`, \`config show\` |
| 69 | unavailable now: no daemon, a busy or damaged database, a full disk |
| 75 | held by another |

| variable | means |
|---|---|
| \`PURSER_CONFIG\` | the configuration file; default \`$XDG_CONFIG_HOME/purser/config.toml\` |
| \`PURSER_STATE\` | the state folder; default \`$XDG_STATE_HOME/purser\` |
| \`PURSER_RUNTIME\` | the folder of the socket; default \`$XDG_RUNTIME_DIR/purser\`, else the state folder |
| \`NO_COLOR\` | no colours; \`FORCE_COLOR\` colours a pipe |
| \`VISUAL\`, \`EDITOR\` | what \`config edit\` starts |
| \`PURSER_DEBUG\` | where a bug was thrown |
`

/** Exit codes of the table above, for the test that compares them with the program's. */
export const EXITS = new Set([0, ...Object.values(ERROR_CODES).map(({ exit }) => exit)])

export async function cliReference(table: readonly CommandEntry[]): Promise<string> {
  const groups = [...new Set(table.map(({ group }) => group))].filter(group => group !== 'hidden')
  const parts = await Promise.all(groups.map(async group => {
    const commands = await Promise.all(table.filter(entry => entry.group === group).map(async entry => section(entry, await entry.load())))
    return `## ${group}\n\n${commands.join('\n')}`
  }))
  return `${INTRO}\n${parts.join('\n')}`
}

function section({ name, summary }: CommandEntry, command: Command): string {
  const rows = [
    ...Object.values(command.operands).map(operandRow),
    ...listedOptions(command.options).map(([key, spec]) => optionRow(key, spec)),
  ]
  const width = Math.max(...command.examples.map(([type]) => type.length))
  return [
    `### purser ${name}`, '', `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`, '', `    ${usageText(name, command)}`, '',
    ...(rows.length > 0 ? ['| | |', '|---|---|', ...rows, ''] : []),
    ...(command.notes ?? []).flatMap(note => [note, '']),
    '```sh', ...command.examples.map(([type, does]) => `${type.padEnd(width)}  # ${does}`), '```', '',
  ].join('\n')
}

const choicesText = (choices: readonly string[] | undefined): string => (choices ? `: ${choices.map(choice => `\`${choice}\``).join(', ')}` : '')
const row = (name: string, about: string): string => `| \`${name}\` | ${about.replaceAll('|', '\\|')} |`

const operandRow = (spec: OperandSpec): string => row(spec.value, `${spec.about}${spec.choices?.some(choice => spec.about.includes(choice)) ? '' : choicesText(spec.choices)}`)

function optionRow(key: string, spec: OptionSpec): string {
  if (spec.kind === 'flag') return row(`--${key}`, spec.about)
  const aliases = spec.aliases ? `; also \`--${spec.aliases.join('`, `--')}\`` : ''
  return row(`--${key} ${spec.value}`, `${spec.about}${choicesText(spec.choices)}${aliases}${spec.required ? ' (needed)' : ''}`)
}
