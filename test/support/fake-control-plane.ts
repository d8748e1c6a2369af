// A control plane that answers from a table and remembers what it was asked. What the table leaves out is answered by the
// complete samples.
import type { ControlPlane, OperationName, Operations } from '../../src/api/control-plane.ts'
import { samples } from './sample-answers.ts'

type Answer<N extends OperationName> = Operations[N]['out'] | ((input: Operations[N]['in']) => Operations[N]['out'] | Promise<Operations[N]['out']>)
export type Answers = { readonly [N in OperationName]?: Answer<N> | Error }

export class FakeControlPlane implements ControlPlane {
  readonly asked: { readonly name: OperationName; readonly input: unknown }[] = []
  closed = 0
  // Checked per operation where the table is written; looked up by name here.
  readonly #answers: Readonly<Record<string, unknown>>

  constructor(answers: Answers = {}) {
    this.#answers = answers
  }

  async call<N extends OperationName>(name: N, input: Operations[N]['in']): Promise<Operations[N]['out']> {
    this.asked.push({ name, input })
    const answer = this.#answers[name] ?? samples[name]
    if (answer instanceof Error) throw answer
    return (typeof answer === 'function' ? await answer(input) : answer) as Operations[N]['out']
  }

  async close(): Promise<void> {
    this.closed++
  }

  /** Names of the operations asked for, in order. */
  get names(): readonly OperationName[] {
    return this.asked.map(({ name }) => name)
  }

  /** The last input of an operation. */
  lastInput(name: OperationName): unknown {
    return this.asked.findLast(call => call.name === name)?.input
  }
}
