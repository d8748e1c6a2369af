// The genuine clients that acceptance tests run, as npm packages in the versions they were last seen to pass with; kept in
// a cache outside the repository. `PURSER_CLIENT_VERSION=2.1.330` tries another Claude Code, `codex=latest,pi=0.73.0` others.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { NPM, run } from './steps.mjs'

const CACHE = path.join(process.env.XDG_CACHE_HOME ?? os.tmpdir(), `purser-clients-${os.userInfo().uid}`)
const INSTALL_MS_MAX = 300_000
const NATIVE = `${os.platform()}-${os.arch()}`

// `beside` are further packages; `last` is a package's own last step, which puts the platform's binary where its name says;
// `program` is below node_modules. Qwen Code wants a Node of its own: it starts itself again with the one in the path.
const PACKAGES = {
  'claude-code': { name: '@anthropic-ai/claude-code', version: '2.1.329', program: '.bin/claude', last: '@anthropic-ai/claude-code/install.cjs' },
  codex: { name: '@openai/codex', version: '0.169.0', program: '.bin/codex' },
  gemini: { name: '@google/gemini-cli', version: '0.61.0', program: '.bin/gemini' },
  qwen: { name: '@qwen-code/qwen-code', version: '0.24.4', program: '.bin/qwen', beside: [`node-${NATIVE}@22`], path: `node-${NATIVE}/bin` },
  opencode: { name: 'opencode-ai', version: '1.18.33', program: `opencode-${NATIVE}/bin/opencode` },
  kilo: { name: `@kilocode/cli-${NATIVE}`, version: '7.7.9', program: `@kilocode/cli-${NATIVE}/bin/kilo` },
  copilot: { name: `@github/copilot-${NATIVE}`, version: '1.0.102', program: `@github/copilot-${NATIVE}/copilot` },
  pi: { name: '@mariozechner/pi-coding-agent', version: '0.73.1', program: '.bin/pi' },
  cline: { name: `@cline/cli-${NATIVE}`, version: '3.0.65', program: `@cline/cli-${NATIVE}/bin/cline` },
}
export const AGENTS = Object.keys(PACKAGES)

function wantedVersions(text = '') {
  const pairs = text.split(',').filter(Boolean).map(each => (each.includes('=') ? each.split('=') : ['claude-code', each]))
  return new Map(pairs)
}

/** Installs an agent's client once into the cache; answers `{ agent, package, version, program, path }`, or `{ agent, why }`. */
export async function obtain(agent) {
  const { name, version: pinned, program, beside = [], last, path: folder } = PACKAGES[agent]
  const wanted = wantedVersions(process.env.PURSER_CLIENT_VERSION).get(agent) ?? pinned
  const place = path.join(CACHE, agent === 'claude-code' ? wanted : `${agent}-${wanted}`), modules = path.join(place, 'node_modules')
  const file = path.join(modules, program), extra = folder === undefined ? undefined : path.join(modules, folder)
  if (!existsSync(file) || wanted === 'latest') {
    mkdirSync(place, { recursive: true, mode: 0o700 })
    writeFileSync(path.join(place, 'package.json'), '{"private":true}')
    const { code, output } = await run(NPM, ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', `${name}@${wanted}`, ...beside], { cwd: place, timeoutMs: INSTALL_MS_MAX })
    if (code !== 0) return { agent, why: `${name}@${wanted}: ${output.trim().split('\n').find(line => /npm error/.test(line)) ?? `npm ended with ${code}`}` }
    if (last && existsSync(path.join(modules, last))) await run(process.execPath, [path.join(modules, last)], { cwd: path.dirname(path.join(modules, last)), env: { PATH: process.env.PATH } })
  }
  // What was installed, and that it starts at all here.
  const { version } = JSON.parse(readFileSync(path.join(modules, name, 'package.json'), 'utf8'))
  const asked = await run(file, ['--version'], { env: { PATH: [extra, process.env.PATH].filter(Boolean).join(':'), HOME: place, DISABLE_AUTOUPDATER: '1', COPILOT_AUTO_UPDATE: 'false' }, cwd: place, timeoutMs: 60_000 })
  return asked.code === 0 ? { agent, package: name, version, program: file, path: extra } : { agent, why: `${name}@${version} does not start: ${asked.output.trim().slice(0, 300)}` }
}
