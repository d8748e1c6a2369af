import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeBatch } from '../../../src/core/tailing/batch-codec.ts'
import { BATCHES_IN_FLIGHT_MAX, BULK_BOUNDS, inFlightOf, NEXT_JOB, roomOf, sharedRooms, sharedState, type WorkerData, type WorkerMessage } from '../../../src/os/logs/serve-scan.ts'
import { aMessage, aRecord, aUsage } from '../../support/claude-lines.ts'
import { Reading } from '../../support/reading.ts'
import { builtScanWorker } from '../../support/bundled.ts'

let home: string, workerFile: string
beforeAll(async () => {
  home = realpathSync(mkdtempSync(path.join(tmpdir(), 'purser-serve-')))
  workerFile = await builtScanWorker(home)
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

describe('a scanning thread', () => {
  it('waits while its batches are not taken, and goes on when they are', async () => {
    // Three times as many batches' worth of responses as there are rooms, in more files than batches.
    const reading = new Reading(path.join(home, 'projects')), files = 6 * BATCHES_IN_FLIGHT_MAX
    const jobs = Array.from({ length: files }, (_, n) => reading.job(fileOf(n, BULK_BOUNDS.events / 2)))
    const state = sharedState(1), rooms = sharedRooms(1)
    const worker = new Worker(workerFile, { workerData: { state, rooms, thread: 0 } satisfies WorkerData })
    worker.postMessage(jobs, [])
    const responses = new Map<string, number>()
    const inbox: ScanMessage[] = []
    const seen = { done: false, batches: 0 }
    const over = new Promise<void>((resolve, reject) => {
      worker.on('error', reject)
      worker.on('message', (message: WorkerMessage) => {
        if (message.kind === 'batch') { seen.batches++; inbox.push(message) } else { seen.done = true; resolve() }
      })
    })
    // Nobody takes anything: it comes as far as it may, and then is seen to wait. To be woken for nothing changes nothing.
    while (!seen.done && Atomics.notify(state, inFlightOf(0), 1) === 0) await turn()
    while (seen.batches < BATCHES_IN_FLIGHT_MAX) await turn()
    expect([seen.done, Atomics.load(state, inFlightOf(0)), seen.batches]).toEqual([false, BATCHES_IN_FLIGHT_MAX, BATCHES_IN_FLIGHT_MAX])
    let most = 0
    while (!seen.done || inbox.length > 0) {
      const message = inbox.shift()
      if (message === undefined) { await turn(); continue }
      most = Math.max(most, Atomics.load(state, inFlightOf(0)))
      for (const { fact } of decodeBatch(message.batch, roomOf(rooms, 0, message.room)).usage) responses.set(fact.key, fact.tokens.output)
      Atomics.sub(state, inFlightOf(0), 1)
      Atomics.notify(state, inFlightOf(0))
    }
    await over
    await worker.terminate()
    expect(seen.batches).toBeGreaterThan(BATCHES_IN_FLIGHT_MAX)
    expect(most).toBeLessThanOrEqual(BATCHES_IN_FLIGHT_MAX)
    expect(Atomics.load(state, NEXT_JOB)).toBeGreaterThan(jobs.length)
    expect(responses.size).toBe(files * BULK_BOUNDS.events / 2)
    // Each with its own numbers: no room was used again while its batch was still wanted.
    expect([...responses].filter(([key, output]) => key !== `claude-code:msg_${Math.floor(output / 1_000)}x${output % 1_000}`)).toEqual([])
  })
})

type ScanMessage = Extract<WorkerMessage, { kind: 'batch' }>
const turn = (): Promise<void> => new Promise(resolve => { setImmediate(resolve) })

/** A log of so many distinct responses. */
function fileOf(n: number, responses: number): string {
  const folder = path.join(home, 'projects', '-w'), file = path.join(folder, `s${n}.jsonl`)
  mkdirSync(folder, { recursive: true })
  const line = JSON.stringify(aRecord({ message: aMessage({ id: 'msg_ID', usage: aUsage({ output_tokens: 987_654 }) }) }))
  writeFileSync(file, Array.from({ length: responses }, (_, k) => `${line.replace('msg_ID', `msg_${n}x${k}`).replace('987654', `${1_000 * n + k}`)}\n`).join(''))
  return file
}
