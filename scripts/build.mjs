// `npm run build`: src/ -> dist/*.cjs. One entry per surface, everything else of the command line as lazy chunks.
// CommonJS because it starts about 6 ms faster than ESM; flat, so that `../migrations` means the same from every file.
// The same sources give the same bytes: no dates, no absolute paths, names without randomness.
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { rolldown } from 'rolldown'
import { ROOT, say, seconds } from './steps.mjs'

// The hook bundle is a Node start on the path of every tool call: no library, and small enough to parse in 1 ms.
const HOOK_BYTES_MAX = 40_000
const source = file => path.join(ROOT, 'src', file)
const SURFACES = { cli: source('cli/main.ts'), 'scan-worker': source('daemon/scan-worker.ts'), 'answer-worker': source('daemon/answer-worker.ts') }
const HOOK = { hook: source('hook/main.ts') }
// As small and for the same reason: it starts on every change of a session.
const STATUSLINE = { statusline: source('statusline/main.ts') }
// A program of its own: the demo copies this one file to where a client would be installed.
const DEMO_AGENT = { 'demo-agent': source('daemon/demo/agent.ts') }
// Loaded by the command line when an agent's client starts it. By itself, because what it shares with the rest would be
// taken out into chunks that every command then loads: 80 kB more for whoever reads the configuration.
const MCP = { mcp: source('mcp/main.ts') }
const apart = {
  name: 'bundles of their own',
  resolveId: id => (id.endsWith('/mcp/main.ts') && !path.isAbsolute(id) ? { id: './mcp.cjs', external: true } : null),
}
// The SDK's server checks forms that a person filled in by a compiler of schemas, unless it is handed another way, as ours is:
// 130 kB and a third of the start for what is never asked.
const NO_FORMS = 'purser:no-forms'
const withoutForms = {
  name: 'no compiler of schemas',
  resolveId: id => (id.endsWith('/validation/ajv-provider.js') ? NO_FORMS : null),
  load: id => (id === NO_FORMS ? 'export class AjvJsonSchemaValidator { constructor() { throw new Error("no form is asked for") } }' : null),
}
// Files that are read, not imported: from src/ to the same name in dist/.
const ASSETS = ['hook/hook.sh', 'statusline/statusline.sh']

const LICENCES = 'third-party-licences.txt'

// Loaded at run time where they exist; never part of a bundle.
const external = id => /^(node:|@photostructure\/|pg$|pg-native$)/.test(id)
const present = entries => Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file)))

async function bundle(entries, folder, { single = false, plugins = [] } = {}) {
  const warnings = []
  const build = await rolldown({
    input: entries, cwd: ROOT, external, plugins, platform: 'node', tsconfig: path.join(ROOT, 'tsconfig.json'),
    treeshake: true, onLog: (level, log) => { if (level === 'warn') warnings.push(log.message) },
  })
  const { output } = await build.write({
    dir: folder, format: 'cjs', exports: 'named', entryFileNames: '[name].cjs', chunkFileNames: 'chunk-[name].cjs',
    sourcemap: false, comments: false, minify: { mangle: false, compress: false, codegen: { removeWhitespace: true } },
    ...(single ? { codeSplitting: false } : {}),
  })
  await build.close()
  return { output, warnings }
}

function checkSmall(folder, name) {
  const file = path.join(folder, name)
  if (!existsSync(file)) return []
  const size = statSync(file).size
  const foreign = [...readFileSync(file, 'utf8').matchAll(/require\(["'`](?!node:)([^"'`]+)["'`]\)/g)].map(match => match[1])
  return [
    ...(size > HOOK_BYTES_MAX ? [`${name} has ${size} bytes, the limit is ${HOOK_BYTES_MAX}: find what it imports and cut it`] : []),
    ...foreign.map(loaded => `${name} loads "${loaded}": it may load nothing but Node itself`),
  ]
}

const PACKAGE_OF = /[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/

/** The licences of the packages that the bundles hold, which ask to go with every copy; a package without one is a problem. */
function licences(built, folder) {
  const modules = built.flatMap(({ output }) => output.flatMap(chunk => Object.keys(chunk.modules ?? {})))
  const packages = new Map(modules.flatMap(id => { const found = PACKAGE_OF.exec(id); return found ? [[found[1].replaceAll('\\', '/'), id.slice(0, found.index + found[0].length)]] : [] }))
  const problems = [], texts = []
  for (const [name, place] of [...packages].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { version, license } = JSON.parse(readFileSync(path.join(place, 'package.json'), 'utf8'))
    const file = readdirSync(place).find(each => /^licen[cs]e(\.(md|txt))?$/i.test(each))
    if (file) texts.push(`${name} ${version} (${license})\n\n${readFileSync(path.join(place, file), 'utf8').trim()}\n`)
    else problems.push(`${name} is bundled and brings no licence text`)
  }
  writeFileSync(path.join(folder, LICENCES), `purser's bundles hold code of these packages.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`)
  return problems
}

/** Builds into `folder`, replacing it whole; returns what is wrong (empty when all is well). */
async function buildAll(folder) {
  const fresh = `${folder}.new`
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh, { recursive: true })
  const surfaces = present(SURFACES), hook = present(HOOK)
  if (!surfaces.cli) return ['src/cli/main.ts is missing: there is no command line to build']
  const built = [await bundle(surfaces, fresh, { plugins: [apart] })]
  if (hook.hook) built.push(await bundle(hook, fresh, { single: true }))
  built.push(await bundle(STATUSLINE, fresh, { single: true }))
  built.push(await bundle(DEMO_AGENT, fresh, { single: true }))
  built.push(await bundle(MCP, fresh, { single: true, plugins: [withoutForms] }))
  for (const asset of ASSETS) if (existsSync(source(asset))) cpSync(source(asset), path.join(fresh, path.basename(asset)), { preserveTimestamps: false })
  const cli = path.join(fresh, 'cli.cjs')
  const text = readFileSync(cli, 'utf8')
  if (!text.startsWith('#!')) writeFileSync(cli, `#!/usr/bin/env node\n${text}`)
  chmodSync(cli, 0o755)
  const problems = [...built.flatMap(({ warnings }) => warnings), ...licences(built, fresh), ...checkSmall(fresh, 'hook.cjs'), ...checkSmall(fresh, 'statusline.cjs')]
  if (problems.length) return problems
  // The old build stays in place until the new one is whole: a running daemon still loads its lazy chunks from it.
  rmSync(folder, { recursive: true, force: true })
  renameSync(fresh, folder)
  return []
}

const since = performance.now()
const folder = path.resolve(ROOT, process.argv[2] ?? 'dist')
const problems = await buildAll(folder).catch(error => [error.message])
for (const problem of problems) process.stderr.write(`${problem}\n`)
if (problems.length) process.exit(1)
const files = readdirSync(folder)
const bytes = files.reduce((sum, file) => sum + statSync(path.join(folder, file)).size, 0)
say(`built ${path.relative(ROOT, folder)}/: ${files.length} files, ${Math.round(bytes / 1000)} kB, ${seconds(since)}`)
