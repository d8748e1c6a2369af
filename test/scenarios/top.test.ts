// The live view in a real terminal, as it is built: a daemon on real logs, and a control plane that fails as told.
import { appendFileSync, existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { serve } from '../../src/api/server.ts'
import type { Handlers } from '../../src/api/control-plane.ts'
import { displayWidth } from '../../src/core/text/display-width.ts'
import { builtPackage } from '../support/built-package.ts'
import { tempHome, type TempHome } from '../support/home.ts'
import { LonePurser } from '../support/lone-purser.ts'
import { samples } from '../support/sample-answers.ts'
import { hasTmux, Tmux } from '../support/tmux.ts'

const SMALL = { columns: 80, rows: 24 }, LARGE = { columns: 200, rows: 50 }

describe.runIf(hasTmux)('purser top', () => {
  let build: TempHome, cli: string
  let purser: LonePurser, tmux: Tmux
  const env = (more: Record<string, string> = {}): Record<string, string> => ({ ...purser.env, TERM: 'xterm-256color', ...more })
  beforeAll(async () => {
    build = tempHome('build');
    ({ cli } = await builtPackage(build.path))
    purser = new LonePurser(cli)
    purser.configure('zone = "UTC"\n[[budget]]\nid = "web-daily"\nproject = "web"\nwindow = "day"\nlimit = "0.50"\non_breach = "deny"\n')
    mkdirSync(path.dirname(purser.logFile()), { recursive: true })
    for (let session = 0; session < 30; session++) {
      const id = `${String(session).padStart(8, '0')}-1111-4111-a111-111111111111`
      appendFileSync(purser.logFile(id), purser.line(1 + session, { sessionId: id }))
    }
    await purser.up()
  })
  afterAll(async () => { await purser.end(); build.remove() })
  beforeEach(() => { tmux = new Tmux(purser.home.path, env()) })
  afterEach(() => { tmux.close() })

  const holds = (holding: () => boolean): Promise<void> => purser.until(async () => holding())
  const shows = (text: string): Promise<void> => holds(() => tmux.screen().join('\n').includes(text))
  const open = (size = SMALL): void => tmux.open([process.execPath, cli, 'top'], size)

  it('shows at 80 x 24 what the daemon knows, goes with the terminal to 200 x 50, and leaves it as it was', async () => {
    open()
    await shows('Sessions 1')
    const small = tmux.screen()
    expect(small).toHaveLength(24)
    for (const line of small) expect(displayWidth(line)).toBeLessThanOrEqual(80)
    for (const part of ['purser ', 'following', 'Today $4.65', '▲ web-daily', 'web-daily  ██████████', 'of 30  by spending now', '? help']) expect(small.join('\n')).toContain(part)
    tmux.resize(LARGE)
    await holds(() => tmux.screen().length === 50 && tmux.screen().at(-1)?.includes('? help') === true && !tmux.screen()[23]?.includes('? help'))
    expect(tmux.screen().filter(line => line.includes(' web ')).length).toBe(30)
    tmux.send('q')
    await shows('AFTER 0')
    expect([tmux.state(), tmux.screen().slice(0, 2)]).toEqual([{ alternate: false, cursor: true, dead: false }, ['BEFORE', 'AFTER 0']])
  })

  it('drills into a row, filters, and unlocks with a reason', async () => {
    open()
    await shows('▲ web-daily')
    tmux.send('Down', 'Enter')
    await shows('tokens')
    tmux.send('Escape')
    await shows('by spending now')
    tmux.send('/', '00000007', 'Enter')
    await shows('filter "00000007"')
    expect(tmux.screen().filter(line => /[●○] /.test(line))).toHaveLength(1)
    tmux.send('u')
    await shows('Reason to unlock web-daily')
    tmux.send('Enter')
    await shows('a reason is needed')
    tmux.send('-l', 'demo day')
    tmux.send('Enter')
    await shows('unlocked web-daily')
    const { locks } = await purser.plane().call('lock.list', { all: true })
    expect(locks[0]?.released?.reason).toBe('demo day')
  })

  it('asks before it stops a session: any other key leaves it, y locks that one for an hour', async () => {
    const id = '00000007-1111-4111-a111-111111111111'
    const stopped = async () => (await purser.plane().call('lock.list', { all: true })).locks.filter(({ rule }) => rule === 'by hand').map(({ perValue }) => perValue)
    open()
    await shows('Sessions 1')
    tmux.send('/', '00000007', 'Enter')
    await shows('filter "00000007"')
    tmux.send('x')
    await shows('Stop it? y/N')
    for (const part of [`Stop session ${id}?`, path.join('src', 'web'), '$0.08', 'purser is not armed', 'arm with: purser arm', 'locked for an hour']) expect(tmux.screen().join(' ').replace(/\s+/g, ' ')).toContain(part)
    tmux.send('n')
    await shows('by spending now')
    expect(await stopped()).toEqual([])
    tmux.send('x')
    await shows('Stop it? y/N')
    tmux.send('y')
    await shows('session 00000007 locked by hand')
    await shows('▲ by hand 00000007')
    expect(await stopped()).toEqual([id])
    // The newest lock is the first; another one may be in force beside it.
    tmux.send('Tab', 'u')
    await shows('Reason to unlock by hand')
    tmux.send('-l', 'it was me')
    tmux.send('Enter')
    await shows('unlocked by hand')
    expect((await purser.plane().call('lock.list', {})).locks.filter(({ rule }) => rule === 'by hand')).toEqual([])
  })

  it('has no colours where nobody wants them, and ASCII where the locale has no more', async () => {
    tmux.close()
    tmux = new Tmux(purser.home.path, env({ NO_COLOR: '1', LANG: 'C', LC_ALL: 'C' }))
    open()
    await shows('Sessions 1')
    const raw = tmux.screen(true).join('\n')
    // Bold and plain are no colours.
    expect([...new Set(raw.split('\u001b[').slice(1).map(part => part.slice(0, part.indexOf('m'))))].filter(code => !/^(0|1|22)?$/.test(code))).toEqual([])
    expect(raw).toContain('> Sessions')
  })

  it.each(['SIGTERM', 'SIGHUP'] as const)('gives the terminal back on %s', async signal => {
    open()
    await shows('Sessions 1')
    // Our own child's child: its pid was written by the shell that became it.
    process.kill(tmux.pid(), signal)
    await shows('AFTER')
    expect([tmux.state().alternate, tmux.state().cursor, tmux.screen()[0]]).toEqual([false, true, 'BEFORE'])
  })

  it('ends with the terminal it was drawn on', async () => {
    open()
    await shows('Sessions 1')
    const pid = tmux.pid()
    tmux.close()
    await holds(() => !existsSync(`/proc/${pid}/stat`))
  })

  it('outlives the daemon, and says what is the matter on the screen that stays when it crashes', async () => {
    using home = tempHome('failing')
    const answers = { broken: false }
    const handlers = { 'hello': async () => ({ version: '0.1.0', pid: 1 }), 'top': async () => { if (answers.broken) throw new Error('a bug'); return { status: samples.status, minutes: [], hour: '1.00', rates: [], rateMinutes: 5, lines: [] } } } as unknown as Handlers
    const listen = () => serve({ socket: path.join(home.path, 'purser.sock'), handlers, hook: async () => null, onBug: () => undefined })
    tmux = new Tmux(home.path, env({ HOME: home.path, PURSER_RUNTIME: home.path }))
    let server = await listen()
    try {
      open()
      await shows('last hour $1.00')
      await server.close()
      await shows('the daemon is not running')
      server = await listen()
      await shows('following')
      answers.broken = true
      await shows('AFTER 1')
      expect([tmux.state(), tmux.screen()[0], tmux.screen()[1]]).toEqual([{ alternate: false, cursor: true, dead: false }, 'BEFORE', expect.stringContaining('a bug')])
    } finally {
      tmux.close()
      await server.close()
    }
  })

  it('says what to type where there is no terminal', async () => {
    const { exit, out, err } = await purser.run('top')
    expect([exit, out]).toEqual([69, ''])
    expect(err).toContain('purser status --json')
  })
})
