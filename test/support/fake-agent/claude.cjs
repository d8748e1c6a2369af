#!/usr/bin/env node
// An agent that behaves like Claude Code as far as purser can see (`claude`, `claude daemon`, `claude stop JOB`): it registers itself below its config home, appends
// real-shape lines to its log, starts tools in shells, and answers signals as FAKE_AGENT (JSON) says. Installed as
// `<somewhere>/bin/claude`. It ends by itself after two minutes, so that nothing outlives a broken test for long.
//   session, kind ("bg"), job, register (false), onInterrupt / onTerminate ("exit" | "idle" | "ignore" | "hang": withdraws
//   its registry entry and stays),
//   mcp: argv of a server that it starts on its own stdin and stdout, as a client would; it then says nothing itself
//   `--resume ID` and `--session-id ID` go before `session`; logged (true): it had a turn; reads (true): each line typed is a prompt, which makes it log;
//   stopped (true): its log begins with a prompt that its quota stopped; broken (name of a config home): it does not come up there
//   tools: ["sleep" | "stubborn" | "detached" | "agent"], logEveryMs, status
'use strict'
const { spawn } = require('node:child_process')
const { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')

const LIFE_MS = 120_000
const wish = JSON.parse(process.env.FAKE_AGENT ?? '{}')
const config = process.env.CLAUDE_CONFIG_DIR ?? join(process.env.HOME, '.claude')
const named = ['--resume', '--session-id'].map(name => process.argv[process.argv.indexOf(name) + 1 || Infinity]).find(id => id !== undefined)
const session = named ?? wish.session ?? '00000000-0000-4000-8000-000000000000'
const say = event => { if (!wish.mcp) process.stdout.write(`${JSON.stringify(event)}\n`) }
const register = pid => { if (process.env.PURSER_TEST_PIDS) appendFileSync(process.env.PURSER_TEST_PIDS, `${pid}\n`) }

if (process.argv[2] === 'daemon') {
  superviseJob(wish.job)
} else if (process.argv[2] === 'stop') {
  stopJob(process.argv[3])
} else if (process.argv[2] === 'bg-pty-host') {
  // A helper has the project as its directory and is no session.
  setTimeout(() => process.exit(0), LIFE_MS)
  say({ event: 'ready', pid: process.pid, tools: [] })
} else {
  run()
}

/** Starts a background session and starts it again whenever it ends, unless the client was told to stop the job. */
function superviseJob(job) {
  const child = spawn(process.argv[1], ['--session-id', session], { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, FAKE_AGENT: JSON.stringify({ ...wish, kind: 'bg' }) } })
  register(child.pid)
  mkdirSync(join(config, 'jobs'), { recursive: true })
  writeFileSync(join(config, 'jobs', `${job}.pid`), String(child.pid))
  child.stdout.once('data', () => say({ event: 'ready', pid: process.pid, tools: [child.pid] }))
  child.once('exit', () => (existsSync(join(config, 'jobs', `${job}.stopped`)) ? process.exit(0) : superviseJob(job)))
}

function stopJob(job) {
  writeFileSync(join(config, 'jobs', `${job}.stopped`), '')
  process.kill(Number(readFileSync(join(config, 'jobs', `${job}.pid`), 'utf8')), 'SIGTERM')
}

function run() {
  if (wish.broken !== undefined && config.endsWith(wish.broken)) process.exit(1)
  register(process.pid)
  const entry = join(config, 'sessions', `${process.pid}.json`)
  let status = wish.status ?? 'busy'
  const stat = readFileSync('/proc/self/stat', 'latin1')
  const procStart = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  const write = () => {
    if (wish.register === false) return
    const now = Date.now()
    mkdirSync(join(config, 'sessions'), { recursive: true })
    writeFileSync(entry, JSON.stringify({
      pid: process.pid, sessionId: session, cwd: process.cwd(), startedAt: now, procStart, version: '2.1.329', kind: wish.kind ?? 'interactive', entrypoint: 'cli',
      ...(wish.job === undefined ? {} : { jobId: wish.job }), status, updatedAt: now, statusUpdatedAt: now,
    }))
  }
  const leave = code => { rmSync(entry, { force: true }); process.exit(code) }

  const answer = (signal, how, code) => {
    say({ event: 'signal', signal })
    if (how === 'exit') return leave(code)
    if (how === 'hang') rmSync(entry, { force: true })
    if (how === 'idle') { log(true); status = 'idle'; write(); say({ event: 'idle' }) }
  }
  process.on('SIGINT', () => answer('SIGINT', wish.onInterrupt ?? 'exit', 0))
  process.on('SIGTERM', () => answer('SIGTERM', wish.onTerminate ?? 'exit', 143))

  let messages = 0
  function log(interrupted = false) {
    const folder = join(config, 'projects', process.cwd().replaceAll('/', '-'))
    mkdirSync(folder, { recursive: true })
    messages++
    appendFileSync(join(folder, `${session}.jsonl`), `${JSON.stringify({
      parentUuid: null, isSidechain: false, userType: 'external', cwd: process.cwd(), sessionId: session, version: '2.1.329', gitBranch: 'main', type: 'assistant',
      uuid: `00000000-0000-4000-9000-${String(messages).padStart(12, '0')}`, timestamp: new Date().toISOString(), requestId: `req_011fake${messages}`,
      message: {
        id: `msg_01fake${session.slice(0, 8)}${messages}`, type: 'message', role: 'assistant', model: 'claude-opus-5-5', content: [], stop_reason: interrupted ? null : 'end_turn',
        usage: { input_tokens: 1000, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: interrupted ? 1 : 500, service_tier: 'standard' },
      },
    })}\n`)
  }

  function line(record) {
    const folder = join(config, 'projects', process.cwd().replaceAll('/', '-'))
    mkdirSync(folder, { recursive: true })
    appendFileSync(join(folder, `${session}.jsonl`), `${JSON.stringify({ sessionId: session, ...record })}\n`)
  }
  const common = () => ({ parentUuid: null, isSidechain: false, userType: 'external', cwd: process.cwd(), version: '2.1.329', gitBranch: 'main', uuid: `00000000-0000-4000-a000-${String(process.pid).padStart(6, '0')}${String(++messages).padStart(6, '0')}`, timestamp: new Date().toISOString() })
  const mode = () => process.argv[process.argv.indexOf('--permission-mode') + 1 || Infinity] ?? 'default'
  if ((wish.stopped || wish.logged) && !process.argv.includes('--resume')) {
    line({ type: 'permission-mode', permissionMode: mode() })
    log()
  }
  if (wish.stopped && !process.argv.includes('--resume')) {
    line({
      ...common(), type: 'assistant', isApiErrorMessage: true, error: 'rate_limit', apiError: 'usage_limit_reached', apiErrorStatus: 429,
      quotaLimits: { status: 'rejected', resetsAt: Math.floor(Date.now() / 1000) + 10_800, rateLimitType: 'five_hour' },
      message: { id: `fake-${process.pid}`, type: 'message', role: 'assistant', model: '<synthetic>', content: [{ type: 'text', text: "You've hit your 5-hour limit" }], stop_reason: 'stop_sequence', usage: { input_tokens: 0, output_tokens: 0 } },
    })
  }
  if (wish.reads) require('node:readline').createInterface({ input: process.stdin }).on('line', () => { line({ type: 'permission-mode', permissionMode: mode() }); log() })

  const START = {
    sleep: () => spawn('/bin/sleep', ['110'], { stdio: 'ignore' }),
    // The trap is inherited through exec: a tool that survives SIGTERM and its parent.
    stubborn: () => spawn('/bin/sh', ['-c', 'trap "" TERM; exec sleep 110'], { stdio: 'ignore' }),
    // Leaves the parent chain at once, as a daemon does.
    detached: () => spawn('/bin/sh', ['-c', '(sleep 110 >/dev/null 2>&1 & echo $!)'], { stdio: ['ignore', 'pipe', 'ignore'] }),
    agent: () => spawn(process.argv[1], [], { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, FAKE_AGENT: JSON.stringify({ session: `${session}-nested` }) } }),
  }
  const tools = (wish.tools ?? []).map(kind => {
    const child = START[kind]()
    register(child.pid)
    return kind === 'detached' || kind === 'agent' ? new Promise(resolve => {
      child.stdout.once('data', text => {
        const pid = kind === 'agent' ? child.pid : Number(String(text).trim())
        register(pid)
        resolve(pid)
      })
    }) : child.pid
  })
  write()
  if (wish.mcp) {
    const server = spawn(wish.mcp[0], wish.mcp.slice(1), { stdio: 'inherit' })
    register(server.pid)
    server.once('exit', leave)
  }
  if (wish.logEveryMs) setInterval(log, wish.logEveryMs)
  setTimeout(() => leave(0), LIFE_MS)
  void Promise.all(tools).then(pids => say({ event: 'ready', pid: process.pid, tools: pids }))
}
