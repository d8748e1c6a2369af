// What is known of other tools that read the same logs: how to have them, how to ask each for everything without the
// network, what it keeps for the next time, and where its answer says how many tokens it counted. Installed from the
// registry into a folder outside the repository; PURSER_BENCH_TOOLS names one where they are already.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const CODEBURN = '0.9.15', TOKSCALE = '1.4.3'
// codeburn refuses Nodes before this; the registry has Node itself as a package.
const CODEBURN_NODE = [22, 13], NODE_MAJOR = '24'
const system = `${process.platform}-${process.arch}`

function installed(folder, file, ...packages) {
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true })
    spawnSync('npm', ['install', '--prefix', folder, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], { stdio: 'ignore' })
  }
  return existsSync(file)
}

/** A Node that is new enough for codeburn: this one, or one from the registry. */
function nodeFor(folder) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > CODEBURN_NODE[0] || (major === CODEBURN_NODE[0] && minor >= CODEBURN_NODE[1])) return process.execPath
  const binary = path.join(folder, 'node_modules', `node-${system}`, 'bin', 'node')
  return installed(folder, binary, `node-${system}@${NODE_MAJOR}`) ? binary : null
}

/** A network of its own, with nobody in it, where the system lets us make one. */
const offline = () => (process.platform === 'linux' && spawnSync('unshare', ['-n', 'true']).status === 0 ? ['unshare', '-n'] : [])

/**
 * The tools that could be had. `argv` asks for everything; `keeps` are folders of the home in which it remembers what it
 * read; `tokens` counts what its answer says, all kinds of tokens together.
 */
export function otherTools(folder) {
  const place = process.env.PURSER_BENCH_TOOLS ?? path.join(folder, 'other-tools')
  return [codeburn(path.join(place, 'codeburn'), place), tokscale(path.join(place, 'tokscale'))].filter(tool => tool !== null)
}

function codeburn(folder, place) {
  const cli = path.join(folder, 'node_modules', 'codeburn', 'dist', 'cli.js')
  const node = nodeFor(path.join(place, 'node'))
  if (node === null || !installed(folder, cli, `codeburn@${CODEBURN}`)) return null
  return {
    who: `codeburn ${CODEBURN}`, keeps: ['.cache/codeburn', '.config/codeburn'],
    // Its "all" is the last six months.
    argv: [...offline(), node, cli, 'report', '--from', '2020-01-01', '--to', '2099-12-31', '--provider', 'claude', '--format', 'json'],
    tokens: answer => Object.values(JSON.parse(answer).overview.tokens).reduce((sum, count) => sum + count, 0),
  }
}

/** Its command line runs on Bun and asks the network for prices; what reads the logs is a native module, called here as it calls it. */
function tokscale(folder) {
  const core = path.join(folder, 'node_modules', '@tokscale', 'core')
  if (!installed(folder, core, `tokscale@${TOKSCALE}`)) return null
  const script = path.join(folder, 'read.cjs')
  writeFileSync(script, `const { parseLocalSources } = require(${JSON.stringify(core)})
const { messages } = parseLocalSources({ homeDir: process.env.HOME, sources: ['claude'] })
console.log(messages.reduce((sum, each) => sum + each.input + each.output + each.cacheRead + each.cacheWrite + (each.reasoning ?? 0), 0))
`)
  return { who: `tokscale ${TOKSCALE}, its native module`, keeps: ['.cache/tokscale', '.config/tokscale'], argv: [...offline(), process.execPath, script], tokens: Number }
}

/** The next run of the tool is a cold one. */
export function forgetTool(home, { keeps }) {
  for (const name of keeps) rmSync(path.join(home, name), { recursive: true, force: true })
}

export const keepsAnything = (home, { keeps }) => keeps.some(name => existsSync(path.join(home, name)))
