// What a tool call is about to write to.
import { describe, expect, it } from 'vitest'
import { touchesOf } from '../../../src/core/claims/touched.ts'

const bash = (command: string) => touchesOf({ tool: 'Bash', command, cwd: '/w' })

describe('a call', () => {
  it('that edits a file writes to that file', () => {
    expect(touchesOf({ tool: 'Edit', command: '', file: '/w/a.ts', cwd: '/w' })).toEqual({ written: ['/w/a.ts'], removed: [] })
  })
  it.each(['ls -la', 'cat a.ts', 'git status', 'git -P log', 'grep -r x . | head', 'find . -name x', 'sed -n 1p a', 'cd a && ls', 'cat a 2>/dev/null', 'purser claim list'])('that only looks writes nowhere: %s', command => {
    expect(bash(command)).toEqual({ written: [], removed: [] })
  })
  it.each([['touch a/b', ['/w', 'a/b']], ['echo x > a/b', ['/w', 'a/b']], ['cat x >>"a b"', ['/w', 'a b']], ['npm test', ['/w', 'test']], ['X=1 sudo tee a', ['/w', 'a']], ['sed -i s/x/y/ a', ['/w', 's/x/y/', 'a']], ['tool --out=a', ['/w', 'a']]])('%s writes to its folder and to what it names', (command, written) => {
    expect(bash(command).written).toEqual(expect.arrayContaining([...written]))
  })
  it.each([['rm -rf a b', ['a', 'b']], ['mv a b', ['a', 'b']], ['git clean -fd a', ['clean', 'a']], ['find . -delete', []]])('%s takes away', (command, removed) => {
    expect(bash(command).removed).toEqual(expect.arrayContaining([...removed]))
    expect(bash(command).written).toContain('/w')
  })
})
