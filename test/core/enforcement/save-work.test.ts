import { describe, expect, it } from 'vitest'
import { NO_SAVE_WORK, SAVE_WORK_DEFAULT, SAVE_WORK_LIMITS, saveWorkFrom, savesWork } from '../../../src/core/enforcement/save-work.ts'

const shell = (command: string) => ({ tool: 'Bash', command })
const tool = (name: string) => ({ tool: name, command: '' })

describe('what saves work', () => {
  it.each(['git status', 'git status --short', 'git diff', 'git diff --stat HEAD', 'git add -A', 'git commit -am "wip: half of it"', 'git stash', 'git stash push -u', 'git stash -u', 'git stash list'])('%s', command => {
    expect(savesWork(shell(command), SAVE_WORK_DEFAULT)).toBe(true)
  })

  it.each([
    'git push', 'gitx status', 'git', 'git -C /else commit -m x', 'git -c core.pager=rm status', 'npm test', 'rm -rf .git', '/usr/bin/git status', 'git stash drop', 'git stash clear', 'git stash pop',
    'git diff --output=x', 'git diff --outp=x', 'git diff --ext-diff', 'git diff --no-index /a /b', 'git commit -m x && rm y', 'git commit -m "$(cat <<EOF\nx\nEOF\n)"', 'git\nstatus', 'git add . ; make',
  ])('not %j', command => {
    expect(savesWork(shell(command), SAVE_WORK_DEFAULT)).toBe(false)
  })

  it('a tool is open only when it is listed by name', () => {
    expect(savesWork(tool('Write'), SAVE_WORK_DEFAULT)).toBe(false)
    expect(savesWork(tool('Write'), ['Write'])).toBe(true)
    expect(savesWork(tool('WriteX'), ['Write'])).toBe(false)
  })

  it('a listed tool name never opens the shell', () => {
    expect(savesWork(shell('rm -rf x'), ['Bash'])).toBe(false)
    expect(savesWork(shell('Bash x'), ['Bash'])).toBe(false)
  })

  it('a listed prefix is compared word by word', () => {
    expect(savesWork(shell('npm run checkpoint -- --now'), ['npm run checkpoint'])).toBe(true)
    expect(savesWork(shell('npm run checkpoint-all'), ['npm run checkpoint'])).toBe(false)
    expect(savesWork(shell('npm run'), ['npm run checkpoint'])).toBe(false)
  })
})

describe('the policy from the configuration', () => {
  it('is the default list when nothing is written', () => {
    expect(saveWorkFrom([])).toEqual({ entries: [...SAVE_WORK_DEFAULT], limits: SAVE_WORK_LIMITS })
  })
  it('adds what is written, without doubles and extra blanks', () => {
    expect(saveWorkFrom([' git  push ', 'git status', 'Write']).entries).toEqual([...SAVE_WORK_DEFAULT, 'git push', 'Write'])
  })
  it('closes everything for "none" alone', () => {
    expect(saveWorkFrom(['none'])).toEqual({ entries: [], limits: NO_SAVE_WORK })
  })
})
