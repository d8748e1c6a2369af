// The scripts, in the shells they are for. A shell that is not on this machine is skipped, and says so in the count.
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { COMMANDS } from '../../../src/cli/commands.ts'
import { bashCompletion } from '../../../src/cli/completion/bash.ts'
import { fishCompletion } from '../../../src/cli/completion/fish.ts'
import { completedProgram, type CompletedProgram } from '../../../src/cli/completion/words.ts'
import { zshCompletion } from '../../../src/cli/completion/zsh.ts'
import { FakeControlPlane } from '../../support/fake-control-plane.ts'
import { FakeWorld } from '../../support/fake-world.ts'
import { tempHome, type TempHome } from '../../support/home.ts'
import { budget } from '../../support/sample-answers.ts'

let home: TempHome
let program: CompletedProgram
beforeAll(async () => {
  home = tempHome('completion')
  program = await completedProgram(COMMANDS)
  const bin = path.join(home.path, 'bin')
  mkdirSync(bin)
  // Stands in for purser: what is completed is compared word by word, so nothing of an id may run.
  writeFileSync(path.join(bin, 'purser'), `#!/bin/sh\n[ "$1 $2" = "complete-ids budget" ] && printf '%s\\n' web-daily web-weekly all '$(touch ran)'\n[ "$1 $2" = "complete-ids lock" ] && echo L3f9a2c\nexit 0\n`)
  chmodSync(path.join(bin, 'purser'), 0o755)
  for (const [name, text] of [['purser.bash', bashCompletion(program)], ['_purser', zshCompletion(program)], ['purser.fish', fishCompletion(program)]] as const) writeFileSync(path.join(home.path, name), text)
  mkdirSync(path.join(home.path, 'folder'))
  writeFileSync(path.join(home.path, 'file.toml'), '')
})
afterAll(() => home.remove())

const has = (shell: string): boolean => {
  try {
    execFileSync(shell, ['-c', 'exit 0'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
const environment = (): Record<string, string> => ({ ...home.env, PATH: `${path.join(home.path, 'bin')}:${home.env['PATH'] ?? ''}` })

const CASES: readonly (readonly [typed: string, offered: readonly string[]])[] = [
  ['purser sta', ['status', 'statusline']],
  ['purser budget ', ['set', 'list', 'show', 'remove', 'allocate', 'check', 'reserve', 'settle', 'release', 'extend', 'record', 'top-up', 'progress', 'burn-rate', 'forecast', 'report', 'close', 'reopen', 'approve', 'refuse']],
  ['purser --json budget s', ['set', 'settle', 'show']],
  ['purser budget set --win', ['--window']],
  ['purser budget set --window ', ['day', 'week', 'month', '5h', '24h', '7d', 'lifetime']],
  ['purser budget set --on-breach t', ['terminate']],
  ['purser budget show web', ['web-daily', 'web-weekly']],
  ['purser lock release ', ['L3f9a2c']],
  ['purser completion ', ['bash', 'zsh', 'fish']],
  ['purser hooks install --pro', ['--project']],
]

describe.skipIf(!has('bash'))('bash', () => {
  const complete = (typed: string): string[] => {
    const words = typed.split(' ').filter((word, index, all) => word !== '' || index === all.length - 1)
    const script = `source ./purser.bash; COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); _purser; printf '%s\\n' "\${COMPREPLY[@]}"`
    return execFileSync('bash', ['--norc', '-c', script, 'bash', ...words], { cwd: home.path, env: environment(), encoding: 'utf8' }).split('\n').filter(word => word !== '')
  }
  it.each(CASES)('offers after "%s"', (typed, offered) => {
    expect(complete(typed).filter(word => word !== '--help').sort()).toEqual([...offered].sort())
  })
  it('offers every first word, and no hidden one', () => {
    const offered = complete('purser ')
    expect(offered.sort()).toEqual([...new Set(COMMANDS.filter(({ group }) => group !== 'hidden').map(({ name }) => name.split(' ')[0])), '--help', '--version'].sort())
  })
  it('completes files and folders where they are meant', () => {
    expect(complete('purser config check fi')).toEqual(['file.toml'])
    expect(complete('purser budget set --project fo')).toEqual(['folder'])
  })
  it('understands --option=value as bash splits it', () => {
    const script = `source ./purser.bash; COMP_WORDS=(purser budget set --window = da); COMP_CWORD=5; _purser; printf '%s\\n' "\${COMPREPLY[@]}"`
    expect(execFileSync('bash', ['--norc', '-c', script], { cwd: home.path, env: environment(), encoding: 'utf8' }).trim()).toBe('day')
  })
  it('runs nothing that is hidden in an id', () => {
    expect(complete('purser budget show $')).toEqual(['$(touch ran)'])
    expect(existsSync(path.join(home.path, 'ran'))).toBe(false)
  })
  it('is registered for the command', () => {
    expect(execFileSync('bash', ['--norc', '-c', 'source ./purser.bash; complete -p purser'], { cwd: home.path, env: environment(), encoding: 'utf8' }).trim()).toBe('complete -F _purser purser')
  })
})

describe.skipIf(!has('zsh'))('zsh', () => {
  it('accepts the script', () => {
    execFileSync('zsh', ['-f', '-n', path.join(home.path, '_purser')], { env: environment() })
    execFileSync('zsh', ['-f', '-c', 'autoload -Uz compinit; compinit -u -D; source ./_purser; (( $+_comps[purser] ))'], { cwd: home.path, env: environment() })
  })
})

describe.skipIf(!has('fish'))('fish', () => {
  it.each(CASES)('offers after "%s"', (typed, offered) => {
    const text = execFileSync('fish', ['--no-config', '-c', `source purser.fish; complete -C '${typed}'`], { cwd: home.path, env: environment(), encoding: 'utf8' })
    const words = text.split('\n').map(line => line.split('\t')[0] ?? '').filter(word => word !== '' && word !== '$(touch ran)')
    expect(words.sort()).toEqual([...offered].sort())
  })
})

describe('every script', () => {
  it.each([['bash', bashCompletion], ['zsh', zshCompletion], ['fish', fishCompletion]] as const)('for %s names every command and option', (_, script) => {
    const text = script(program)
    for (const command of program.commands) {
      for (const word of command.name.split(' ')) expect(text).toContain(word)
      for (const option of command.options) expect(text).toContain(option.name.slice(2))
    }
  })
  it('is printed by purser completion', async () => {
    const world = new FakeWorld()
    expect(await world.run('completion bash')).toBe(0)
    expect(world.out).toBe(bashCompletion(program))
    const fish = new FakeWorld()
    await fish.run('completion fish')
    expect(fish.out).toBe(fishCompletion(program))
  })
  it('looks ids up, each once, and never one that a shell could take for something else', async () => {
    const ids = ['web', 'web', '$(touch x)', '-rf', 'a b', 'größe_1.2', '`id`', 'x;y']
    const daemon = new FakeControlPlane({ 'budget.list': { budgets: ids.map(id => ({ ...budget, id })) } })
    const world = new FakeWorld({ daemon })
    expect(await world.run('complete-ids budget')).toBe(0)
    expect(world.out).toBe('web\ngröße_1.2\n')
    const locks = new FakeWorld()
    await locks.run('complete-ids lock')
    expect(locks.out).toBe('L3f9a2c\n')
  })
})
