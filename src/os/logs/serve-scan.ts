// What a scanning thread does: takes the next file off the shared list until none is left and sends batches back. The numbers
// of a batch lie in a room that both threads see and that is used again once the batch is done with; while all rooms are
// taken the thread waits, so that memory stays where it is however slow the ledger is and however much there is to read.
import { parentPort, workerData } from 'node:worker_threads'
import { encodeBatch, type EncodedBatch } from '../../core/tailing/batch-codec.ts'
import { lineKernel } from './line-kernel.ts'
import { BATCH_BYTES_MAX, type ScanBatch, type ScanJob } from '../../core/tailing/scan.ts'
import { COLUMNS } from '../../core/tailing/usage-columns.ts'
import { scanFiles, type Adapters, type BatchBounds } from './scan-files.ts'
import { BARE_TOOLS, type ScanTools } from './scan-tools.ts'

/** `state`: next job to take, then one count of unreleased batches per thread. The jobs come as the first message. */
export interface WorkerData { readonly state: Int32Array<SharedArrayBuffer>; readonly rooms: SharedArrayBuffer; readonly thread: number }
/** `room`: which of the thread's rooms its numbers lie in. */
export type WorkerMessage =
  | { readonly kind: 'batch'; readonly thread: number; readonly batch: EncodedBatch; readonly room: number }
  | { readonly kind: 'done' }

export const NEXT_JOB = 0
const IN_FLIGHT = 1
export const inFlightOf = (thread: number): number => IN_FLIGHT + thread
export const sharedState = (threads: number): Int32Array<SharedArrayBuffer> => new Int32Array(new SharedArrayBuffer((IN_FLIGHT + threads) * Int32Array.BYTES_PER_ELEMENT))

// A quarter of what is read into at once while logs are followed: what a commit leaves behind then dies young, where four
// times as much survived two collections and stayed until the third.
export const BULK_BOUNDS: BatchBounds = { events: 500, bytes: BATCH_BYTES_MAX }
// A commit holds half of them while the other half is made.
export const BATCHES_IN_FLIGHT_MAX = 32
// The last line of a batch may bring several responses; a batch that does not fit brings its own room.
const ROOM_VALUES = (BULK_BOUNDS.events + 12) * COLUMNS
const ROOM_BYTES = ROOM_VALUES * Float64Array.BYTES_PER_ELEMENT

export const sharedRooms = (threads: number): SharedArrayBuffer => new SharedArrayBuffer(threads * BATCHES_IN_FLIGHT_MAX * ROOM_BYTES)
export const roomOf = (rooms: SharedArrayBuffer, thread: number, room: number): Float64Array => new Float64Array(rooms, (thread * BATCHES_IN_FLIGHT_MAX + room) * ROOM_BYTES, ROOM_VALUES)

/** Runs in the worker: the entry calls it with the adapters. Reads once it was told what, until no job is left. */
export function serveScan(adapters: Adapters, tools: ScanTools = BARE_TOOLS): void {
  if (!parentPort) throw new Error('serveScan runs in a worker thread')
  const port = parentPort, data = workerData as WorkerData, kernel = lineKernel()
  port.once('message', (jobs: readonly ScanJob[]) => {
    for (const message of batchesOf(scanFiles(taken(jobs, data.state), adapters, BULK_BOUNDS, tools, kernel), data)) port.postMessage(message, [])
    port.postMessage({ kind: 'done' } satisfies WorkerMessage, [])
  })
}

/** Released in the order in which they were sent, so that the rooms are free one after the other. */
function* batchesOf(batches: Iterable<ScanBatch>, { state, rooms, thread }: WorkerData): Generator<WorkerMessage> {
  let room = 0
  for (const batch of batches) {
    const encoded = encodeBatch(batch, roomOf(rooms, thread, room))
    Atomics.add(state, inFlightOf(thread), 1)
    yield { kind: 'batch', thread, batch: encoded, room }
    room = (room + 1) % BATCHES_IN_FLIGHT_MAX
    for (let waiting = Atomics.load(state, inFlightOf(thread)); waiting >= BATCHES_IN_FLIGHT_MAX; waiting = Atomics.load(state, inFlightOf(thread))) {
      Atomics.wait(state, inFlightOf(thread), waiting)
    }
  }
}

function* taken(jobs: readonly ScanJob[], state: Int32Array<SharedArrayBuffer>): Generator<ScanJob> {
  for (let next = Atomics.add(state, NEXT_JOB, 1); next < jobs.length; next = Atomics.add(state, NEXT_JOB, 1)) yield jobs[next] as ScanJob
}
