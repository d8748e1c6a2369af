import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { claudeCodeStatuslineSettings as settings, statuslineCommand } from '../../../src/agents/claude-code/statusline-settings.ts'
import type { SettingsEdit } from '../../../src/core/enforcement/hook-installation.ts'
import { tempHome } from '../../support/home.ts'

const SCRIPT = "/home/o'neil/.local/state/purser/statusline/purser-statusline.sh"
const textOf = (edit: SettingsEdit, before: string): string => {
  if (edit.edit === 'refused') throw new Error(`line ${edit.line}: ${edit.problem}`)
  return edit.edit === 'changed' ? edit.text : before
}
const merged = (text: string): string => textOf(settings.merge(text, SCRIPT), text)
const unmerged = (text: string): string => textOf(settings.unmerge(text, SCRIPT), text)
const commandOf = (text: string): string => (JSON.parse(text) as { statusLine: { command: string } }).statusLine.command
const withCommand = (command: string): string => `{\n  "model": "opus",\n  "statusLine": { "type": "command", "command": ${JSON.stringify(command)}, "padding": 0 }\n}\n`

describe('our status line in the settings', () => {
  it('takes an empty place, and leaves it as it was', () => {
    for (const text of ['{"model":"opus"}', '{\n\t"model": "opus"\n}\n', '{"a":[1,2]}\r\n']) {
      expect(settings.inspect(merged(text), SCRIPT)).toEqual({ problem: null, line: 'ours', own: '' })
      expect(unmerged(merged(text))).toBe(text)
    }
    expect(JSON.parse(merged(''))).toEqual({ statusLine: { type: 'command', command: statuslineCommand(SCRIPT, '') } })
  })
  it('carries whatever command was there, and gives it back', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', minLength: 1 }).filter(command => settings.inspect(withCommand(command), SCRIPT).own === command), command => {
      const text = withCommand(command)
      const after = merged(text)
      expect(settings.inspect(after, SCRIPT)).toEqual({ problem: null, line: 'ours', own: command })
      expect(JSON.parse(after)).toMatchObject({ model: 'opus', statusLine: { type: 'command', padding: 0 } })
      expect(JSON.parse(unmerged(after))).toEqual(JSON.parse(text))
      expect(settings.merge(after, SCRIPT)).toEqual({ edit: 'unchanged' })
    }))
  })
  it('of another state folder is replaced, and what that one carried is kept', () => {
    const other = withCommand(statuslineCommand('/old/purser-statusline.sh', 'my-line --short'))
    expect(settings.inspect(other, SCRIPT)).toMatchObject({ line: 'other', own: 'my-line --short' })
    expect(commandOf(merged(other))).toBe(statuslineCommand(SCRIPT, 'my-line --short'))
    expect(settings.unmerge(other, SCRIPT)).toEqual({ edit: 'unchanged' })
  })
  it('is not what merely looks like it', () => {
    for (const command of [`exec /bin/sh ${SCRIPT}`, statuslineCommand('/x/other.sh', ''), `${statuslineCommand(SCRIPT, '')} # mine`]) {
      expect(settings.inspect(withCommand(command), SCRIPT)).toEqual({ problem: null, line: 'other', own: command })
      expect(settings.unmerge(withCommand(command), SCRIPT)).toEqual({ edit: 'unchanged' })
    }
  })
  it.each([['[]', 1], ['{\n"statusLine": "x"}', 2], ['{"statusLine": {"type": "static", "text": "x"}}', 1], ['{"statusLine": null}', 1], ['{"statusLine": {"type":"command"}}', 1], ['{"a": }', 1], ['{\n\n"statusLine": {}, "statusLine": {}}', 3]])('is refused in %s, with the line', (text, line) => {
    expect(settings.merge(text, SCRIPT)).toMatchObject({ edit: 'refused', line })
    expect(settings.inspect(text, SCRIPT).problem?.line).toBe(line)
  })
})

describe('what the client runs', () => {
  it('is the person\'s own command when our script is gone, and ours with theirs inside when it is there', () => {
    using home = tempHome('line')
    const script = path.join(home.path, "it's", 'purser-statusline.sh')
    const run = (own: string): string => spawnSync('/bin/sh', ['-c', statuslineCommand(script, own)], { encoding: 'utf8', env: home.env }).stdout
    const own = `printf '%s' "it's"; echo " \\$HOME is $HOME"`
    expect([run(own), run('')]).toEqual([`it's $HOME is ${home.path}\n`, ''])
    mkdirSync(path.dirname(script))
    writeFileSync(script, 'printf "<%s>" "$@"\n')
    expect([run(own), run('')]).toEqual([`<${own}>`, '<>'])
  })
})
