import { describe, expect, it } from 'vitest'
import { listedOptions } from '../../src/cli/command.ts'
import { COMMANDS } from '../../src/cli/commands.ts'
import { helpFor, usageText } from '../../src/cli/help.ts'
import { GLOBAL_NAMES, newGlobals, readArguments, route } from '../../src/cli/parse.ts'
import { displayWidth } from '../../src/core/text/display-width.ts'
import { plainLine } from '../../src/core/text/line.ts'

const help = async (of: string): Promise<string> => (await helpFor(of, COMMANDS, 80)).map(plainLine).join('\n')

describe('help', () => {
  it('of the program names every command within one screen', async () => {
    const text = await help('')
    for (const { name, group } of COMMANDS) if (group !== 'hidden') for (const word of name.split(' ')) expect(text).toContain(word)
    expect(text).not.toContain('complete-ids')
    expect(text.split('\n').length).toBeLessThanOrEqual(72)
  })
  it('of a noun lists its verbs', async () => {
    expect(await help('lock')).toBe([
      'purser lock: what is stopped, and why',
      '',
      '  lock list     what is locked, and until when',
      '  lock show     one lock and what came of it',
      '  lock release  let it run again, with a reason',
      '  lock prune    forget locks that have ended',
      '  lock path     where the lock files are',
      '',
      'One of them in full:  purser lock list --help',
    ].join('\n'))
  })
  it('of a command shows usage, options and what to type', async () => {
    expect(await help('lock release')).toBe([
      'purser lock release: let it run again, with a reason',
      '',
      'Usage: purser lock release ID --reason TEXT [--raise AMOUNT]',
      '',
      'Arguments',
      '  ID          the id of a lock, such as L3f9a2c71b04e8d5a',
      '',
      'Options',
      '  --reason TEXT   why, for the records (needed)',
      '  --raise AMOUNT  US dollars added to the limit until this window ends; without',
      '                  it this budget locks no more until then',
      '  --json          print the answer as JSON (docs/json-output.md)',
      '',
      'Examples',
      '  purser lock release L3f9a2c71b04e8d5a --reason "demo at four" --raise 5',
      '    go on, with $5 more until the window ends',
      '  purser lock release L3f9a2c71b04e8d5a --reason "false alarm"',
      '    go on; no further lock for this breach',
    ].join('\n'))
  })
  it('of something else says what was meant', async () => {
    await expect(help('budget sett')).rejects.toThrow('there is no command "budget sett"; did you mean: purser budget set')
  })
})

describe.each(COMMANDS.map(entry => [entry.name, entry] as const))('purser %s', (name, entry) => {
  it('explains itself in lines of at most 80 columns', async () => {
    for (const line of (await help(name)).split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(80)
  })
  it('has examples that it accepts as they are written', async () => {
    const command = await entry.load()
    expect(command.examples.length).toBeGreaterThan(0)
    for (const [type] of command.examples) {
      const own = /purser ([^|<>)]*)/.exec(type)?.[1]?.match(/"[^"]*"|\S+/g)?.map(word => word.replaceAll('"', '')) ?? []
      const globals = newGlobals()
      const target = route(own, COMMANDS, globals)
      expect(target).toMatchObject({ to: 'command', entry: { name } })
      if (target.to === 'command') readArguments(name, command, target.rest, globals)
      expect(type.length).toBeLessThanOrEqual(76)
    }
  })
  it('shows every option it takes, and reuses no word for another', async () => {
    const command = await entry.load()
    const text = await help(name)
    for (const [key] of listedOptions(command.options)) expect(text).toContain(`--${key}`)
    for (const flag of GLOBAL_NAMES) expect(Object.keys(command.options)).not.toContain(flag.slice(2))
    expect(usageText(name, command)).toMatch(new RegExp(`^purser ${name}`))
  })
})
