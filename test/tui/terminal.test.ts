import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { ENTER, LEAVE } from '../../src/tui/frame.ts'
import { openTerminal, type TerminalParts } from '../../src/tui/terminal.ts'

class Streams {
  readonly said: string[] = []
  readonly raw: boolean[] = []
  readonly host = new EventEmitter()
  readonly stdin = Object.assign(new EventEmitter(), { setRawMode: (on: boolean) => { this.raw.push(on) }, setEncoding: () => undefined, resume: () => undefined, pause: () => undefined })
  readonly stdout = Object.assign(new EventEmitter(), { columns: 100, rows: 30, write: (text: string) => { this.said.push(text); return true } })
  parts(): TerminalParts { return { stdin: this.stdin, stdout: this.stdout, writeNow: (text: string) => { this.said.push(text) }, process: this.host } as unknown as TerminalParts }
}

describe('the terminal', () => {
  it('is taken and given back, once', () => {
    const streams = new Streams()
    const terminal = openTerminal(streams.parts())
    expect([streams.said, streams.raw]).toEqual([[ENTER], [true]])
    terminal.close()
    terminal.close()
    expect([streams.said, streams.raw, streams.host.eventNames()]).toEqual([[ENTER, LEAVE], [true, false], []])
  })
  it.each(['exit', 'uncaughtExceptionMonitor'])('is given back on %s, before anything else is printed', event => {
    const streams = new Streams()
    openTerminal(streams.parts())
    streams.host.emit(event)
    expect([streams.said.at(-1), streams.raw.at(-1)]).toEqual([LEAVE, false])
  })
  it('is not written to once it was given back', () => {
    const streams = new Streams()
    const terminal = openTerminal(streams.parts())
    terminal.close()
    terminal.write('late')
    expect(streams.said.at(-1)).toBe(LEAVE)
  })
  it('tells keys, another size, and that nobody is there any more', () => {
    const streams = new Streams()
    const terminal = openTerminal(streams.parts())
    const heard: unknown[] = []
    terminal.onInput(text => heard.push(text))
    terminal.onResize(() => heard.push(terminal.size()))
    streams.stdin.emit('data', 'q')
    streams.stdout.columns = 0
    streams.stdout.emit('resize')
    streams.stdin.emit('end')
    expect(heard).toEqual(['q', { columns: 80, rows: 30 }, null])
  })
})
