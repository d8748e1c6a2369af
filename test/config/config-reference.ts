// docs/config.md, made from the table of keys, so that the document cannot say what the parser does not do.
import { MODEL_LIMITS_AS_OF, MODEL_LIMIT_ROWS, MODEL_LIMIT_SOURCES } from '../../src/core/budgets/model-limits.ts'
import { BREACH_WORDS, CHANNEL_KEYS, SECTIONS, TOP_KEYS, WINDOW_WORDS, type Keys } from '../../src/config/keys.ts'
import { EXTERNAL_KINDS } from '../../src/config/external-keys.ts'
import { OVERRIDES } from '../../src/config/environment.ts'

const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``
const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`

function keyTable(keys: Keys): readonly string[] {
  return [
    row('key', 'default', 'example', 'means', 'also read as'), row('---', '---', '---', '---', '---'),
    ...Object.entries(keys).map(([name, { fallback, example, says, also }]) =>
      row(code(name), fallback === null ? 'required' : fallback === '' ? '-' : code(fallback), code(example), says, (also ?? []).map(code).join(' '))),
  ]
}

const sectionText = ({ name, repeated, keys, says }: (typeof SECTIONS)[number]): readonly string[] => [
  `## ${repeated ? `[[${name}]]` : `[${name}]`}`, '', repeated ? `${says} Any number of tables.` : says, '', ...keyTable(keys), '',
  ...(name === 'notify' ? [
    row('channel', 'needs', 'may have'), row('---', '---', '---'),
    ...Object.entries(CHANNEL_KEYS).map(([channel, { needs, may }]) => row(code(channel), needs.map(code).join(' ') || '-', ['min_level', ...may].map(code).join(' '))), '',
  ] : []),
  ...(name === 'external' ? [
    row('kind', 'needs', 'may have'), row('---', '---', '---'),
    ...Object.entries(EXTERNAL_KINDS).map(([kind, { needs, takes }]) => row(code(kind), [...needs.map(code), ...(kind === 'evm' ? [] : [`${code('command')} or ${code('file')}`])].join(' '),
      takes.filter(each => !needs.includes(each) && !['id', 'kind', ...(kind === 'evm' ? [] : ['command', 'file'])].includes(each)).map(code).join(' '))), '',
  ] : []),
]

export function configReference(): string {
  return [
    '# The config file', '',
    'This file is generated from the table of keys in `src/config/keys.ts`; a test compares the two, and rewrites this file when vitest runs it with `-u`.', '',
    'purser reads one TOML file: `$XDG_CONFIG_HOME/purser/config.toml`, or the one that `PURSER_CONFIG` names. `purser config path` says which. It is written on first start with every key in it, commented out. `purser config check` says whether a file is good, `purser config show` says every value in force and where it came from.', '',
    'The file is strict. An unknown key, a wrong type, a bad pattern, zone or amount is an error with its line, what was probably meant and what to type; all errors come together. The daemon reloads a changed file by itself; while the file has an error the last good one stays in force, and `purser status` says so.', '',
    '## The top of the file', '', 'Above the first `[table]`, because TOML gives everything below a header to that header.', '', ...keyTable(TOP_KEYS), '',
    ...SECTIONS.flatMap(sectionText),
    '## Other words', '', 'Read as what they stand for; an edit by purser leaves them as they are.', '',
    row('key', 'also takes'), row('---', '---'),
    ...([['window', WINDOW_WORDS], ['on_breach', BREACH_WORDS]] as const).map(([name, words]) => row(code(name), Object.entries(words).map(([word, means]) => `${code(word)} = ${code(means)}`).join(', '))), '',
    '## Overrides', '',
    'A variable beats the file, the file beats the default. An empty variable counts as unset. Budgets, channels and lists stand in the file only.', '',
    row('variable', 'key'), row('---', '---'), ...OVERRIDES.map(({ variable, section, name }) => row(code(variable), code(section === '' ? name : `${section}.${name}`))), '',
    ...PROSE, '',
    '## What bounds are made of', '',
    `The largest request of a model is its whole context in the dearest column and its longest answer, at the rates of the moment. The sizes are those of ${MODEL_LIMITS_AS_OF}; a model that is not listed makes a bound an estimate.`, '',
    row('models', 'context', 'longest answer', 'read in'), row('---', '---', '---', '---'),
    ...MODEL_LIMIT_ROWS.map(([models, context, output, sources]) => row(models.map(code).join(' '), String(context), String(output), sources.join(', '))), '',
    ...Object.entries(MODEL_LIMIT_SOURCES).map(([name, source]) => `- **${name}**: ${source}.`), '',
  ].join('\n')
}

const PROSE = `## Amounts

US dollars as decimal text, at most nine decimals: \`"20.00"\`, \`"0.75"\`. A number without quotes is read by its digits, never through a float, so \`limit = 0.1\` is exactly ten cents. Signs, exponents, \`nan\` and \`inf\` are errors.

## Patterns

| pattern | matches |
| --- | --- |
| \`*\` or \`**\` alone | everything, also what is not known |
| \`*\` | any characters but \`/\` |
| \`?\` | one character but \`/\` |
| \`**\` | any characters |
| \`**/\` at the beginning or after \`/\` | any number of folders, also none |
| \`[a-z]\`, \`[!a-z]\` | one character in the range, or outside it |
| \`\\\` | takes the special meaning from the next character |

Matching is case-sensitive and over the whole text. A project pattern is compared with the root folder and with its name. \`{a,b}\` and a leading \`!\` are errors, not patterns that match nothing. A pattern that begins with \`~/\` begins with your home folder.

Every budget that matches applies. A wildcard is one total: \`project = "*"\` with a limit of 10 holds all projects together at 10. \`per = "project"\` gives each project 10.

## Windows

Calendar windows run from the first instant of a day, Monday or month in the budget's zone to the first instant of the next: 23 and 25 hours where clocks change, later than 00:00 where midnight is skipped, and from the first of two midnights where it happens twice. A closed window never reopens when a clock goes back, and what an old log shows of it triggers nothing.

In JSON a window is \`start\` (inclusive) and \`end\` (exclusive), in UTC. A rolling window (\`5h\`, \`24h\`, \`7d\`) shows \`start\` as its length before the time of asking and \`end\` as null: nothing starts anew at either edge. A lifetime has an \`end\` of null too.

## When a budget acts

| spent | what follows |
| --- | --- |
| reaches a threshold (\`>=\`) | you are told, once per window |
| and what is reserved leave nothing | requests for more are refused |
| is more than the limit (\`>\`) | \`on_breach\` |

Spend that rests on guessed token counts is shown and told, but never stops anything. A response whose price nobody knows counts as \`unpriced\` says; the totals then read "at least".

## Edits by purser

\`purser budget set\` and \`purser budget remove\` change one table and leave every other line, comment and line end as it was; a value that means the same is not rewritten. Removing a budget removes the comments between its keys with it. A file with an error anywhere is not edited, and neither are budgets written inline as \`budget = [{ ... }]\`. The file is replaced in one step, keeps its mode, and stays a link where it is one.`.split('\n')
