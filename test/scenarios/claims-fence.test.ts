// Holders that are suspended, overtaken and resumed: none of them writes any more, through our store, under `guard` or
// past the hook; and without the fence each of them does. Real processes, real signals.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { askingAgent, type AskingAgent } from '../support/asking-agent.ts'
import { builtPackage } from '../support/built-package.ts'
import { buildRacer, racer, stopped, type Ground } from '../support/claim-races.ts'
import { openTestSqlite } from '../support/databases.ts'
import { tempHome, type TempHome } from '../support/home.ts'
import { LonePurser } from '../support/lone-purser.ts'
import { registerPid, spawnRegistered } from '../support/processes.ts'
import { rounds, roundsTimeoutMs } from '../support/rounds.ts'

const linux = process.platform === 'linux'
let home: TempHome
let cli: string
beforeAll(async () => { home = tempHome('claim-fence'); ({ cli } = await builtPackage(join(home.path, 'built'))) })
afterAll(() => home.remove())

describe.runIf(linux)('a holder that was suspended between its check and its write', () => {
  const ground = async (): Promise<Ground & { reasonOf(name: string): Promise<string>; breaks(name: string): Promise<void> }> => {
    const store = join(home.path, 'fence.db'), open = await openTestSqlite(store)
    onTestFinished(() => open.close())
    const holder = async (name: string) => (await open.stores.read(() => open.stores.claims.get(name)))
    return {
      rival: 'purser', store, program: await built(), env: home.env, reasonOf: async name => (await holder(name))?.grant?.reason ?? '',
      breaks: name => open.database.script(`update claim set agent = '', session = '', generation = 0, node = '', boot = '', namespace = '', pid = 0, start_time = '', proof = '', token = token + 1 where name = '${name}'`),
    }
  }
  let program: Promise<string> | undefined
  const built = (): Promise<string> => (program ??= buildRacer(home.path))

  it('on another machine, beyond its lease: 0 of 100 writes hit, and without the token in the statement 100 of 100', async () => {
    const world = await ground()
    const holder = await racer(world, { NODE_NAME: 'n2' }), taker = await racer(world, { CLOCK_BEHIND_MS: '-120000' })
    let stale = 0, control = 0
    for (let round = 0; round < 100; round++) {
      const name = `remote${round}`
      expect(await holder.ask(`take ${name}`)).toBe('1')
      expect(await holder.ask(`check ${name}`)).toBe('mine')
      await holder.suspend()
      expect(await taker.ask(`take ${name}`)).toBe('2')
      holder.resume()
      if ((await holder.ask(`write ${name}`)) === 'hit') stale++
      expect(await world.reasonOf(name)).toBe('')
      if ((await holder.ask(`overwrite ${name}`)) === 'hit' && (await world.reasonOf(name)) === `written by ${holder.pid}`) control++
    }
    expect({ stale, control }).toEqual({ stale: 0, control: 100 })
    await Promise.all([holder.end(), taker.end()])
  }, 60_000)

  it('on this machine keeps its claim however long, and after `break` writes nothing: 0 of 100, and without the token 100', async () => {
    const world = await ground()
    const holder = await racer(world), taker = await racer(world, { CLOCK_BEHIND_MS: '-86400000' })
    let stale = 0, control = 0
    for (let round = 0; round < 100; round++) {
      const name = `local${round}`
      expect(await holder.ask(`take ${name}`)).toBe('1')
      expect(await holder.ask(`check ${name}`)).toBe('mine')
      await holder.suspend()
      // A day after its lease by the taker's clock.
      expect(await taker.ask(`take ${name}`)).toBe('-')
      await world.breaks(name)
      expect(await taker.ask(`take ${name}`)).toBe('3')
      holder.resume()
      if ((await holder.ask(`write ${name}`)) === 'hit') stale++
      if ((await holder.ask(`overwrite ${name}`)) === 'hit') control++
    }
    expect({ stale, control }).toEqual({ stale: 0, control: 100 })
    await Promise.all([holder.end(), taker.end()])
  }, 60_000)
})

describe.runIf(linux)('through a daemon', () => {
  let purser: LonePurser
  const agents: AskingAgent[] = []
  beforeAll(async () => { purser = new LonePurser(cli); await purser.up() })
  afterAll(async () => { for (const agent of agents) await agent.end(); await purser.end() })
  const agent = async (): Promise<AskingAgent> => { const born = await askingAgent(purser.home.path, purser.env, purser.project); agents.push(born); return born }
  const said = (file: string): readonly string[] => purser.text(file).split('\n').filter(line => line !== '')

  // It stops itself where a machine would suspend it: after it began, before its ten writes.
  const WRITER = 'echo $$ >> "$0"; kill -STOP $$; for n in 1 2 3 4 5 6 7 8 9 10; do echo stale >> "$0"; done'
  const COMMANDS = 20

  it('a command under guard that is resumed after its claim was taken away writes 0 of 200 times, and unguarded 200', async () => {
    const files = Array.from({ length: COMMANDS }, (_, n) => join(purser.home.path, `guarded${n}`)), plain = files.map(file => `${file}-plain`)
    const owner = await agent(), next = await agent()
    const guarded = files.map((file, n) => owner.run([process.execPath, cli, 'guard', '--claim', `deploy${n}`, '--', '/bin/sh', '-c', WRITER, file]))
    const unguarded = plain.map(file => spawnRegistered('/bin/sh', ['-c', WRITER, file], { stdio: 'ignore' }))
    const pids = async (list: readonly string[]): Promise<readonly number[]> => {
      await purser.until(async () => list.every(file => said(file).length === 1))
      const found = list.map(file => Number(said(file)[0]))
      for (const pid of found) { registerPid(pid); await stopped(pid) }
      return found
    }
    await pids(files)
    for (const pid of await pids(plain)) process.kill(pid, 'SIGCONT')
    await Promise.all(unguarded.map(({ exited }) => exited))
    expect(plain.flatMap(file => said(file).filter(line => line === 'stale'))).toHaveLength(200)
    // A suspended holder keeps what it has; only a person takes it away.
    const wanted = await next.run([process.execPath, cli, 'claim', 'take', 'deploy0'])
    expect(wanted).toMatchObject({ exit: 75, err: expect.stringContaining('is held by a program') as string })
    const plane = purser.plane()
    for (let n = 0; n < COMMANDS; n++) await plane.call('claim.break', { name: `deploy${n}`, cwd: '/', reason: 'hangs', by: 'test' })
    const taken = await next.run([process.execPath, cli, 'claim', 'take', ...files.map((_, n) => `deploy${n}`), '--json'])
    expect(JSON.parse(taken.out)).toMatchObject({ ok: true, claims: files.map((_, n) => ({ name: `deploy${n}`, token: 3, how: 'granted' })) })
    for (const { exit, err } of await Promise.all(guarded)) {
      expect(exit).toBe(143)
      expect(err).toContain('the command is stopped: ')
    }
    expect(files.flatMap(file => said(file).filter(line => line === 'stale'))).toEqual([])
    await plane.close()
  }, 60_000)

  // Each is a shell, curl and an answer: ten milliseconds where nothing else runs.
  const plan = { name: 'edits denied to a session that was overtaken', quick: 50, full: 200 }
  it('an edit of a session that is resumed after its claim was taken away is denied every time, and before it never', async () => {
    const count = rounds(plan)
    expect((await purser.run('hooks', 'install')).exit).toBe(0)
    const auth = join(purser.project, 'auth')
    mkdirSync(auth, { recursive: true })
    const owner = await agent(), next = await agent()
    const script = join(purser.state, 'hook', 'purser-hook.sh'), payload = join(purser.home.path, 'payload.json')
    writeFileSync(payload, JSON.stringify({ session_id: 's-owner', transcript_path: '', cwd: purser.project, hook_event_name: 'PreToolUse', tool_name: 'Edit', tool_input: { file_path: join(auth, 'login.ts') } }))
    // Calls after another in one shell below the session, as its tools are.
    const edits = (times: number) => owner.run(['/bin/sh', '-c', `export CLAUDE_PID=${owner.pid}; n=0; while [ $n -lt ${times} ]; do n=$((n + 1)); /bin/sh '${script}' PreToolUse < '${payload}'; done`])
    const denials = ({ out }: { readonly out: string }): number => out.split('"permissionDecision":"deny"').length - 1
    const take = (who: AskingAgent) => who.run([process.execPath, cli, 'claim', 'take', `path:${auth}`, '--json'])
    expect(JSON.parse((await take(owner)).out)).toMatchObject({ ok: true, token: 1 })
    expect(denials(await edits(10))).toBe(0)
    process.kill(owner.pid, 'SIGSTOP')
    await stopped(owner.pid)
    expect((await take(next)).exit).toBe(75)
    expect((await purser.run('claim', 'break', `path:${auth}`, '--reason', 'hangs')).exit).toBe(0)
    expect(JSON.parse((await take(next)).out)).toMatchObject({ ok: true, token: 3 })
    process.kill(owner.pid, 'SIGCONT')
    const denied = await edits(count)
    expect([denials(denied), denied.err]).toEqual([count, ''])
    expect(denied.out).toContain(`is held by claude-code session process-${next.pid} (pid ${next.pid})`)
  }, roundsTimeoutMs(60_000, plan))
})
