// The daemon's side of the thread that answers long questions: started by the first, ended after a while without any. While it
// reads, this thread answers hooks. A thread that dies fails what it was asked, and the next question starts another.
import { Worker } from 'node:worker_threads'
import { AppError, messageOf, type ErrorCode } from '../core/errors.ts'
import type { Environment } from '../core/sessions/agent-adapter.ts'
import { MINUTE_MS } from '../core/time.ts'
import type { LongQuestion } from './long-answers.ts'

export interface AnswerThreadData { readonly environment: Environment }
export interface QuestionMessage { readonly id: number; readonly question: LongQuestion }
export type AnswerMessage = { readonly id: number } & (
  | { readonly bytes: Uint8Array }
  | { readonly error: { readonly code: ErrorCode; readonly message: string; readonly context: Record<string, unknown> } })

export interface AnswerThread {
  /** The answer as JSON. Rejects as the handler would. */
  ask(question: LongQuestion): Promise<Uint8Array>
  isRunning(): boolean
  close(): Promise<void>
}

// It holds 20 MiB, and takes 100 ms to start: whoever asks for one report mostly asks for another.
const IDLE_MS = 5 * MINUTE_MS

interface Waiting { readonly resolve: (bytes: Uint8Array) => void; readonly reject: (error: unknown) => void }

export function openAnswerThread({ file, environment, idleMs = IDLE_MS }: { readonly file: string; readonly environment: Environment; readonly idleMs?: number }): AnswerThread {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | null = null, asked = 0
  let idle: ReturnType<typeof setTimeout> | undefined

  const stop = async (): Promise<void> => {
    const running = worker
    worker = null
    clearTimeout(idle)
    await running?.terminate()
  }
  const fail = (from: Worker, why: unknown): void => {
    if (worker !== from) return
    worker = null
    for (const [id, { reject }] of waiting) {
      waiting.delete(id)
      reject(new AppError('internal', `the thread that answers reports ended: ${messageOf(why)}`, { cause: why }))
    }
  }
  const start = (): Worker => {
    const started = new Worker(file, { workerData: { environment } satisfies AnswerThreadData, execArgv: [] })
    started.on('message', (answer: AnswerMessage) => {
      const known = waiting.get(answer.id)
      waiting.delete(answer.id)
      if ('bytes' in answer) known?.resolve(answer.bytes)
      else known?.reject(new AppError(answer.error.code, answer.error.message, { context: answer.error.context }))
      if (waiting.size === 0) idle = setTimeout(() => { void stop() }, idleMs).unref()
    })
    started.on('error', error => fail(started, error))
    started.on('exit', code => fail(started, new Error(`exit code ${code}`)))
    return started
  }

  return {
    ask: question => new Promise((resolve, reject) => {
      clearTimeout(idle)
      worker ??= start()
      waiting.set(++asked, { resolve, reject })
      worker.postMessage({ id: asked, question } satisfies QuestionMessage, [])
    }),
    isRunning: () => worker !== null,
    close: async () => {
      const last = worker
      if (last) fail(last, new Error('purser is stopping'))
      clearTimeout(idle)
      await last?.terminate()
    },
  }
}
