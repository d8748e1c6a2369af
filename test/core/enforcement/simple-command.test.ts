import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { simpleCommand } from '../../../src/core/enforcement/simple-command.ts'

describe('a plain command is read as its words', () => {
  it.each([
    ['git status', ['git', 'status']],
    ['  git\tadd   -A ', ['git', 'add', '-A']],
    ["git commit -m 'it; works && $(well)'", ['git', 'commit', '-m', 'it; works && $(well)']],
    ['git commit -m "Fix: it works!"', ['git', 'commit', '-m', 'Fix: it works!']],
    ['git commit -m"one"\' two\'three', ['git', 'commit', '-mone twothree']],
    ["git commit -m 'née, 你好'", ['git', 'commit', '-m', 'née, 你好']],
    ['git add src/*.ts', ['git', 'add', 'src/*.ts']],
    ["git commit -m ''", ['git', 'commit', '-m', '']],
  ])('%s', (command, words) => {
    expect(simpleCommand(command)).toEqual(words)
  })
})

describe('anything a shell could make more of is refused', () => {
  it.each([
    'git commit && rm -rf /', 'git commit & rm -rf /', 'git commit; rm -rf /', 'git commit || rm x', 'git commit | sh', 'git commit\nrm -rf /',
    'git commit\r\nrm x', 'git commit -m $(rm x)', 'git commit -m `rm x`', 'git commit -m "$(rm x)"', 'git commit -m "`rm x`"', 'git commit -m "$HOME"',
    'git commit > /etc/passwd', 'git commit < x', 'git commit <(rm x)', '(git commit)', '{ git commit; }', 'git commit \\; rm x', 'git commit "a\\"; rm x',
    'git commit # x', '! git commit', "git commit 'unclosed", 'git commit "unclosed', "git commit -m 'two\nlines'", "git commit $'x'",
    'GIT_EDITOR=rm git commit', '', '   ', "'' git commit", 'git commit\u2028rm x', 'git commit\u0000rm x', 'git\u00a0commit', 'git commit -m x\u0085rm',
    `git commit -m ${'x'.repeat(20_000)}`,
  ])('%j', command => {
    expect(simpleCommand(command)).toBeNull()
  })
})

// The alphabet is everything a shell reacts to. `~`, `*` and `?` are left out: they expand to file names, which is
// harmless here and would make the comparison depend on the folder.
const NASTY = ['git', 'a', '-m', ' ', '\t', "'", '"', ';', '&', '|', '<', '>', '(', ')', '{', '}', '$', '`', '\\', '\n', '#', '!', '=', '^', '%', '[', ']', 'é']
const SHELLS = ['/bin/sh', '/bin/bash'].filter(shell => existsSync(shell))

describe.each(SHELLS)('against %s', shell => {
  it('every accepted command is exactly one command with exactly those words', () => {
    const accepted: { command: string; words: readonly string[] }[] = []
    fc.assert(fc.property(fc.array(fc.constantFrom(...NASTY), { maxLength: 12 }).map(parts => parts.join('')), command => {
      const words = simpleCommand(command)
      if (words) accepted.push({ command, words })
    }), { numRuns: 20_000, seed: 20261121 })
    expect(accepted.length).toBeGreaterThan(100)
    // Each command becomes the arguments of printf; a second command, an expansion or a comment would show.
    const script = accepted.map(({ command }) => `printf '%s\\037' ${command}\nprintf '\\036'`).join('\n')
    const said = execFileSync(shell, ['-f', '-s'], { input: script, encoding: 'utf8', env: { PATH: '/usr/bin:/bin' }, stdio: ['pipe', 'pipe', 'pipe'] })
    expect(said.split('\u001e').slice(0, -1).map(line => line.split('\u001f').slice(0, -1))).toEqual(accepted.map(({ words }) => words))
  })
})
