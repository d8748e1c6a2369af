import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseArgs, parseLsofCwd, parsePs, splitArgs } from '../../../src/os/processes/ps-output.ts'

const fixture = (name: string): string => readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'processes', name), 'utf8')

describe('ps of macOS', () => {
  const lines = new Map(parsePs(fixture('ps-axo.txt')).map(line => [line.pid, line]))

  it('yields every line but the header', () => {
    expect([...lines.keys()]).toEqual([1, 93, 95, 412, 601, 655, 1203, 1377, 1402, 1418, 67461])
  })
  it('keeps an executable with spaces and brackets whole', () => {
    expect(lines.get(655)?.command).toBe('/Applications/Visual Studio Code.app/Contents/Frameworks/Code Helper (Plugin).app/Contents/MacOS/Code Helper (Plugin)')
    expect(lines.get(95)?.command).toBe('/usr/libexec/UserEventAgent (System)')
  })
  it('makes an identity of a start time: whole, sortable, without spaces', () => {
    expect(lines.get(1377)).toEqual({ pid: 1377, parent: 1203, uid: 501, state: 'S', startTime: '2026-08-07T16:25:15Z', command: '/Users/dev/.local/share/claude/versions/2.1.329' })
    expect(lines.get(67461)?.startTime).toBe('2026-08-21T16:25:15Z')
  })
  it('reads states and the negative uid of nobody', () => {
    expect([lines.get(1402)?.state, lines.get(1418)?.state, lines.get(412)?.uid]).toEqual(['T', 'Z', -2])
  })
  it('leaves out lines that do not fit rather than guessing', () => {
    for (const line of ['', 'x', '1 2 3', '1 0 0 S Mon Foo 17 02:00:11 2026 /x', '1 0 0 S Aug 17 2026 /x', '1 0 0 S Mo 17 Aug 02:00:11 2026 /x']) expect(parsePs(line), line).toEqual([])
  })
})

describe('arguments of macOS', () => {
  const args = parseArgs(fixture('ps-args.txt'))
  it('are split at spaces, an executable with spaces being one', () => {
    expect(splitArgs(args.get(1377) ?? '', '/Users/dev/.local/share/claude/versions/2.1.329')).toEqual(['claude', '--resume', '3f3c8446-2b81-4c3f-b8fb-6ded90c1fae2'])
    expect(splitArgs(args.get(67461) ?? '', '/Users/dev/My Tools/node')).toEqual(['/Users/dev/My Tools/node', '/Users/dev/app/server.js'])
    expect(splitArgs('', '/x')).toEqual([])
    expect(splitArgs('/xy -a', '/x')).toEqual(['/xy', '-a'])
  })
})

describe('lsof of macOS', () => {
  it('yields directories, spaces included, and only those of cwd lines', () => {
    expect([...parseLsofCwd(fixture('lsof-cwd.txt'))]).toEqual([[601, '/'], [655, '/'], [1203, '/Users/dev/src/web'], [1377, '/Users/dev/src/web with space'], [67461, '/Users/dev/app']])
    expect(parseLsofCwd(fixture('lsof-cwd-without-f.txt')).get(1377)).toBe('/Users/dev/src/api')
  })
  it('yields nothing for a name it could not resolve or had to escape: a wrong directory is worse than none', () => {
    const cwds = parseLsofCwd(fixture('lsof-cwd.txt'))
    expect([cwds.has(1402), cwds.has(1418)]).toEqual([false, false])
    expect(parseLsofCwd('px\nfcwd\nn/a\n').size).toBe(0)
    expect(parseLsofCwd('p7\nfcwd\nnrelative\n').size).toBe(0)
  })
})
