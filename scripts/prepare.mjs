// Makes the tree runnable: packages as the lock says, a build as new as the sources. Does nothing when nothing is stale.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { NPM, ROOT, run, say, seconds } from './steps.mjs'

const INSTALLED = path.join(ROOT, 'node_modules', '.package-lock.json')
const readPackages = file => JSON.parse(readFileSync(file, 'utf8')).packages

/**
 * Why `node_modules` is not what package-lock.json asks for, or '' when it is. Compares versions, not times: a fresh
 * checkout changes every time stamp and nothing else. Optional packages (other platforms) may be absent, never different.
 */
export function staleInstall(lockFile = path.join(ROOT, 'package-lock.json'), installedFile = INSTALLED) {
  if (!existsSync(installedFile)) return 'nothing is installed'
  const wanted = readPackages(lockFile), installed = readPackages(installedFile)
  for (const [place, { version, optional, devOptional }] of Object.entries(wanted)) {
    if (place === '') continue
    const found = installed[place]
    if (!found && !optional && !devOptional) return `${place.replace('node_modules/', '')} is missing`
    if (found && found.version !== version) return `${place.replace('node_modules/', '')} is ${found.version}, the lock says ${version}`
  }
  return ''
}

/** `npm ci` without install scripts, only when needed. Exits the process with 69 when it fails. */
export async function ensureInstalled() {
  const why = staleInstall()
  if (why === '') return
  say(`installing packages (${why}; about half a minute the first time)`)
  const since = performance.now()
  const { code, output } = await run(NPM, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'])
  if (code !== 0) {
    process.stderr.write(`${output.trimEnd()}\nnpm ci failed (exit ${code}). Check the network and the registry settings, then type: npm ci\n`)
    process.exit(69)
  }
  say(`installed in ${seconds(since)}`)
}

const newest = folder => Math.max(0, ...readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile()).map(entry => statSync(path.join(entry.parentPath ?? entry.path, entry.name)).mtimeMs))

/** True when a source, the build script or the manifest is newer than the built command line. */
export function staleBuild() {
  const built = path.join(ROOT, 'dist', 'cli.cjs')
  if (!existsSync(built)) return true
  const inputs = ['package.json', 'package-lock.json', 'scripts/build.mjs'].map(file => statSync(path.join(ROOT, file)).mtimeMs)
  return statSync(built).mtimeMs < Math.max(newest(path.join(ROOT, 'src')), ...inputs)
}

/** Builds when stale; exits with 1 and the bundler's own words when the sources do not build. */
export async function ensureBuilt() {
  if (!staleBuild()) return
  const { code, output } = await run(process.execPath, [path.join(ROOT, 'scripts', 'build.mjs')])
  if (code !== 0) {
    process.stderr.write(`${output.trimEnd()}\nthe build failed; type: npm run build\n`)
    process.exit(1)
  }
  say(output.trimEnd())
}
