// A process that purser takes for a session of Claude Code, and that runs commands below itself when it is told to: for
// whatever has to be asked in a session's name.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { spawnRegistered } from './processes.ts'

export interface Said { readonly exit: number | null; readonly out: string; readonly err: string }
export interface AskingAgent {
  readonly pid: number
  /** Runs it to its end, below the agent. */
  run(argv: readonly string[]): Promise<Said>
  /** Starts it and answers its pid; `run` tells nothing of it. */
  start(argv: readonly string[]): Promise<number>
  end(): Promise<void>
}

// Its name is all that makes it an agent: `node <somewhere>/bin/claude`.
const PROGRAM = `
const { spawn } = require('node:child_process')
const say = told => process.stdout.write(JSON.stringify(told) + '\\n')
require('node:readline').createInterface({ input: process.stdin }).on('line', line => {
  const { id, argv: [command, ...args], stays } = JSON.parse(line)
  const child = spawn(command, args, { stdio: stays ? 'ignore' : ['ignore', 'pipe', 'pipe'] })
  if (stays) return say({ id, pid: child.pid })
  const said = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', text => { said.out += text })
  child.stderr.setEncoding('utf8').on('data', text => { said.err += text })
  child.on('close', exit => say({ id, exit, ...said }))
}).on('close', () => process.exit(0))
say({ id: 0 })
`

export async function askingAgent(home: string, env: Readonly<Record<string, string>>, cwd: string): Promise<AskingAgent> {
  const bin = join(home, 'agent', 'bin'), program = join(bin, 'claude')
  mkdirSync(bin, { recursive: true })
  writeFileSync(program, PROGRAM)
  chmodSync(program, 0o755)
  const { child, pid, exited } = spawnRegistered(process.execPath, [program], { env, cwd, stdio: ['pipe', 'pipe', 'inherit'] })
  const waiting = new Map<number, (told: Said & { readonly pid: number }) => void>()
  let asked = 0
  const answer = (id: number): Promise<Said & { readonly pid: number }> => new Promise(resolve => { waiting.set(id, resolve) })
  const ready = answer(0)
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', line => {
    const told = JSON.parse(line) as Said & { readonly id: number; readonly pid: number }
    waiting.get(told.id)?.(told)
  })
  await ready
  const tell = (argv: readonly string[], stays: boolean): Promise<Said & { readonly pid: number }> => {
    const id = ++asked
    const told = answer(id)
    child.stdin?.write(`${JSON.stringify({ id, argv, stays })}\n`)
    return told
  }
  return {
    pid, run: argv => tell(argv, false), start: async argv => (await tell(argv, true)).pid,
    end: async () => { child.stdin?.end(); await exited },
  }
}
