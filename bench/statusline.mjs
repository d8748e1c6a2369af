// What one status line costs beside a bare Node, interleaved: the installed script with a daemon, without one, with a
// command of the person's own, and `purser statusline` itself. The home is the one of the status bench.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { corpusHome, forget } from './corpus.mjs'
import { finding, median, purser, run, startDaemon } from './measure.mjs'

const TARGET_MS = 40
const PAYLOAD = JSON.stringify({
  session_id: '5a25d775-c840-4bd4-be76-dddef418f91a', cwd: '/home/dev/web', model: { id: 'claude-opus-5-5', display_name: 'Opus 5.5' }, cost: { total_cost_usd: 0.42 },
  context_window: { used_percentage: 12 }, rate_limits: { five_hour: { used_percentage: 91, resets_at: Math.floor(Date.now() / 1_000) + 3_600 } },
})

async function command(home) {
  const done = await run(purser('statusline', 'install'), { home })
  if (done.code !== 0) throw new Error(`statusline install ended with ${done.code}: ${done.stderr}`)
  return JSON.parse(readFileSync(path.join(home, '.claude', 'settings.json'), 'utf8')).statusLine.command
}

export async function statusline({ folder, rounds }) {
  const { home } = corpusHome(folder, { mib: 100 })
  const line = await command(home)
  const own = line.replace(/^.*exec/, 'exec').concat(" 'cat >/dev/null; echo mine'")
  const cases = {
    'the script, asking the daemon': { argv: ['/bin/sh', '-c', line], says: 'today' },
    "the script, with a command of one's own": { argv: ['/bin/sh', '-c', own], says: 'mine' },
    'purser statusline': { argv: purser('statusline'), says: 'today' },
  }
  const alone = { 'the script, without a daemon': { argv: ['/bin/sh', '-c', line], says: 'not running' } }
  const daemon = await startDaemon(home)
  const findings = []
  try {
    findings.push(...await measured(cases, { home, rounds }))
  } finally {
    await daemon.stop()
  }
  findings.push(...await measured(alone, { home, rounds }))
  await run(purser('statusline', 'uninstall'), { home })
  forget(home)
  return { findings }
}

async function measured(cases, { home, rounds }) {
  const bare = [], times = Object.fromEntries(Object.keys(cases).map(name => [name, []]))
  for (let round = 0; round < rounds; round++) {
    const base = (await run([process.execPath, '-e', '0'], { home })).ms
    bare.push(base)
    for (const [name, { argv, says }] of Object.entries(cases)) {
      const done = await run(argv, { home, input: PAYLOAD })
      if (done.code !== 0 || !done.stdout.includes(says)) throw new Error(`${name} said ${JSON.stringify(done.stdout)} and ended with ${done.code}: ${done.stderr}`)
      times[name].push(done.ms - base)
    }
  }
  return Object.entries(times).map(([name, own]) => finding(`status line, ${name}: above node -e 0 (${median(bare).toFixed(0)} ms)`, median(own), 'ms', TARGET_MS))
}
