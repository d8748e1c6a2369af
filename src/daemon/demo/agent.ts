// The agent of the demonstration: a program that does to the outside what Claude Code does, and nothing else. It writes
// session records with usage, registers itself, runs the hooks of its settings file with the client's payloads and obeys
// them. No model, no network, no tool is run. Shipped as one file that loads nothing but Node.
//
// Told what to do by JSON lines on stdin, one report per line on stdout. When stdin ends it ends: whoever started it
// cannot leave it behind, not even by being killed.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { appendFileSync, mkdirSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { assistantRecord, transcriptOf, userRecord, type Usage } from './records.ts'
import { obeyed, type HookResult } from './obey.ts'

export type Order =
  | { readonly do: 'prompt'; readonly text: string }
  /** One response of the model; `tool` is the command it asks for, null ends the turn. */
  | { readonly do: 'respond'; readonly usage: Usage; readonly tool: string | null }
  /** The tool of the last response: asks before it, reports after it. */
  | { readonly do: 'tool'; readonly command: string }

export type Report =
  | { readonly did: 'start'; readonly told: string }
  | ({ readonly did: 'prompt' } & Asked)
  | ({ readonly did: 'tool' } & Asked)
  | { readonly did: 'respond'; readonly at: string }
  | { readonly did: 'signal'; readonly signal: string }

/** `event` is the hook whose answer decided; `hookMs` what all hooks of this step took. */
export interface Asked extends HookResult { readonly event: string; readonly hookMs: number }

const HOOK_TIMEOUT_MS = 10_000
/** 128 + SIGTERM, as the client ends. */
const EXIT_TERMINATED = 143
const NONE: HookResult = { verdict: 'allowed', text: '' }

const home = process.env.HOME ?? ''
const cwd = process.cwd()
const sessionId = process.argv[process.argv.indexOf('--session-id') + 1] ?? ''
const model = process.argv[process.argv.indexOf('--model') + 1] ?? ''
const configHome = join(home, '.claude')
const transcript = transcriptOf(configHome, cwd, sessionId)
const registryFile = join(configHome, 'sessions', `${process.pid}.json`)
const startedAt = Date.now()
const facts = { cwd, sessionId, model, branch: branchOf() }
let promptId = randomUUID()
let ending = false

function branchOf(): string {
  const head = readFileSync(join(cwd, '.git', 'HEAD'), 'utf8').trim()
  return head.replace(/^ref: refs\/heads\//, '')
}

const report = (what: Report): void => { process.stdout.write(`${JSON.stringify(what)}\n`) }

/** Field 22 of our own stat, and our pid namespace, as the client writes them. '' where there is no /proc. */
function ofLinux(read: () => string): string {
  return process.platform === 'linux' ? read() : ''
}
const procStart = ofLinux(() => {
  const stat = readFileSync('/proc/self/stat', 'latin1')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
})
const pidDomain = ofLinux(() => `linux:${'0'.repeat(32)}:${readlinkSync('/proc/self/ns/pid')}`)

/** The live registry's entry, replaced whole: a reader never sees half of it. */
function register(status: 'busy' | 'idle'): void {
  const now = Date.now()
  const entry = {
    pid: process.pid, sessionId, cwd, startedAt, procStart, version: '0.0.0-demo', kind: 'interactive', entrypoint: 'cli',
    ...(pidDomain === '' ? {} : { pidDomain }), status, updatedAt: now, statusUpdatedAt: now,
  }
  mkdirSync(dirname(registryFile), { recursive: true, mode: 0o700 })
  writeFileSync(`${registryFile}.new`, JSON.stringify(entry), { mode: 0o600 })
  renameSync(`${registryFile}.new`, registryFile)
}

function write(record: Record<string, unknown>): void {
  mkdirSync(dirname(transcript), { recursive: true, mode: 0o700 })
  appendFileSync(transcript, `${JSON.stringify(record)}\n`, { mode: 0o600 })
}

interface Settings { readonly hooks?: Readonly<Record<string, readonly { readonly hooks?: readonly { readonly command?: string }[] }[]>> }

/** Every command registered for the event, in order; the first that objects decides. */
async function ask(event: string, more: Readonly<Record<string, unknown>>): Promise<HookResult & { readonly hookMs: number }> {
  const settings = JSON.parse(readFileSync(join(configHome, 'settings.json'), 'utf8')) as Settings
  const commands = (settings.hooks?.[event] ?? []).flatMap(group => group.hooks ?? []).flatMap(hook => hook.command ?? [])
  const payload = JSON.stringify({ session_id: sessionId, transcript_path: transcript, cwd, prompt_id: promptId, permission_mode: 'default', hook_event_name: event, ...more })
  const since = performance.now()
  const told: string[] = []
  for (const command of commands) {
    const result = obeyed(await runHook(command, payload))
    if (result.verdict !== 'allowed') return { ...result, hookMs: Math.round(performance.now() - since) }
    if (result.text !== '') told.push(result.text)
  }
  return { ...NONE, text: told.join('\n'), hookMs: Math.round(performance.now() - since) }
}

function runHook(command: string, payload: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise(resolve => {
    const env = { ...process.env, CLAUDE_PID: String(process.pid), CLAUDE_CODE_SESSION_ID: sessionId, CLAUDE_PROJECT_DIR: cwd, CLAUDECODE: '1' }
    const child = spawn('/bin/sh', ['-c', command], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'], timeout: HOOK_TIMEOUT_MS })
    const said = { stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => { said.stdout += text })
    child.stderr.setEncoding('utf8').on('data', (text: string) => { said.stderr += text })
    // The script allows without reading when nothing is locked: a closed pipe is no fault.
    child.stdin.on('error', () => undefined)
    child.on('error', () => resolve({ code: 127, ...said }))
    child.on('close', code => resolve({ code, ...said }))
    child.stdin.end(payload)
  })
}

const toolCall = (command: string): Record<string, unknown> => ({ tool_name: 'Bash', tool_input: { command, description: 'a step of the demo' }, tool_use_id: `toolu_${randomUUID().replaceAll('-', '').slice(0, 24)}` })

/** Before and after a tool that is never run. What is denied has no after, unless the client goes on. */
async function useTool(command: string): Promise<Report> {
  const before = await ask('PreToolUse', toolCall(command))
  if (before.verdict !== 'allowed') return { did: 'tool', event: 'PreToolUse', ...before }
  const after = await ask('PostToolBatch', { tool_calls: [{ ...toolCall(command), tool_response: '' }] })
  const event = after.verdict === 'allowed' && after.text === '' ? 'PreToolUse' : 'PostToolBatch'
  return { did: 'tool', event, verdict: after.verdict, text: after.text, hookMs: before.hookMs + after.hookMs }
}

async function follow(order: Order): Promise<Report> {
  switch (order.do) {
    case 'prompt': {
      register('busy')
      promptId = randomUUID()
      const answer = await ask('UserPromptSubmit', { prompt: order.text })
      // A blocked prompt makes no request; the client waits for the next one.
      if (answer.verdict === 'allowed') write(userRecord(facts, order.text, new Date()))
      else register('idle')
      return { did: 'prompt', event: 'UserPromptSubmit', ...answer }
    }
    case 'respond': {
      const at = new Date()
      write(assistantRecord(facts, { usage: order.usage, tool: order.tool, at, requestId: `req_${randomUUID().replaceAll('-', '').slice(0, 24)}` }))
      return { did: 'respond', at: at.toISOString() }
    }
    case 'tool': return await useTool(order.command)
  }
}

/** As the client ends on SIGTERM and on the end of its input: its end hook first, then its registry entry. */
async function end(code: number): Promise<void> {
  if (ending) return
  ending = true
  await ask('SessionEnd', { reason: 'other' }).catch(() => undefined)
  rmSync(registryFile, { force: true })
  process.exit(code)
}

async function main(): Promise<void> {
  // An interactive client takes an interrupt as "stop this turn" and lives on; what ends it is SIGTERM.
  process.on('SIGINT', () => {
    register('idle')
    report({ did: 'signal', signal: 'SIGINT' })
  })
  process.on('SIGTERM', () => {
    report({ did: 'signal', signal: 'SIGTERM' })
    void end(EXIT_TERMINATED)
  })
  register('busy')
  const start = await ask('SessionStart', { source: 'startup' })
  report({ did: 'start', told: start.text })
  for await (const line of createInterface({ input: process.stdin })) report(await follow(JSON.parse(line) as Order))
  await end(0)
}

void main()
