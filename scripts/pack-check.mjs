// Packs the tarball as a release would, looks at what is in it, installs it into an empty folder without a network and
// runs it there. What a user gets is proven here, not what the checkout happens to hold.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { NPM, ROOT, run, say } from './steps.mjs'

const ALLOWED = /^(dist\/[\w.-]+\.(cjs|sh)|dist\/third-party-licences\.txt|migrations\/\d{4}-[\w-]+\.sql|docs\/json-output\.md|data\/rates\/genai-prices\.LICENSE|README\.md|CHANGELOG\.md|LICENSE|SECURITY\.md|package\.json)$/
// The rate card is made from data under this licence, which asks to go with every copy.
const REQUIRED = ['package.json', 'README.md', 'LICENSE', 'data/rates/genai-prices.LICENSE', 'CHANGELOG.md', 'SECURITY.md', 'docs/json-output.md', 'dist/cli.cjs', 'dist/third-party-licences.txt']
// Loaded only where they are wanted; the code asks for them by name and says what to install when they are missing.
const OPTIONAL = ['@photostructure/sqlite', 'pg', 'pg-native']
// A megabyte says that something was bundled that should not have been.
const UNPACKED_BYTES_MAX = 3_000_000

const problems = []
const folder = mkdtempSync(path.join(os.tmpdir(), 'purser-pack-'))
try {
  const packed = await pack()
  if (packed) {
    checkFiles(packed)
    await checkInstalled(packed)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
for (const problem of problems) process.stderr.write(`${problem}\n`)
if (problems.length === 0) say('packed, installed and started')
process.exit(problems.length ? 1 : 0)

async function pack() {
  const { code, stdout, output } = await run(NPM, ['pack', '--json', '--ignore-scripts', '--pack-destination', folder])
  if (code !== 0) { problems.push(output); return undefined }
  const answer = JSON.parse(stdout)
  const [first] = Array.isArray(answer) ? answer : Object.values(answer)
  return first
}

function checkFiles({ files, unpackedSize }) {
  const names = files.map(file => file.path)
  for (const name of names) if (!ALLOWED.test(name)) problems.push(`the tarball holds ${name}, which no user needs; see "files" in package.json`)
  const wanted = [...REQUIRED, ...readdirSync(path.join(ROOT, 'dist')).map(name => `dist/${name}`), ...readdirSync(path.join(ROOT, 'migrations')).map(name => `migrations/${name}`)]
  for (const name of wanted) if (!names.includes(name)) problems.push(`the tarball lacks ${name}`)
  if (unpackedSize > UNPACKED_BYTES_MAX) problems.push(`the tarball unpacks to ${unpackedSize} bytes, the limit is ${UNPACKED_BYTES_MAX}`)
  for (const name of names.filter(file => file.endsWith('.cjs'))) checkRequires(name, names)
}

/** Every module a bundle asks for is in the tarball, in Node, or optional by name. */
function checkRequires(name, names) {
  const text = readFileSync(path.join(ROOT, name), 'utf8')
  for (const [, asked] of text.matchAll(/\brequire\(["'`]([^"'`$]+)["'`]\)/g)) {
    if (asked.startsWith('node:') || builtinModules.includes(asked) || OPTIONAL.includes(asked)) continue
    if (!asked.startsWith('.')) problems.push(`${name} loads "${asked}", which the tarball does not bring`)
    else if (!names.includes(path.posix.join(path.posix.dirname(name), asked))) problems.push(`${name} loads ${asked}, which is not in the tarball`)
  }
  if (text.includes(ROOT)) problems.push(`${name} holds the path of this checkout`)
}

async function checkInstalled({ filename }) {
  const home = path.join(folder, 'home'), place = path.join(folder, 'installed')
  for (const created of [home, place]) mkdirSync(created)
  writeFileSync(path.join(place, 'package.json'), '{"private":true}')
  const installed = await run(NPM, ['install', '--offline', '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund', path.join(folder, filename)], { cwd: place })
  if (installed.code !== 0) { problems.push(`the tarball does not install: ${installed.output}`); return }
  lendSqlite(path.join(place, 'node_modules'))
  const bin = path.join(place, 'node_modules', '.bin', process.platform === 'win32' ? 'purser.cmd' : 'purser')
  const env = { PATH: process.env.PATH, HOME: home, TMPDIR: folder, LANG: 'C.UTF-8' }
  const version = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')).version
  await expectRun(bin, ['--version'], env, text => text.includes(version), `the version ${version}`)
  await expectRun(bin, ['index'], env, () => true, '')
  await expectRun(bin, ['status', '--json'], env, text => JSON.parse(text).version === version, 'a status')
  await expectRun(bin, ['report', 'total', '--json'], env, text => JSON.parse(text).total.responses === 0, 'an empty total')
}

/** The optional dependency, from our own node_modules: the check runs without a network, and Node 20 needs it. */
function lendSqlite(modules) {
  for (const name of ['@photostructure', 'node-gyp-build', 'node-addon-api']) {
    const ours = path.join(ROOT, 'node_modules', name), theirs = path.join(modules, name)
    if (existsSync(ours) && !existsSync(theirs)) symlinkSync(ours, theirs, 'junction')
  }
}

async function expectRun(bin, args, env, holds, what) {
  const { code, stdout, output } = await run(bin, args, { env, cwd: folder, timeoutMs: 30_000 })
  let good = false
  try { good = code === 0 && holds(stdout) } catch { good = false }
  if (!good) problems.push(`installed from the tarball, "purser ${args.join(' ')}" ended with ${code} and not with ${what || 'success'}:\n${output}`)
}
