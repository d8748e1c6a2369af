// The genuine client's five hours are spent, and its session goes on under another login: real terminals, the vendor's own
// kind of refusal, two homes that share one folder of conversations. The daemon that carries the move is killed on the way.
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { FailoverAnswer } from '../../src/api/failover-answers.ts'
import { startTicks } from '../support/processes.ts'
import { hasTmux, Tmux } from '../support/tmux.ts'
import { evidence, eventually, purserHome, type Purser } from './built-purser.ts'
import { startFakeMessagesApi, type FakeApi } from './fake-messages-api.ts'
import { ALONE, CLIENT, clientEnvironment } from './genuine-client.ts'

const TOKENS = { '.claude': 'sk-ant-oat01-made-up-main', '.claude-work': 'sk-ant-oat01-made-up-work' } as const
const FOLDERS = Object.keys(TOKENS) as readonly (keyof typeof TOKENS)[]
const SESSION = '3f3c8446-2b81-4c3f-b8fb-6ded90c1fae1'
const UP_MS = 60_000
const until = (holds: () => Promise<boolean>, timeout: number): Promise<void> => vi.waitFor(async () => { expect(await holds()).toBe(true) }, { timeout, interval: 50 })

/** Two logins, one folder of conversations, and a purser that moves by itself. */
function house(api: FakeApi, dying: { at: string }): { purser: Purser; web: string; environment: Record<string, string> } {
  const environmentOf = (home: string): Record<string, string> => {
    const { ANTHROPIC_API_KEY: _, ...environment } = clientEnvironment(home, api.url)
    return { ...environment, TERM: 'xterm-256color', PATH: `${path.join(home, 'bin')}:${environment['PATH'] ?? ''}`, CLAUDE_CODE_DISABLE_TERMINAL_TITLE: '1' }
  }
  const purser = purserHome(home => ({ ...environmentOf(home), ...(dying.at === '' ? {} : { PURSER_CRASH_AT: dying.at }) }))
  const { home } = purser, web = purser.project('web')
  mkdirSync(path.join(home, 'bin'))
  symlinkSync(CLIENT, path.join(home, 'bin', 'claude'))
  for (const folder of FOLDERS) {
    mkdirSync(path.join(home, folder), { recursive: true })
    writeFileSync(path.join(home, folder, '.credentials.json'), JSON.stringify({ claudeAiOauth: { accessToken: TOKENS[folder], refreshToken: `${TOKENS[folder]}-refresh`, expiresAt: Date.UTC(2099, 0), scopes: ['user:inference', 'user:profile'], subscriptionType: 'max' } }), { mode: 0o600 })
    // What a client needs of its environment stands in its own settings: a terminal that a daemon opens has few variables.
    const { ANTHROPIC_BASE_URL, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC, DISABLE_AUTOUPDATER } = clientEnvironment(home, api.url)
    writeFileSync(path.join(home, folder, 'settings.json'), JSON.stringify({ theme: 'dark', env: { ANTHROPIC_BASE_URL, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC, DISABLE_AUTOUPDATER } }))
    writeFileSync(folder === '.claude' ? path.join(home, '.claude.json') : path.join(home, folder, '.claude.json'), JSON.stringify({
      hasCompletedOnboarding: true, theme: 'dark', oauthAccount: { accountUuid: `00000000-0000-4000-8000-0000000${folder.length}0000`, emailAddress: `${folder.slice(1)}@example.test`, organizationUuid: folder },
      projects: { [web]: { hasTrustDialogAccepted: true } },
    }))
  }
  mkdirSync(path.join(home, '.claude', 'projects'))
  symlinkSync(path.join(home, '.claude', 'projects'), path.join(home, '.claude-work', 'projects'))
  purser.configure('[[account]]\nid = "main"\nhome = "~/.claude"\nrole = "primary"\n[[account]]\nid = "work"\nhome = "~/.claude-work"\n[failover]\nmode = "auto"\nconsent = "2026-11-01"\nwait = 0\n')
  return { purser, web, environment: environmentOf(home) }
}

/** Sessions that the client itself says run, by home. */
const running = (home: string): string[] => FOLDERS.flatMap(folder => {
  let names: readonly string[] = []
  try { names = readdirSync(path.join(home, folder, 'sessions')).filter(name => /^\d+\.json$/.test(name)) } catch { return [] }
  return names.flatMap(name => {
    try {
      const { pid, sessionId, procStart } = JSON.parse(readFileSync(path.join(home, folder, 'sessions', name), 'utf8')) as { pid: number; sessionId: string; procStart: string | number }
      return startTicks(pid) === String(procStart) ? [`${sessionId} ${folder}`] : []
    } catch { return [] }
  })
})

async function moved(dies: string): Promise<Readonly<Record<string, unknown>>> {
  const api = await startFakeMessagesApi()
  onTestFinished(() => api.close())
  const dying = { at: dies }
  const { purser, web, environment } = house(api, dying)
  const screen = new Tmux(purser.home, environment)
  onTestFinished(() => screen.close())
  // A client that was hung up on says goodbye into its home, which is there until it has.
  onTestFinished(async () => {
    new Tmux(purser.home, environment).end(path.join(purser.home, '.local', 'state', 'purser', 'tmux.sock'))
    await until(async () => running(purser.home).length === 0, UP_MS)
  })
  await purser.up()
  screen.open(['/bin/sh', '-c', 'cd "$1" && exec claude --session-id "$2" --permission-mode acceptEdits', 'sh', web, SESSION], { columns: 130, rows: 45 })
  await until(async () => running(purser.home).length === 1, UP_MS)
  await until(async () => screen.screen().some(line => /accept edits on/.test(line)), UP_MS)
  const type = async (text: string): Promise<void> => {
    screen.send('-l', text)
    await until(async () => screen.screen().some(line => line.includes(text.slice(0, 20))), UP_MS)
    screen.send('Enter')
  }
  await type(`Remember the word heron ${api.play('first', [{ blocks: [{ text: 'Heron it is.' }], usage: { input: 100, output: 10 } }])}`)
  await until(async () => screen.screen().some(line => line.includes('Heron it is.')), UP_MS)
  api.spend(TOKENS['.claude'], Math.floor(Date.now() / 1_000) + 9_000)
  const spentAt = performance.now()
  await type(`Now go on with the work ${api.play('second', [{ blocks: [{ text: 'On it again.' }], usage: { input: 100, output: 10 } }])}`)
  const seen = new Set<string>()
  const look = (): void => {
    const now = running(purser.home)
    seen.add(now.join(' + '))
    expect(now.length).toBeLessThanOrEqual(1)
  }
  const history = (): Promise<{ failovers: readonly FailoverAnswer[] }> => purser.json('failover', 'history')
  if (dies !== '') {
    // It dies in the move; the next one is started without the variable that kills it.
    // One that dies over the question answers nothing, which is an answer too.
    await eventually(async () => { look(); return purser.run('status', '--json') }, ({ code, stdout }) => code !== 0 || !(JSON.parse(stdout) as { daemon: { running: boolean } }).daemon.running)
    dying.at = ''
    await purser.up()
  }
  const { failovers: [move] } = await eventually(async () => { look(); return history() }, ({ failovers }) => failovers[0]?.endedAt !== null && failovers[0] !== undefined)
  expect(move, JSON.stringify(await purser.json('failover', 'history', move?.id ?? ''))).toMatchObject({ from: 'main', to: 'work', state: 'committed', sessions: [{ session: SESSION, state: 'verified' }] })
  if (dies !== 'failover.telling') await until(async () => { look(); return api.calls().some(call => call.main && call.token === TOKENS['.claude-work']) }, UP_MS).catch((error: unknown) => { throw new Error(`nothing was asked there: ${JSON.stringify(api.calls())}`, { cause: error }) })
  const [answered] = api.calls().filter(call => call.main && call.token === TOKENS['.claude-work'])
  // It came with everything that was said before: the same conversation, in the same file, in the same mode.
  if (answered) expect([answered.play, answered.prompts >= 2]).toEqual(['second', true])
  expect(running(purser.home)).toEqual([`${SESSION} .claude-work`])
  const logs = purser.logs()
  expect(logs.map(log => path.basename(log))).toEqual([`${SESSION}.jsonl`])
  const modes = [...readFileSync(logs[0] as string, 'utf8').matchAll(/"permissionMode":"(\w+)"/g)].map(([, mode]) => mode)
  expect(new Set(modes)).toEqual(new Set(['acceptEdits']))
  return { ms: Math.round(performance.now() - spentAt), calls: api.calls().length, states: [...seen] }
}

it.runIf(ALONE && hasTmux)('moves the genuine client to the other login when its five hours are spent, and tells it to go on', async () => {
  evidence('failover', await moved(''))
}, 240_000)

it.runIf(ALONE && hasTmux).each(['failover.ready.done', 'failover.save.written', 'failover.activate.done', 'failover.signalled', 'failover.end.done', 'seat.opened', 'failover.start.done', 'failover.telling', 'failover.verify.done'])('brings the genuine client over though the daemon dies at %s', async point => {
  evidence(`failover, killed at ${point}`, await moved(point))
}, 240_000)
