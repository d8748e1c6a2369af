import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { editorCommand, runEditor, words } from '../../src/cli/editor.ts'
import { tempHome, type TempHome } from '../support/home.ts'

describe('the editor', () => {
  let home: TempHome
  beforeEach(() => { home = tempHome('editor') })
  afterEach(() => home.remove())

  it.each([
    [{ VISUAL: 'code --wait', EDITOR: 'vi' }, ['code', '--wait']], [{ VISUAL: ' ', EDITOR: 'vi' }, ['vi']], [{}, null],
    [{ EDITOR: '"/opt/my editor/ed" -x \'a b\'' }, ['/opt/my editor/ed', '-x', 'a b']],
  ])('of %o is %o', (variables, argv) => {
    expect(editorCommand(variables)).toEqual(argv)
  })
  it('splits words and expands nothing', () => {
    expect(words('vi $(rm -rf /) `id` a"b c"d')).toEqual(['vi', '$(rm', '-rf', '/)', '`id`', 'ab cd'])
  })
  it('is started on the file, in a folder made for it and for nobody else', async () => {
    const program = path.join(home.path, 'ed')
    writeFileSync(program, '#!/bin/sh\nprintf "%s\\n" "$@" > "$2"\n')
    chmodSync(program, 0o700)
    const file = path.join(home.path, 'new', 'config.toml')
    await runEditor([program, '--wait'], file)
    expect(readFileSync(file, 'utf8')).toBe(`--wait\n${file}\n`)
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700)
  })
  it('that cannot start or fails says so, and what to type', async () => {
    await expect(runEditor(['/nowhere/ed'], path.join(home.path, 'c'))).rejects.toThrow(/cannot start the editor "\/nowhere\/ed"[^]*EDITOR=nano purser config edit/)
    await expect(runEditor(['/bin/false'], path.join(home.path, 'c'))).rejects.toThrow('the editor ended with exit 1; the file is as it left it')
  })
})
