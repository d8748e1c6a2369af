// Real processes race for one claim on one database: fresh, after the holder was killed, and after it was released. Never
// two winners, never none.
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FOLDER, openTestSqlite } from '../support/databases.ts'
import { tempHome, type TempHome } from '../support/home.ts'
import { spawnRegistered } from '../support/processes.ts'

const root = join(import.meta.dirname, '..', '..')
let home: TempHome
let program: string
beforeAll(async () => {
  home = tempHome('claim-race')
  program = join(home.path, 'claim-child.cjs')
  const build = await rolldown({ input: join(root, 'test/support/claim-child.ts'), cwd: root, external: /^(node:|@photostructure\/|pg$)/, platform: 'node', tsconfig: join(root, 'tsconfig.json') })
  await build.write({ file: program, format: 'cjs', codeSplitting: false })
  await build.close()
})
afterAll(() => home.remove())

interface Racer { readonly pid: number; ask(line: string): Promise<string>; kill(): Promise<void>; end(): Promise<void> }

async function racer(database: string): Promise<Racer> {
  const { child, pid, exited } = spawnRegistered(process.execPath, [program], { env: { ...home.env, DATABASE: database, MIGRATIONS: FOLDER, NODE_PATH: join(root, 'node_modules'), NODE_NO_WARNINGS: '1' }, stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]()
  const next = async (): Promise<string> => String((await lines.next()).value)
  expect(await next()).toBe('ready')
  return {
    pid,
    ask: line => { child.stdin?.write(`${line}\n`); return next() },
    kill: async () => { child.kill('SIGKILL'); await exited },
    end: async () => { child.stdin?.end(); await exited },
  }
}

describe.runIf(process.platform === 'linux').each([[2, 20], [8, 22]])('%i processes that ask at once', (count, rounds) => {
  it(`give one winner in each of ${rounds} rounds, and the token only grows`, async () => {
    const database = join(home.path, `race-${count}.db`)
    const open = await openTestSqlite(database)
    let racers = await Promise.all(Array.from({ length: count }, () => racer(database)))
    let last = 0
    for (let round = 0; round < rounds; round++) {
      const tokens = await Promise.all(racers.map(each => each.ask('take x')))
      const winners = racers.filter((_, at) => tokens[at] !== '-')
      expect(winners).toHaveLength(1)
      const token = Number(tokens.find(each => each !== '-'))
      expect(token).toBe(last + 1)
      last = token
      const [winner] = winners as [Racer]
      if (round % 10 === 9) {
        await winner.kill()
        racers = [...racers.filter(each => each !== winner), await racer(database)]
      } else await winner.ask('release x')
    }
    await Promise.all(racers.map(each => each.end()))
    await open.close()
  }, 60_000)
})
