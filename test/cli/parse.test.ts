import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../src/cli/commands.ts'
import { newGlobals, readArguments, route, verbsOf, type Route } from '../../src/cli/parse.ts'
import { codeOf, messageOf } from '../../src/core/errors.ts'
import { command, type Given } from '../../src/cli/command.ts'
import { usageText } from '../../src/cli/help.ts'

const parsed = async (line: string): Promise<Given> => {
  const globals = newGlobals()
  const words = line.match(/"[^"]*"|\S+/g)?.map(word => word.replaceAll('"', '')) ?? []
  const target: Route = route(words, COMMANDS, globals)
  if (target.to !== 'command') throw new Error(`no command: ${JSON.stringify(target)}`)
  return readArguments(target.entry.name, await target.entry.load(), target.rest, globals)
}
const refusal = async (line: string): Promise<string> => {
  try {
    await parsed(line)
  } catch (error) {
    expect(codeOf(error)).toBe('invalid_input')
    return messageOf(error)
  }
  throw new Error(`"${line}" was accepted`)
}

describe('a mistake in what was typed', () => {
  it.each([
    ['statsu', 'there is no command "statsu"; did you mean: purser status\nsee: purser --help'],
    ['xyzzy', 'there is no command "xyzzy"\nsee: purser --help'],
    ['stop', 'there is no command "stop"; did you mean: purser down\nsee: purser --help'],
    ['unlock L1', 'there is no command "unlock"; did you mean: purser lock release\nsee: purser --help'],
    ['budget lst', '"purser budget" has no "lst"; did you mean: purser budget list\nsee: purser budget --help'],
    ['budget frobnicate', '"purser budget" has no "frobnicate"; it has: set, list, show, remove, allocate, check, reserve, settle, release, extend, record, top-up, progress, burn-rate, forecast, report, close, reopen, approve, refuse\nsee: purser budget --help'],
    ['--frob status', 'there is no option --frob before a command\nsee: purser --help'],
    ['status --jsn', '"purser status" has no option --jsn; did you mean --json?\nsee: purser status --help'],
    ['status --json=yes', '--json takes no value; type just --json\nsee: purser status --help'],
    ['status -x', '"purser status" has no option -x\nsee: purser status --help'],
    ['status extra', '"purser status" takes no argument; "extra" is left over\nsee: purser status --help'],
    ['budget show', '"purser budget show" needs ID (the id of a budget)\nsee: purser budget show --help'],
    ['budget show a b', '"purser budget show" takes no further argument; "b" is left over\nsee: purser budget show --help'],
    ['budget set', '"purser budget set" needs --limit AMOUNT (US dollars: 20 or 0.75)\nsee: purser budget set --help'],
    ['budget set --limit', '--limit needs a value: --limit AMOUNT\nsee: purser budget set --help'],
    ['budget set --limit --window day', '--limit needs a value: --limit AMOUNT\nsee: purser budget set --help'],
    ['budget set --limit 20 --limit 30', '--limit is given twice: "20" and "30"; keep one\nsee: purser budget set --help'],
    ['budget set --limit 20 --window dya', '--window cannot be "dya"; did you mean "day"? It is one of: day, week, month, 5h, 24h, 7d, lifetime\nsee: purser budget set --help'],
    ['budget set --limit 20 --on-breach zzz', '--on-breach cannot be "zzz". It is one of: warn, deny, terminate\nsee: purser budget set --help'],
    ['lock release L1', '"purser lock release" needs --reason TEXT (why, for the records)\nsee: purser lock release --help'],
    ['up --detach=yes', '--detach takes no value; type just --detach\nsee: purser up --help'],
    ['up --json', '"purser up" has no --json answer\nsee: purser up --help'],
    ['completion tcsh', 'SHELL cannot be "tcsh"; did you mean "bash"? It is one of: bash, zsh, fish\nsee: purser completion --help'],
  ])('%s', async (line, said) => {
    expect(await refusal(line)).toBe(said)
  })
  it('is quoted in part when it is endless', async () => {
    expect((await refusal('x'.repeat(5_000))).length).toBeLessThan(120)
  })
})

describe('what was typed', () => {
  it('takes values with = and without, flags and arguments in any order', async () => {
    const { options, operands, json } = await parsed('budget set --limit=20 web --window week --json --per branch')
    expect([options, operands, json]).toEqual([expect.objectContaining({ limit: '20', window: 'week', per: 'branch', project: undefined }), { id: 'web' }, true])
  })
  it('ends options at --', async () => {
    expect((await parsed('budget show -- --odd')).operands).toEqual({ id: '--odd' })
  })
  it('keeps an empty value and one that looks like an option after =', async () => {
    expect((await parsed('lock release L1 --reason=--really --raise=')).options).toEqual({ reason: '--really', raise: '' })
  })
  it.each([['kill', 'terminate'], ['block', 'deny'], ['notify', 'warn'], ['terminate', 'terminate']])('understands --on-breach %s', async (typed, meant) => {
    expect((await parsed(`budget set --cap 5 --on-breach ${typed}`)).options).toMatchObject({ limit: '5', 'on-breach': meant })
  })
  it('may say the same thing twice', async () => {
    expect((await parsed('budget set --limit 20 --limit 20')).options['limit']).toBe('20')
  })
  it('may put flags for every command in front', async () => {
    const globals = newGlobals()
    expect(route(['--json', '--quiet', '--no-color', 'status'], COMMANDS, globals).to).toBe('command')
    expect(globals).toEqual({ help: false, version: false, json: true, quiet: true, colour: false })
  })
})

describe('help', () => {
  const to = (line: string): Route => route(line.split(' ').filter(word => word !== ''), COMMANDS, newGlobals())
  it.each([
    ['', { to: 'help', of: '', asked: true }], ['--help', { to: 'help', of: '', asked: true }], ['help', { to: 'help', of: '', asked: true }],
    ['budget', { to: 'help', of: 'budget', asked: false }], ['budget --help', { to: 'help', of: 'budget', asked: true }], ['help budget set', { to: 'help', of: 'budget set', asked: true }],
    ['--help status', { to: 'help', of: 'status', asked: true }], ['--version', { to: 'version' }], ['-V', { to: 'version' }],
  ])('"%s" asks for it', (line, target) => {
    expect(to(line)).toEqual(target)
  })
  it('takes --version alone, for a word beside it was meant for something else', () => {
    for (const line of ['--version extra', '-V status', '--quiet --version extra more']) expect(() => to(line), line).toThrow(/--version stands alone; leave out "(extra|status|extra more)"/)
  })
  it('does not complain about what else is missing', async () => {
    const globals = newGlobals()
    const entry = COMMANDS.find(({ name }) => name === 'budget set')
    if (!entry) throw new Error('gone')
    readArguments('budget set', await entry.load(), ['--help'], globals)
    expect(globals.help).toBe(true)
  })
})

it('takes the letters of another tool where a command has them, and no others', async () => {
  const daily = await COMMANDS.find(({ name }) => name === 'report daily')?.load()
  const up = await COMMANDS.find(({ name }) => name === 'up')?.load()
  if (!daily || !up) throw new Error('gone')
  const globals = newGlobals()
  expect(readArguments('report daily', daily, ['-s', '20260101', '-b', '-j'], globals).options).toMatchObject({ since: '20260101', breakdown: true })
  expect(globals.json).toBe(true)
  expect(() => readArguments('report daily', daily, ['-x'], newGlobals())).toThrow('no option -x')
  expect(() => readArguments('up', up, ['-s', '1'], newGlobals())).toThrow('no option -s')
})

it('hides commands that are not for people', () => {
  expect(verbsOf('budget', COMMANDS)).toEqual(['set', 'list', 'show', 'remove', 'allocate', 'check', 'reserve', 'settle', 'release', 'extend', 'record', 'top-up', 'progress', 'burn-rate', 'forecast', 'report', 'close', 'reopen', 'approve', 'refuse'])
  expect(COMMANDS.filter(({ group }) => group === 'hidden').map(({ name }) => name)).toEqual(['hook', 'complete-ids'])
})

describe('words that come as a list', () => {
  const take = command({
    operands: { names: { value: 'NAME', about: 'what', many: 'words' } }, options: { wait: { kind: 'flag', about: '' }, claim: { kind: 'value', value: 'NAME', about: '', repeats: true } }, json: false,
    examples: [['x', 'y']], run: async () => 0,
  })
  const start = command({
    operands: { command: { value: 'COMMAND', about: 'what', many: 'command' } }, options: { budget: { kind: 'value', value: 'AMOUNT', about: '' } }, json: false,
    examples: [['x', 'y']], run: async () => 0,
  })
  it('may have options between them', () => {
    expect(readArguments('take', take, ['a', '--wait', 'b'], newGlobals())).toEqual({ operands: { names: ['a', 'b'] }, options: { wait: true, claim: [] }, json: false })
    expect(() => readArguments('take', take, ['--wait'], newGlobals())).toThrow('needs NAME (what)')
  })
  it('may be values of one option, in their order', () => {
    expect(readArguments('take', take, ['a', '--claim', 'x', '--claim=y', '--claim', 'x'], newGlobals()).options).toMatchObject({ claim: ['x', 'y', 'x'] })
  })
  it('are another program\'s own from its name on, whatever they look like', () => {
    const whole = ['claude', '-p', '--budget', '9', '--help', '--', 'hello']
    const globals = newGlobals()
    for (const line of [['--budget', '5', '--', ...whole], ['--budget', '5', ...whole]]) {
      expect(readArguments('run', start, line, globals)).toMatchObject({ operands: { command: whole }, options: { budget: '5' } })
    }
    expect(globals.help).toBe(false)
    expect(() => readArguments('run', start, ['--budget', '5', '--'], newGlobals())).toThrow('needs COMMAND')
    expect(() => readArguments('run', start, ['-p', 'x'], newGlobals())).toThrow('no option -p')
  })
  it('are shown as such', () => {
    expect(usageText('take', take)).toBe('purser take NAME... [--wait] [--claim NAME]...')
    expect(usageText('run', start)).toBe('purser run [--budget AMOUNT] -- COMMAND...')
  })
})
