// The hook as a client runs it: a real shell, an emptied environment, a real socket, real lock files.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { instant, SECOND_MS } from '../../src/core/time.ts'
import { beat } from '../../src/os/files/lock-files.ts'
import { buildHook } from '../support/hook-bundle.ts'
import { answers, HookWorld, saysNothing, SHELLS, SILENT, type Ran } from '../support/hook-world.ts'
import { tempHome, type TempHome } from '../support/home.ts'

let built: TempHome
let sources: { script: string; program: string }
let world: HookWorld
beforeAll(async () => { built = tempHome('bundle'); sources = await buildHook(built.path) })
afterAll(() => built.remove())
beforeEach(() => { world = new HookWorld(sources) })
afterEach(() => world.end())

const STOP = { continue: false, stopReason: 'said by the daemon' }
/** What the client would read; silence and rubbish are an object without the fields a test looks for. */
const json = ({ stdout }: Ran): Record<string, unknown> => {
  try { return JSON.parse(stdout) as Record<string, unknown> } catch { return { unreadable: stdout } }
}
const bash = (command: string) => world.payload('PreToolUse', { tool_name: 'Bash', tool_input: { command } })
const GATED = ['UserPromptSubmit', 'PreToolUse', 'PostToolBatch'] as const
const isStop = (event: string, ran: Ran): boolean => event === 'UserPromptSubmit' ? json(ran).decision === 'block' : json(ran).continue === false

describe.each(SHELLS.map(shell => ({ shell })))('in $shell', ({ shell }) => {
  it('asks nobody while nothing is projected, and allows', async () => {
    await world.daemon(answers(STOP))
    for (const event of GATED) expect(await world.run(event, { shell })).toMatchObject(SILENT)
    expect(world.asked).toEqual([])
  })

  it('reports the start and the end of a session also then, with the process', async () => {
    await world.daemon(saysNothing)
    for (const event of ['SessionStart', 'SessionEnd']) expect(await world.run(event, { shell })).toMatchObject(SILENT)
    expect(world.asked.map(({ url, pid, body }) => [url, pid, JSON.parse(body)])).toEqual(['SessionStart', 'SessionEnd'].map(event => [`/hook/claude-code/${event}`, '4711', world.payload(event)]))
  })

  it('says what the daemon says, with the exit code it says', async () => {
    world.locked([world.lock()])
    await world.daemon((response, { url }) => { (url.endsWith('UserPromptSubmit') ? answers('blocked, in words', '2') : url.endsWith('PreToolUse') ? answers(STOP) : saysNothing)(response) })
    expect(await world.run('PreToolUse', { shell })).toMatchObject({ code: 0, stdout: `${JSON.stringify(STOP)}\n`, stderr: '' })
    expect(await world.run('UserPromptSubmit', { shell })).toMatchObject({ code: 2, stdout: '', stderr: 'blocked, in words\n' })
    expect(await world.run('PostToolBatch', { shell })).toMatchObject(SILENT)
  })

  it('decides by the lock files when nobody answers: a lock stops its project and no other', async () => {
    world.locked([world.lock()])
    expect(json(await world.run('UserPromptSubmit', { shell }))).toMatchObject({ decision: 'block', suppressOriginalPrompt: true, reason: expect.stringContaining('purser lock release L0011aabb') as string })
    expect(await world.run('UserPromptSubmit', { shell, cwd: world.sibling, payload: world.payload('UserPromptSubmit', { cwd: world.sibling }) })).toMatchObject(SILENT)
  })

  it('with neither daemon nor program, holds a fail-closed project and no other', async () => {
    world.locked([], [world.closed()])
    rmSync(world.places.program)
    for (const event of GATED) {
      const ran = await world.run(event, { shell })
      expect(isStop(event, ran), event).toBe(true)
      expect(ran.stdout).toContain('purser hooks uninstall')
      expect((await world.run(event, { shell, cwd: world.sibling })).stdout).not.toMatch(/"decision"|"continue"/)
    }
  })

  it('with neither, a fail-closed project is not held while the sign of life is young', async () => {
    world.locked([], [world.closed()])
    rmSync(world.places.program)
    beat(world.locks, instant(Date.now() - 30 * SECOND_MS))
    expect(await world.run('PreToolUse', { shell })).toMatchObject(SILENT)
    beat(world.locks, instant(Date.now() - 90 * SECOND_MS))
    expect(isStop('PreToolUse', await world.run('PreToolUse', { shell }))).toBe(true)
  })

  it('a payload of a megabyte arrives whole', async () => {
    world.locked([world.lock()])
    await world.daemon(saysNothing)
    const payload = world.payload('PreToolUse', { tool_input: { content: '\\ "%s" `x` $(y) é\n'.repeat(60_000) } })
    expect(await world.run('PreToolUse', { shell, payload })).toMatchObject(SILENT)
    expect(JSON.parse(world.asked[0]?.body ?? '')).toEqual(payload)
  })
})

describe('a daemon that does not answer properly', () => {
  // What none of these may do is let the client go on as if nothing were locked.
  const faults: Record<string, Parameters<HookWorld['daemon']>[0]> = {
    'a server error': response => { response.writeHead(500, { connection: 'close' }); response.end('{"error":"x"}') },
    'a server error that looks like ours': response => { response.writeHead(500, { connection: 'close', 'x-purser-exit': '0' }); response.end('{"continue":true}') },
    'no JSON': answers('hello'),
    'half a JSON': answers('{"continue":'),
    'an array': answers('[]'),
    'an answer without our header': response => { response.writeHead(200, { connection: 'close' }); response.end('{}') },
    'another status': response => { response.writeHead(302, { location: 'http://127.0.0.1:9/', connection: 'close' }); response.end() },
    'a closed connection': (_response, _asked, request) => request.socket.destroy(),
    'a cut answer': response => { response.writeHead(200, { 'x-purser-exit': '0', 'content-length': 500 }); response.write('{"continue":'); response.socket?.destroy() },
  }
  it.each(Object.keys(faults))('%s: the lock files decide', async name => {
    world.locked([world.lock()])
    await world.daemon(faults[name] as (typeof faults)[string])
    expect(isStop('UserPromptSubmit', await world.run('UserPromptSubmit'))).toBe(true)
    expect((await world.run('UserPromptSubmit', { payload: world.payload('UserPromptSubmit', { cwd: world.sibling }) })).stdout).toBe('')
    expect(world.asked.length).toBe(2)
  })

  it('slower than its deadline: the lock files decide, within the time a client gives', async () => {
    world.locked([world.lock()])
    await world.daemon(() => undefined)
    const started = performance.now()
    expect(isStop('UserPromptSubmit', await world.run('UserPromptSubmit'))).toBe(true)
    expect(performance.now() - started).toBeLessThan(8_000)
    expect(world.asked).toHaveLength(1)
  })

  it('a socket nobody listens on: the lock files decide', async () => {
    world.locked([world.lock()])
    await world.daemon(saysNothing)
    const left = join(world.home.path, 'left.sock')
    writeFileSync(world.places.socketPointer, `${left}\n`)
    expect(isStop('UserPromptSubmit', await world.run('UserPromptSubmit'))).toBe(true)
  })

  it('a session that ends waits for nobody and says nothing', async () => {
    world.locked([world.lock()], [world.closed()])
    expect(await world.run('SessionEnd')).toMatchObject(SILENT)
  })

  it('a session that starts is told of its locks', async () => {
    world.locked([world.lock()])
    expect(json(await world.run('SessionStart'))).toMatchObject({ hookSpecificOutput: { hookEventName: 'SessionStart', additionalContext: expect.stringContaining('Locked: budget web-daily is spent') as string } })
  })
})

describe('without a daemon', () => {
  it('a turn may save its work a bounded number of times, whatever runs at once', async () => {
    world.locked([world.lock()])
    const ran = await Promise.all(Array.from({ length: 8 }, () => world.run('PreToolUse', { payload: bash('git status') })))
    expect(ran.filter(one => one.stdout === '')).toHaveLength(6)
    expect(ran.filter(one => one.stdout !== '' && json(one).continue === false)).toHaveLength(2)
    expect(ran.every(one => one.code === 0 && one.stderr === '')).toBe(true)
  })

  it('other calls get a bare deny, and a command that only looks like saving is another call', async () => {
    world.locked([world.lock()])
    for (const command of ['make', 'git commit -m x && make', 'git status; make']) {
      const answer = json(await world.run('PreToolUse', { payload: bash(command) }))
      expect(answer).toMatchObject({ hookSpecificOutput: { permissionDecision: 'deny' } })
      expect(answer).not.toHaveProperty('continue')
    }
  })

  it('an expired lock holds nothing, a damaged one hides no other', async () => {
    world.locked([world.lock({ id: 'Lpast', expiresAt: instant(Date.now() + 60 * SECOND_MS) })])
    const file = join(world.locks, 'Lpast.lock')
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"expiresAt": \d+/, `"expiresAt": ${Date.now() - 1}`))
    expect(await world.run('UserPromptSubmit')).toMatchObject(SILENT)
    writeFileSync(join(world.locks, 'Ldamaged.lock'), '{"format": 1, "kind": ')
    expect(await world.run('UserPromptSubmit')).toMatchObject(SILENT)
    world.locked([world.lock()])
    writeFileSync(join(world.locks, 'Ldamaged.lock'), '{"format": 1, "kind": ')
    expect(isStop('UserPromptSubmit', await world.run('UserPromptSubmit'))).toBe(true)
  })

  it('a session lock leaves its neighbour in the same folder alone', async () => {
    world.locked([world.lock({ selector: { project: world.project, session: 's1' } })])
    expect(isStop('UserPromptSubmit', await world.run('UserPromptSubmit'))).toBe(true)
    expect(await world.run('UserPromptSubmit', { payload: world.payload('UserPromptSubmit', { session_id: 's2' }) })).toMatchObject(SILENT)
  })

  it('a lock on a repository holds its worktrees, and a branch lock only its branch', async () => {
    const worktree = join(world.home.path, 'elsewhere')
    mkdirSync(join(world.project, '.git', 'worktrees', 'w'), { recursive: true })
    mkdirSync(worktree)
    writeFileSync(join(world.project, '.git', 'HEAD'), 'ref: refs/heads/main\n')
    writeFileSync(join(world.project, '.git', 'worktrees', 'w', 'HEAD'), 'ref: refs/heads/feature\n')
    writeFileSync(join(world.project, '.git', 'worktrees', 'w', 'commondir'), '../..\n')
    writeFileSync(join(worktree, '.git'), `gitdir: ${join(world.project, '.git', 'worktrees', 'w')}\n`)
    const there = world.payload('UserPromptSubmit', { cwd: worktree })
    world.locked([world.lock()])
    expect(isStop('UserPromptSubmit', await world.run('UserPromptSubmit', { payload: there }))).toBe(true)
    world.locked([world.lock({ selector: { project: world.project }, per: 'branch', perValue: 'main' })])
    expect(await world.run('UserPromptSubmit', { payload: there })).toMatchObject(SILENT)
    expect(isStop('UserPromptSubmit', await world.run('UserPromptSubmit'))).toBe(true)
  })

  it('an account lock is known by where the transcript lies', async () => {
    world.locked([world.lock({ selector: { account: '~/.claude' } })])
    expect(isStop('UserPromptSubmit', await world.run('UserPromptSubmit'))).toBe(true)
    const work = world.payload('UserPromptSubmit', { transcript_path: join(world.home.path, '.claude-work/projects/x/s1.jsonl') })
    expect(await world.run('UserPromptSubmit', { payload: work })).toMatchObject(SILENT)
  })

  it('a payload nobody can read is decided by the folder', async () => {
    world.locked([world.lock()])
    for (const payload of ['', 'no json', '[]']) {
      expect(isStop('UserPromptSubmit', await world.run('UserPromptSubmit', { payload })), payload).toBe(true)
      expect(await world.run('UserPromptSubmit', { payload, cwd: world.sibling })).toMatchObject(SILENT)
    }
  })
})

describe('fail-closed', () => {
  it('stops every gate of its project while nobody vouches, and no other project', async () => {
    world.locked([], [world.closed()])
    for (const event of GATED) {
      expect(isStop(event, await world.run(event)), event).toBe(true)
      expect(await world.run(event, { cwd: world.sibling, payload: world.payload(event, { cwd: world.sibling }) })).toMatchObject(SILENT)
    }
  })
  it('goes by the projection while the sign of life is young: free without a lock, held with one', async () => {
    beat(world.locks, instant(Date.now() - 30 * SECOND_MS))
    world.locked([], [world.closed()])
    expect(await world.run('UserPromptSubmit')).toMatchObject(SILENT)
    world.locked([world.lock()], [world.closed()])
    expect(json(await world.run('UserPromptSubmit')).reason).toContain('is spent')
  })
  it.each([-90, 90])('does not trust a sign of life from %i s', async seconds => {
    beat(world.locks, instant(Date.now() + seconds * SECOND_MS))
    world.locked([], [world.closed()])
    expect(isStop('UserPromptSubmit', await world.run('UserPromptSubmit'))).toBe(true)
  })
  it('is satisfied by a daemon that answers', async () => {
    world.locked([], [world.closed()])
    await world.daemon(saysNothing)
    for (const event of GATED) expect(await world.run(event)).toMatchObject(SILENT)
  })
  it('a marker that is not fail-closed holds nothing', async () => {
    world.locked([], (['near', 'reservation', 'claim'] as const).map(why => world.closed({ why })))
    for (const event of GATED) expect(await world.run(event)).toMatchObject(SILENT)
  })
})

describe('its own failures', () => {
  it('never stop a project that is not locked, and say how to take the hooks out', async () => {
    world.locked([world.lock({ selector: { project: '/somewhere/else' } })])
    rmSync(world.places.program)
    for (const event of ['PreToolUse', 'PostToolBatch', 'SessionEnd']) expect(await world.run(event)).toMatchObject(SILENT)
    for (const event of ['UserPromptSubmit', 'SessionStart']) expect(json(await world.run(event))).toEqual({ systemMessage: expect.stringContaining('purser hooks uninstall') as string })
  })
  it('a program that crashes, or says nothing in time, is no decision', async () => {
    world.locked([world.lock({ selector: { project: '/somewhere/else' } })], [world.closed({ rule: 'other', selector: { project: '/somewhere/closed' } })])
    writeFileSync(world.places.program, 'process.stdout.write("{\\"decision\\":\\"block\\"}"); process.exit(1)')
    expect((await world.run('UserPromptSubmit')).stdout).not.toContain('decision')
  })
  it('a script that is gone allows: its settings entry outlives it', async () => {
    world.locked([world.lock()])
    expect(isStop('UserPromptSubmit', await world.runRegistered('UserPromptSubmit'))).toBe(true)
    rmSync(world.places.folder, { recursive: true })
    for (const event of [...GATED, 'SessionStart', 'SessionEnd']) expect(await world.runRegistered(event)).toMatchObject(SILENT)
  })
  it('an event it does not know is none of its business', async () => {
    world.locked([world.lock()])
    await world.daemon(answers(STOP))
    for (const event of ['Stop', 'PostToolUse', '', '../x']) expect(await world.run(event)).toMatchObject(SILENT)
    expect(world.asked).toEqual([])
  })
})

describe('a hostile environment', () => {
  it('changes neither where it asks nor what it says', async () => {
    world.locked([world.lock()])
    await world.daemon(answers(STOP))
    writeFileSync(join(world.home.path, '.curlrc'), `proxy = http://127.0.0.1:9\noutput = ${join(world.home.path, 'stolen')}\n`)
    const env = { http_proxy: 'http://127.0.0.1:9', ALL_PROXY: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9', CDPATH: '/', IFS: '/', PATH: join(world.home.path, 'bin'), CLAUDE_PID: '1; touch x', POSIXLY_CORRECT: '1' }
    mkdirSync(env.PATH)
    writeFileSync(join(env.PATH, 'curl'), '#!/bin/sh\necho stolen\n', { mode: 0o755 })
    expect(await world.run('PreToolUse', { env })).toMatchObject({ code: 0, stdout: `${JSON.stringify(STOP)}\n`, stderr: '' })
    expect(world.asked[0]?.pid).toBe('0')
    expect(existsSync(join(world.home.path, 'stolen'))).toBe(false)
  })
  it('does not keep the program from deciding', async () => {
    world.locked([world.lock()])
    const env = { NODE_OPTIONS: '--require /nowhere/at/all.js', NODE_EXTRA_CA_CERTS: '/nowhere/at/all.pem' }
    expect(isStop('UserPromptSubmit', await world.run('UserPromptSubmit', { env }))).toBe(true)
  })
  it('without curl, the program asks the daemon itself', async () => {
    world.locked([world.lock()])
    writeFileSync(world.places.script, readFileSync(world.places.script, 'utf8').replace('command -v curl', 'command -v no-such-program'))
    await world.daemon((response, { url }) => (url.endsWith('PreToolUse') ? answers(STOP) : saysNothing)(response))
    expect(await world.run('PreToolUse')).toMatchObject({ code: 0, stdout: `${JSON.stringify(STOP)}\n` })
    expect(await world.run('UserPromptSubmit')).toMatchObject(SILENT)
    expect(world.asked.map(({ url, pid }) => [url, pid])).toEqual([['/hook/claude-code/PreToolUse', '4711'], ['/hook/claude-code/UserPromptSubmit', '4711']])
  })
})

describe('privacy', () => {
  const CANARY = 'CANARY-8f3a'
  // Past 64 KiB a pipe is full, which is when some shells turn to temporary files.
  const secret = () => world.payload('PreToolUse', { prompt: CANARY.repeat(20_000), tool_name: 'Bash', tool_input: { command: `echo ${CANARY}` }, tool_response: CANARY })
  const everyFile = (folder: string): string[] => readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))

  it.each(SHELLS.map(shell => ({ shell })))('no text of a payload is written to any file, not even for a moment, in $shell', async ({ shell }) => {
    const temp = join(world.home.path, 'tmp')
    mkdirSync(temp)
    const created: (string | null)[] = []
    const watcher = watch(temp, (_event, name) => created.push(name))
    world.locked([world.lock()], [world.closed()])
    await world.daemon(response => { response.writeHead(500, { connection: 'close' }); response.end() })
    for (const event of ['SessionStart', ...GATED, 'SessionEnd']) await world.run(event, { shell, env: { TMPDIR: temp, TMP: temp }, payload: secret() })
    await world.daemonDown()
    for (const event of GATED) await world.run(event, { shell, env: { TMPDIR: temp, TMP: temp }, payload: secret() })
    // One event of our own: everything before it has been seen once it is.
    writeFileSync(join(temp, 'mark'), '')
    await expect.poll(() => created.includes('mark')).toBe(true)
    watcher.close()
    expect(created.filter(name => name !== 'mark')).toEqual([])
    const files = everyFile(world.home.path)
    expect(files.length).toBeGreaterThan(5)
    expect(files.filter(file => readFileSync(file, 'utf8').includes(CANARY))).toEqual([])
  })

  it.runIf(process.platform === 'linux')('no text of a payload is an argument or a variable of a process', async () => {
    world.locked([world.lock()])
    let root = 0
    const seen: string[] = []
    await world.daemon(response => {
      for (const pid of family(root)) for (const part of ['cmdline', 'environ']) seen.push(ofProcess(pid, part))
      saysNothing(response)
    })
    await world.run('PreToolUse', { payload: secret(), onStart: pid => { root = pid } })
    expect(seen.some(text => text.includes('x-purser-pid'))).toBe(true)
    expect(seen.filter(text => text.includes(CANARY))).toEqual([])
  })

  /** One file of a process; '' when it has ended between two looks, as a pipe's first half may. */
  function ofProcess(pid: number, part: string): string {
    try {
      return readFileSync(`/proc/${pid}/${part}`, 'utf8')
    } catch {
      return ''
    }
  }

  /** The shell we started and what it started, by the kernel's own lists. */
  function family(pid: number): number[] {
    const children = ofProcess(pid, `task/${pid}/children`).trim().split(' ').filter(text => text !== '').map(Number)
    return [pid, ...children.flatMap(family)]
  }
})
