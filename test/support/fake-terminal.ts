// A terminal of a test: what was written last, keys that a test types, a size that a test changes.
import type { Size } from '../../src/tui/frame.ts'
import type { Terminal } from '../../src/tui/terminal.ts'

export class FakeTerminal implements Terminal {
  readonly written: string[] = []
  closed = 0
  #size: Size
  #input: (text: string | null) => void = () => undefined
  #resized: () => void = () => undefined

  constructor(size: Size = { columns: 80, rows: 24 }) { this.#size = size }

  size(): Size { return this.#size }
  write(text: string): void { if (text !== '') this.written.push(text) }
  onInput(listener: (text: string | null) => void): void { this.#input = listener }
  onResize(listener: () => void): void { this.#resized = listener }
  close(): void { this.closed++ }

  type(text: string): void { this.#input(text) }
  hangUp(): void { this.#input(null) }
  resize(size: Size): void { this.#size = size; this.#resized() }
  /** All frames so far, without the escape sequences. */
  text(): string { return this.written.join('\n').split('\u001b[').map(part => part.replace(/^[0-9;?]*[A-Za-z]/, '|')).join('') }
}
