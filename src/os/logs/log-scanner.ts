// The scanner behind its port: in this thread for the little that live following brings, on worker threads for a first
// index. Batches come one at a time; whoever stops asking or releasing stops the reading.
import { Worker } from 'node:worker_threads'
import { AppError, messageOf } from '../../core/errors.ts'
import { decodeBatch } from '../../core/tailing/batch-codec.ts'
import { bytesLeft, type LogScanner, type ScanBatch, type ScanJob } from '../../core/tailing/scan.ts'
import { compileForOnePass, keepHeapSmall, keepHeapSmallest } from '../compiler.ts'
import { BATCH_BOUNDS, scanFiles, sourceOf, type Adapters } from './scan-files.ts'
import type { ScanTools } from './scan-tools.ts'
import { inFlightOf, roomOf, sharedRooms, sharedState, type WorkerData, type WorkerMessage } from './serve-scan.ts'

/**
 * A worker costs 60 ms and 30 MiB to start; one thread reads this much in about that time.
 */
export const WORKERS_FROM_BYTES = 32 * 1024 * 1024

export interface ScannerOptions {
  readonly adapters: Adapters
  /** The built worker entry (it calls `serveScan`), or null: then everything is read in this thread. */
  readonly workerFile: string | null
  readonly threads: number
  readonly tools?: ScanTools
}

export function createLogScanner(options: ScannerOptions): LogScanner {
  const running = new Set<Worker>()
  let ready: Threads | null = null
  const taken = (): Threads => {
    const threads = ready ?? startThreads(options, running)
    ready = null
    return threads
  }
  const stop = async (): Promise<void> => {
    ready = null
    await Promise.all([...running].map(worker => worker.terminate()))
    running.clear()
  }
  return {
    prepare: () => { if (options.workerFile !== null && options.threads > 0) ready ??= startThreads(options, running) },
    scan: async function* (jobs) {
      if (wantsWorkers(jobs, options)) return yield* scanOnBoth(jobs, options, taken())
      if (ready) await stop()
      yield* scanHere(jobs, options)
    },
    close: stop,
  }
}

const wantsWorkers = (jobs: readonly ScanJob[], { workerFile, threads }: ScannerOptions): boolean =>
  workerFile !== null && threads > 0 && jobs.reduce((sum, job) => sum + bytesLeft(job), 0) >= WORKERS_FROM_BYTES

async function* scanHere(jobs: readonly ScanJob[], { adapters, tools }: ScannerOptions): AsyncGenerator<ScanBatch> {
  yield* scanFiles(jobs, adapters, BATCH_BOUNDS, tools)
}

/** Databases are asked here: their driver lives in this thread, and page by page they hold it up for milliseconds only. */
async function* scanOnBoth(jobs: readonly ScanJob[], options: ScannerOptions, threads: Threads): AsyncGenerator<ScanBatch> {
  const isDatabase = (job: ScanJob): boolean => sourceOf(job, options.adapters).form === 'database'
  yield* scanOnThreads(jobs.filter(job => !isDatabase(job)), threads)
  yield* scanHere(jobs.filter(isDatabase), options)
}

/** Messages of all workers in order of arrival; each can have no more of them here than it has rooms. */
class Inbox {
  readonly #arrived: (WorkerMessage | Error)[] = []
  #wake: () => void = () => {}

  get isEmpty(): boolean { return this.#arrived.length === 0 }

  put(message: WorkerMessage | Error): void {
    this.#arrived.push(message)
    this.#wake()
  }

  async take(): Promise<WorkerMessage | Error> {
    for (;;) {
      const next = this.#arrived.shift()
      if (next !== undefined) return next
      await new Promise<void>(resolve => { this.#wake = resolve })
      // What was sent while this thread was busy is all here within one turn, and `isEmpty` then says so.
      await new Promise(resolve => setImmediate(resolve))
    }
  }
}

/** Threads that wait for their jobs. */
interface Threads { readonly workers: readonly Worker[]; readonly running: Set<Worker>; readonly inbox: Inbox; readonly state: Int32Array<SharedArrayBuffer>; readonly rooms: SharedArrayBuffer }

function startThreads({ workerFile, threads }: ScannerOptions, running: Set<Worker>): Threads {
  compileForOnePass()
  const state = sharedState(threads), rooms = sharedRooms(threads), inbox = new Inbox()
  const workers = Array.from({ length: threads }, (_, thread) => startWorker(workerFile as string, { state, rooms, thread }, inbox))
  for (const worker of workers) running.add(worker)
  return { workers, running, inbox, state, rooms }
}

/** Largest files first, each taken by whichever worker is free: no thread is left with the big one at the end. */
async function* scanOnThreads(jobs: readonly ScanJob[], { workers, running, inbox, state, rooms }: Threads): AsyncGenerator<ScanBatch> {
  const ordered = jobs.toSorted((a, b) => bytesLeft(b) - bytesLeft(a))
  try {
    for (const worker of workers) worker.postMessage(ordered, [])
    for (let busy = workers.length; busy > 0;) {
      const message = await inbox.take()
      if (message instanceof Error) throw new AppError('internal', `a scanning thread ended: ${messageOf(message)}`, { cause: message })
      if (message.kind === 'done') busy--
      else yield { ...decodeBatch(message.batch, roomOf(rooms, message.thread, message.room)), isLastReady: inbox.isEmpty, release: () => leaveRoom(state, message.thread) }
    }
  } finally {
    await Promise.all(workers.map(worker => worker.terminate()))
    for (const worker of workers) running.delete(worker)
  }
}

function leaveRoom(state: Int32Array<SharedArrayBuffer>, thread: number): void {
  Atomics.sub(state, inFlightOf(thread), 1)
  Atomics.notify(state, inFlightOf(thread))
}

function startWorker(file: string, data: WorkerData, inbox: Inbox): Worker {
  const worker = new Worker(file, { workerData: data, execArgv: [], resourceLimits: WORKER_LIMITS })
  let done = false, messages = 0
  worker.on('message', (message: WorkerMessage) => {
    if (++messages === LONG_FROM_BATCHES) keepHeapSmallest()
    done ||= message.kind === 'done'
    inbox.put(message)
  })
  worker.on('online', keepHeapSmall)
  worker.on('error', error => inbox.put(error instanceof Error ? error : new Error(String(error))))
  worker.on('exit', code => { if (!done) inbox.put(new Error(`exit code ${code} before it was done`)) })
  return worker
}

// 16,000 responses, a quarter of a gigabyte of logs: until here the heap has room, from here on it would only grow.
const LONG_FROM_BATCHES = 32

// A batch needs a tenth of it; windows and long lines lie outside the heap. What is parsed dies young, so that a small
// nursery costs no time, and keeps the peak of a long scan where that of a short one is (V8's own would grow by 25 MiB).
const WORKER_LIMITS = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 6 }
