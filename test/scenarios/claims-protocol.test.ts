// Claims as other programs ask for them: what docs/claims.md shows is typed into a shell against a daemon's own socket.
// And claims as sessions ask for them at the command line, in line behind others.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askingAgent, type AskingAgent } from '../support/asking-agent.ts'
import { builtPackage } from '../support/built-package.ts'
import { tempHome, type TempHome } from '../support/home.ts'
import { LonePurser } from '../support/lone-purser.ts'
import { spawnRegistered } from '../support/processes.ts'

const DOCS = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'claims.md'), 'utf8')
const hasCurl = (process.env['PATH'] ?? '').split(':').some(folder => existsSync(join(folder, 'curl')))

let home: TempHome
let cli: string
let purser: LonePurser
const agents: AskingAgent[] = []
beforeAll(async () => {
  home = tempHome('claim-protocol')
  ;({ cli } = await builtPackage(join(home.path, 'built')))
  purser = new LonePurser(cli)
  await purser.up()
})
afterAll(async () => { for (const agent of agents) await agent.end(); await purser.end(); home.remove() })

describe.runIf(hasCurl)('the protocol that is documented', () => {
  it('answers each line of docs/claims.md as is written below it', async () => {
    const [, script = ''] = /```sh\n(ask\(\)[\s\S]*?)```/.exec(DOCS) ?? []
    const written = script.split('\n').filter(line => line.startsWith('# ')).map(line => JSON.parse(line.slice(2)) as unknown)
    expect(written.length).toBeGreaterThan(10)
    const { child, exited } = spawnRegistered('/bin/sh', ['-c', script], { env: { ...purser.env, SOCKET: join(purser.state, 'purser.sock') }, stdio: ['ignore', 'pipe', 'inherit'] })
    let out = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => { out += text })
    const drained = new Promise(resolve => child.stdout?.once('end', resolve))
    await exited
    await drained
    const answered = out.split('\n').filter(line => line !== '').map(line => JSON.parse(line) as unknown)
    expect(answered).toHaveLength(written.length)
    for (const [at, answer] of answered.entries()) expect(answer).toMatchObject(written[at] as object)
  })
  it('names every operation that there is', async () => {
    const [, table = ''] = /(\| operation \|[\s\S]*?)\n\n/.exec(DOCS) ?? []
    const documented = [...table.matchAll(/^\| `(claim\.\w+)`/gm)].map(([, name]) => name)
    const { claimSamples } = await import('../support/claim-samples.ts')
    expect(documented.toSorted()).toEqual(Object.keys(claimSamples).toSorted())
  })
})

describe.runIf(process.platform === 'linux')('sessions in line', () => {
  const agent = async (): Promise<AskingAgent> => { const born = await askingAgent(purser.home.path, purser.env, purser.project); agents.push(born); return born }
  const purserArgs = (...args: readonly string[]): readonly string[] => [process.execPath, cli, 'claim', ...args]
  const waiting = async (name: string): Promise<number> => (await purser.plane().call('claim.show', { name, cwd: '/' })).waiting.length

  it('give up at their deadline with 75 and leave the queue', async () => {
    const [one, two] = [await agent(), await agent()]
    expect((await one.run(purserArgs('take', 'nightly', '--reason', 'the long one'))).exit).toBe(0)
    const gaveUp = await two.run(purserArgs('take', 'nightly', '--wait', '3s'))
    expect(gaveUp).toMatchObject({ exit: 75, out: '' })
    for (const part of ['waiting, next in line', `nightly is held by claude-code session process-${one.pid} (pid ${one.pid})`, 'with token 1 for: the long one', 'It ends when that session releases it or ends']) expect(gaveUp.err).toContain(part)
    expect(await waiting('nightly')).toBe(0)
    expect(await two.run(purserArgs('wait', 'nightly', '--for', '1s'))).toMatchObject({ exit: 75 })
  })
  it('that are killed leave the queue, and whoever waits behind them is served', async () => {
    const [one, two, three] = [await agent(), await agent(), await agent()]
    await one.run(purserArgs('take', 'release'))
    const dies = await two.start(purserArgs('take', 'release', '--wait', '10m'))
    await purser.until(async () => (await waiting('release')) === 1)
    const served = three.run(purserArgs('take', 'release', '--wait', '10m', '--json'))
    await purser.until(async () => (await waiting('release')) === 2)
    process.kill(dies, 'SIGKILL')
    await one.run(purserArgs('release', 'release'))
    expect(JSON.parse((await served).out)).toMatchObject({ ok: true, name: 'release', token: 2, holder: { pid: three.pid } })
  })
  it('wait until nobody else holds it, whether that was released or died', async () => {
    const [one, two] = [await agent(), await agent()]
    await one.run(purserArgs('take', 'path:auth'))
    const waited = two.run(purserArgs('wait', 'path:auth/login', '--for', '10m'))
    await one.end()
    expect(await waited).toMatchObject({ exit: 0, out: '' })
  })
  it('commit what others have not claimed, once the git hook is there, and nothing else', async () => {
    const [one, two] = [await agent(), await agent()]
    const repo = join(purser.home.path, 'src', 'shop'), git = (...args: readonly string[]) => ['git', '-C', repo, '-c', 'user.name=dev', '-c', 'user.email=dev@example.test', ...args]
    mkdirSync(join(repo, 'auth'), { recursive: true })
    execFileSync('git', ['init', '-q', '-b', 'main', repo], { env: purser.env })
    const inRepo = (...args: readonly string[]) => ['/bin/sh', '-c', 'cd "$0" && exec "$@"', repo, process.execPath, cli, ...args]
    expect(await two.run(inRepo('claim', 'git-hook', 'install'))).toMatchObject({ exit: 0 })
    expect(await one.run(inRepo('claim', 'take', 'path:auth', '--reason', 'rewrite the login'))).toMatchObject({ exit: 0 })
    writeFileSync(join(repo, 'auth', 'login.ts'), '1')
    await two.run(git('add', '.'))
    const refused = await two.run(git('commit', '-m', 'theirs'))
    expect(refused.exit).toBe(1)
    for (const part of [join(repo, 'auth'), `process-${one.pid}`, 'for: rewrite the login']) expect(refused.err).toContain(part)
    expect(await one.run(git('commit', '-q', '-m', 'mine'))).toMatchObject({ exit: 0 })
    writeFileSync(join(repo, 'free.ts'), '1')
    await two.run(git('add', '.'))
    expect(await two.run(git('commit', '-q', '-m', 'free'))).toMatchObject({ exit: 0 })
    // A branch that somebody claimed takes no commit of others, wherever its files lie.
    expect(await one.run(inRepo('claim', 'take', 'branch:main'))).toMatchObject({ exit: 0 })
    expect(await two.run(git('commit', '-q', '--allow-empty', '-m', 'again'))).toMatchObject({ exit: 1, err: expect.stringContaining(`branch:${repo}#main`) as string })
    expect(await two.run(inRepo('claim', 'git-hook', 'uninstall'))).toMatchObject({ exit: 0 })
    expect(await two.run(git('commit', '-q', '--allow-empty', '-m', 'again'))).toMatchObject({ exit: 0 })
  })
  it('say that a session is not theirs to speak for', async () => {
    const one = await agent()
    expect(await one.run(purserArgs('take', 'x', '--session', 'somebody-else'))).toMatchObject({ exit: 3, err: expect.stringContaining(`it can prove only process-${one.pid}`) as string })
  })
})
