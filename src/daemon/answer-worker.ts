// Entry of the thread that answers long questions; built as a file of its own beside the command line's. Reads through its
// own connection, writes nothing, and sends answers as the bytes that go to the client.
import { parentPort, workerData } from 'node:worker_threads'
import { codeOf, messageOf } from '../core/errors.ts'
import type { AnswerMessage, AnswerThreadData, QuestionMessage } from './answer-thread.ts'
import { longAnswer, type Records } from './long-answers.ts'
import { Scope } from './scope.ts'
import { openStores } from './wire.ts'

if (!parentPort) throw new Error('the answering thread was started as a program')
const port = parentPort, scope = new Scope()
let records: Promise<Records> | undefined

async function answerTo({ id, question }: QuestionMessage): Promise<AnswerMessage> {
  try {
    records ??= openStores(workerData as AnswerThreadData, scope)
    return { id, bytes: new TextEncoder().encode(JSON.stringify(await longAnswer(await records, question))) }
  } catch (error) {
    return { id, error: { code: codeOf(error), message: messageOf(error), context: (error as { context?: Record<string, unknown> }).context ?? {} } }
  }
}

port.on('message', (message: QuestionMessage) => {
  void answerTo(message).then(answer => port.postMessage(answer, 'bytes' in answer ? [answer.bytes.buffer as ArrayBuffer] : []))
})
