// What a scanning thread does: takes the next file off the shared list until none is left and sends batches back.
// It waits while its batches are not consumed, so memory stays bounded however slow the ledger is.
import { parentPort, workerData } from 'node:worker_threads'
import { encodeBatch, type EncodedBatch } from '../../core/tailing/batch-codec.ts'
import type { ScanJob } from '../../core/tailing/scan.ts'
import { lineKernel } from './line-kernel.ts'
import { BATCH_BOUNDS, scanFiles, type Adapters } from './scan-files.ts'
import { BARE_TOOLS, type ScanTools } from './scan-tools.ts'

/** `state`: next job to take, then one count of unconsumed batches per thread. */
export interface WorkerData { readonly jobs: readonly ScanJob[]; readonly state: Int32Array<SharedArrayBuffer>; readonly thread: number }
export type WorkerMessage =
  | { readonly kind: 'batch'; readonly thread: number; readonly batch: EncodedBatch }
  | { readonly kind: 'done' }

export const NEXT_JOB = 0
export const IN_FLIGHT = 1
export const inFlightOf = (thread: number): number => IN_FLIGHT + thread
export const sharedState = (threads: number): Int32Array<SharedArrayBuffer> => new Int32Array(new SharedArrayBuffer((IN_FLIGHT + threads) * Int32Array.BYTES_PER_ELEMENT))

// Enough that the consumer never waits for a batch being made; each is about a quarter of a megabyte.
export const BATCHES_IN_FLIGHT_MAX = 4

/** Runs in the worker: the entry calls it with the adapters. Returns when no job is left. */
export function serveScan(adapters: Adapters, tools: ScanTools = BARE_TOOLS): void {
  const { jobs, state, thread } = workerData as WorkerData
  if (!parentPort) throw new Error('serveScan runs in a worker thread')
  for (const batch of scanFiles(taken(jobs, state), adapters, BATCH_BOUNDS, tools, lineKernel())) {
    const encoded = encodeBatch(batch)
    Atomics.add(state, inFlightOf(thread), 1)
    parentPort.postMessage({ kind: 'batch', thread, batch: encoded } satisfies WorkerMessage, [encoded.usage.numbers.buffer])
    for (let waiting = Atomics.load(state, inFlightOf(thread)); waiting >= BATCHES_IN_FLIGHT_MAX; waiting = Atomics.load(state, inFlightOf(thread))) {
      Atomics.wait(state, inFlightOf(thread), waiting)
    }
  }
  parentPort.postMessage({ kind: 'done' } satisfies WorkerMessage, [])
}

function* taken(jobs: readonly ScanJob[], state: Int32Array<SharedArrayBuffer>): Generator<ScanJob> {
  for (let next = Atomics.add(state, NEXT_JOB, 1); next < jobs.length; next = Atomics.add(state, NEXT_JOB, 1)) yield jobs[next] as ScanJob
}
