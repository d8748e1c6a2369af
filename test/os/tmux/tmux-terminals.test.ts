// Terminals on a real tmux server of our own: words arrive as they are, names are exact, strangers survive.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Terminals } from '../../../src/core/sessions/terminals.ts'
import { systemClock } from '../../../src/os/clock.ts'
import { tmuxTerminals } from '../../../src/os/tmux/tmux-terminals.ts'
import { tempHome, type TempHome } from '../../support/home.ts'
import { noteNotRun } from '../../support/not-run.ts'
import { hasTmux } from '../../support/tmux.ts'
import { until } from '../../support/until.ts'

if (!hasTmux) noteNotRun('terminals in tmux: tmux is not installed')
const OURS = 'a1'.repeat(8), OTHER = 'b2'.repeat(8)

describe.runIf(hasTmux)('terminals in tmux', () => {
  let home: TempHome, terminals: Terminals, socket: string
  beforeEach(() => {
    home = tempHome('tmux')
    socket = path.join(home.path, 'tmux.sock')
    terminals = tmuxTerminals({ socket, variables: base(), sleep: ms => systemClock.sleep(ms) })
  })
  afterEach(() => { tmux('kill-server'); home.remove() })
  const base = (): Record<string, string> => ({ PATH: home.env.PATH ?? '', HOME: home.path, LANG: 'C.UTF-8', TERM: 'xterm-256color' })
  const tmux = (...args: readonly string[]): string => spawnSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], { encoding: 'utf8', env: base() }).stdout
  const open = (name: string, argv: readonly string[] = ['/bin/cat'], stamp = OURS) => terminals.open({ name, stamp, argv, cwd: home.path, variables: base() })
  const names = async () => (await terminals.list()).map(({ name }) => name).toSorted()

  it('are told apart where nothing says which characters the machine has, as under a service', async () => {
    terminals = tmuxTerminals({ socket, variables: { PATH: home.env.PATH ?? '', HOME: home.path }, sleep: ms => systemClock.sleep(ms) })
    await open('one')
    expect((await terminals.list()).map(({ name, stamp }) => [name, stamp])).toEqual([['one', OURS]])
  })

  it('are there with this tmux, and none is open before one is', async () => {
    expect([await terminals.shortfall(), await terminals.list()]).toEqual(['', []])
  })

  it('hold the program itself: its pid, its folder, its environment, and not the address of our server', async () => {
    const folder = path.join(home.path, 'a #(touch pwned) $(touch pwned) ;')
    mkdirSync(folder)
    const opened = await terminals.open({ name: 'one', stamp: OURS, argv: ['/bin/sh', '-c', 'echo $$ > pid; env > env; pwd > pwd; exec cat'], cwd: folder, variables: { ...base(), ODD: 'x;\ny #(touch pwned);' } })
    await until(async () => readFileSync(path.join(folder, 'pwd'), 'utf8') !== '')
    expect(readFileSync(path.join(folder, 'pid'), 'utf8').trim()).toBe(String(opened.pid))
    expect(readFileSync(path.join(folder, 'pwd'), 'utf8').trim()).toBe(folder)
    const env = readFileSync(path.join(folder, 'env'), 'utf8')
    expect(env).toContain('ODD=x;\ny #(touch pwned);\n')
    expect(env).not.toMatch(/^(?:TMUX|TMUX_PANE|CLAUDE\w*)=/m)
    expect(spawnSync('find', [home.path, '-name', 'pwned']).stdout.toString()).toBe('')
  })

  it('hand every word on as it is: nothing is run, split, joined or expanded', async () => {
    const script = path.join(home.path, 'say.sh')
    writeFileSync(script, 'for word in "$@"; do printf "%s\\0" "$word"; done > "$OUT.part"; mv "$OUT.part" "$OUT"\nexec cat\n')
    const word = fc.string({ unit: fc.constantFrom('a', ' ', ';', '\\', '$', '`', '"', "'", '\n', '|', '&', '(', ')', '#', '{', '}', '*', '~', '-', '=', '%', '@', 'é', '\t', '!'), maxLength: 8 })
    let count = 0
    await fc.assert(fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 5 }), async words => {
      const out = path.join(home.path, `out-${++count}`)
      await terminals.open({ name: `w-${count}`, stamp: OURS, argv: ['/bin/sh', script, ...words], cwd: home.path, variables: { ...base(), OUT: out } })
      await until(async () => readFileSync(out, 'utf8') !== '' || words.length === 0)
      expect(readFileSync(out, 'utf8').split('\0').slice(0, -1)).toEqual(words)
      await terminals.close({ name: `w-${count}`, stamp: OURS })
    }), { numRuns: 25, examples: [[[';']], [['a;', '#(touch x)', '$(id)']], [['\\;', '\\\\;']]] })
  })

  it('are closed by their exact name and our stamp: x-1 is never x-10, and a stranger stays', async () => {
    await open('x-10')
    tmux('new-session', '-d', '-s', 'x-2', '/bin/sh', '-c', 'exec cat')
    for (const wrong of [{ name: 'x-1', stamp: OURS }, { name: 'x-', stamp: OURS }, { name: 'x-10', stamp: OTHER }, { name: 'x-2', stamp: OURS }, { name: 'x-3', stamp: OURS }]) expect([wrong, await terminals.close(wrong), await terminals.say(wrong, 'x')]).toEqual([wrong, false, false])
    expect(await names()).toEqual(['x-10', 'x-2'])
    expect((await terminals.list()).find(({ name }) => name === 'x-2')?.stamp).toBe('')
    expect(await terminals.close({ name: 'x-10', stamp: OURS })).toBe(true)
    expect(await names()).toEqual(['x-2'])
  })

  it('keep a name for one, and say whose it is', async () => {
    await open('taken')
    await expect(open('taken', ['/bin/cat'], OTHER)).rejects.toMatchObject({ code: 'conflict' })
    expect(await terminals.list()).toMatchObject([{ name: 'taken', stamp: OURS, ended: null }])
  })

  it('tell how a program ended, and take nothing that is typed into it then', async () => {
    await open('short', ['/bin/sh', '-c', 'exit 7'])
    await until(async () => (await terminals.list())[0]?.ended !== null)
    expect(await terminals.list()).toMatchObject([{ name: 'short', ended: { code: 7 } }])
    expect(await terminals.say({ name: 'short', stamp: OURS }, 'x')).toBe(false)
    await open('killed', ['/bin/sh', '-c', 'kill -9 $$'])
    await until(async () => (await terminals.list()).find(({ name }) => name === 'killed')?.ended !== null)
    expect((await terminals.list()).find(({ name }) => name === 'killed')).toMatchObject({ ended: { code: null } })
  })

  it('tell of an end that tmux missed, once a child of its own has ended after it', async () => {
    const bin = path.join(home.path, 'bin')
    mkdirSync(bin)
    // A tmux that has lost the death of its pane until it hears of another child, as 3.3a does on a loaded machine.
    writeFileSync(path.join(bin, 'tmux'), `#!/bin/sh
cd "$HOME"
case "$*" in
  *run-shell*) : > heard ;;
  *list-panes*) [ -f heard ] && status=7; printf 'lost:%%1:%s:1:%s::${OURS}\\n' "$$" "$status" ;;
esac
`, { mode: 0o755 })
    const lost = tmuxTerminals({ socket, variables: { ...base(), PATH: `${bin}:${base().PATH}` }, sleep: ms => systemClock.sleep(ms) })
    expect(await lost.list()).toMatchObject([{ name: 'lost', ended: { code: 7 } }])
  })

  it('do not call a program ended that closed its terminal and lives on', async () => {
    await open('silent', ['/bin/sh', '-c', 'trap "" HUP; exec sleep 20 < /dev/null > /dev/null 2>&1'])
    await until(() => tmux('list-panes', '-a', '-F', '#{pane_dead}').trim() === '1')
    expect(await terminals.list()).toMatchObject([{ name: 'silent', ended: null }])
  })

  it.runIf(process.platform === 'linux')('have what they were given in their environment, and nobody else can read it', async () => {
    const secret = 'sk-canary-47'
    const { pid } = await terminals.open({ name: 'one', stamp: OURS, argv: ['/bin/sh', '-c', 'echo "$KEY" > key; exec cat'], cwd: home.path, variables: { ...base(), KEY: secret } })
    await until(() => readFileSync(path.join(home.path, 'key'), 'utf8').trim() === secret)
    const server = tmux('display-message', '-p', '#{pid}').trim()
    for (const each of [server, String(pid)]) expect(readFileSync(`/proc/${each}/cmdline`, 'utf8')).not.toContain(secret)
    // The next one gets its own, and nothing of its neighbour's.
    await terminals.open({ name: 'two', stamp: OTHER, argv: ['/bin/sh', '-c', 'echo "[$KEY]" > other; exec cat'], cwd: home.path, variables: base() })
    await until(() => readFileSync(path.join(home.path, 'other'), 'utf8').trim() === '[]')
  })

  it('are listed alike in a locale that knows no UTF-8', async () => {
    const plain = tmuxTerminals({ socket, variables: { PATH: home.env['PATH'] ?? '', HOME: home.path }, sleep: ms => systemClock.sleep(ms) })
    await plain.open({ name: 'one', stamp: OURS, argv: ['/bin/cat'], cwd: home.path, variables: base() })
    expect(await plain.list()).toMatchObject([{ name: 'one', stamp: OURS, ended: null }])
  })

  it('take text as one paste, whatever is in it', async () => {
    const out = path.join(home.path, 'typed')
    await open('typed', ['/bin/sh', '-c', `exec cat > '${out}'`])
    expect(await terminals.say({ name: 'typed', stamp: OURS }, 'first; $(touch pwned) #{pane_id}\nsecond')).toBe(true)
    await until(async () => readFileSync(out, 'utf8').includes('second'))
    expect(readFileSync(out, 'utf8')).toBe('first; $(touch pwned) #{pane_id}\nsecond\n')
    expect((await terminals.screen({ name: 'typed', stamp: OURS }))?.[0]).toContain('first; $(touch pwned)')
    expect(await terminals.screen({ name: 'typed', stamp: OTHER })).toBeNull()
  })

  it('refuse an environment that tmux could not take, before anything is opened', async () => {
    await expect(terminals.open({ name: 'big', stamp: OURS, argv: ['/bin/cat'], cwd: home.path, variables: { BIG: 'x'.repeat(16_000) } })).rejects.toMatchObject({ code: 'refused' })
    expect(await terminals.list()).toEqual([])
  })

  it('are shown to a person by their exact name, on our own server', () => {
    expect(terminals.attachArgv('x-1')).toEqual(['tmux', '-S', socket, '-f', '/dev/null', 'attach-session', '-t', '=x-1'])
  })
})
