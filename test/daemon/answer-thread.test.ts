// The thread that answers long questions: the same answers as the handlers, the same refusals, and an end that fails nobody twice.
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { OperationName } from '../../src/api/control-plane.ts'
import { openAnswerThread, type AnswerThread } from '../../src/daemon/answer-thread.ts'
import { reportFacts } from '../../src/daemon/handlers/reports.ts'
import { longAnswer, isLong, type LongQuestion } from '../../src/daemon/long-answers.ts'
import { builtAnswerWorker } from '../support/bundled.ts'
import { DOLLAR, NOON, OpenWorld } from '../support/open-world.ts'

let folder: string, file: string, own: OpenWorld, thread: AnswerThread
beforeAll(async () => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'purser-answers-')))
  file = await builtAnswerWorker(folder)
}, 30_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeEach(async () => {
  own = await OpenWorld.open({ role: 'daemon', config: 'zone = "Asia/Tokyo"\n' })
  thread = openAnswerThread({ file, environment: own.environment })
})
afterEach(async () => { await thread.close(); await own.close() })

const question = async (operation: OperationName, input: unknown): Promise<LongQuestion> => {
  if (!isLong(operation)) throw new Error(`${operation} is not a long one`)
  return { operation, input, facts: await reportFacts(own.world) }
}
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8')

describe('the answering thread', () => {
  it('answers word for word what the handler answers, in the zone and at the time of the daemon, and after more was spent', async () => {
    for (let round = 0; round < 2; round++) {
      await own.spend({ output: 2 * DOLLAR, session: `s${round}` }, { session: 's2', project: 'other', at: NOON - 9 * 3_600_000 })
      for (const kind of ['session', 'daily', 'blocks', 'total']) {
        const asked = await question('report', { kind })
        const answer = textOf(await thread.ask(asked))
        expect(answer).toBe(JSON.stringify(await longAnswer(own.world, asked)))
        expect(answer).toContain('Asia/Tokyo')
      }
      for (const operation of ['pricing.show', 'pricing.diagnose'] as const) {
        const asked = await question(operation, {})
        expect(textOf(await thread.ask(asked))).toBe(JSON.stringify(await own.handlers[operation]({})))
      }
    }
  })

  it('refuses as the handler refuses, and answers the next question', async () => {
    await own.spend({})
    const [wrong, right] = await Promise.allSettled([thread.ask(await question('report', { kind: 'total', zone: 'Europe/Bärlin' })), thread.ask(await question('report', { kind: 'total' }))])
    expect(wrong).toMatchObject({ status: 'rejected', reason: { code: 'invalid_input', message: expect.stringContaining('Europe/Berlin') as string } })
    expect(right.status).toBe('fulfilled')
  })

  it('ends by itself when nothing is asked for a while, and starts again for the next question', async () => {
    await own.spend({})
    const brief = openAnswerThread({ file, environment: own.environment, idleMs: 1 })
    for (let round = 0; round < 2; round++) {
      await brief.ask(await question('report', { kind: 'total' }))
      expect(brief.isRunning()).toBe(true)
      while (brief.isRunning()) await new Promise(resolve => { setImmediate(resolve) })
    }
    await brief.close()
  })

  it('fails what it was asked when it dies, once, and is replaced', async () => {
    const dying = path.join(folder, 'dist', 'dying.cjs'), died = path.join(folder, 'died')
    writeFileSync(dying, `const { existsSync, writeFileSync } = require('node:fs')
      if (existsSync(${JSON.stringify(died)})) require(${JSON.stringify(file)})
      else require('node:worker_threads').parentPort.on('message', () => { writeFileSync(${JSON.stringify(died)}, ''); process.exit(7) })`)
    const mortal = openAnswerThread({ file: dying, environment: own.environment })
    const asked = await question('report', { kind: 'total' })
    const first = await Promise.allSettled([mortal.ask(asked), mortal.ask(asked)])
    expect(first.map(each => each.status === 'rejected' && (each.reason as Error).message)).toEqual(Array(2).fill('the thread that answers reports ended: exit code 7'))
    expect(JSON.parse(textOf(await mortal.ask(asked)))).toMatchObject({ kind: 'total' })
    await mortal.close()
  })

  it('leaves nobody waiting when purser stops', async () => {
    const asked = Promise.allSettled([thread.ask(await question('report', { kind: 'total' }))])
    await thread.close()
    expect(await asked).toMatchObject([{ status: 'rejected', reason: { message: expect.stringContaining('purser is stopping') as string } }])
    expect(thread.isRunning()).toBe(false)
  })
})
