// A local EVM node for the tests of chains: one program, kept outside of the repository like the genuine clients, since
// its package exists for few platforms and a lock that names it could not be installed on the others.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { NPM, run, say } from './steps.mjs'

const VERSION = '1.7.1'
const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' }
const PACKAGE = `@foundry-rs/anvil-${process.platform}-${ARCHITECTURES[process.arch] ?? process.arch}`
const INSTALL_MS_MAX = 60_000

/** Where it is, or would be. */
export const chainNodeFile = () =>
  path.join(process.env.XDG_CACHE_HOME ?? os.tmpdir(), `purser-chain-${os.userInfo().uid}`, VERSION, 'node_modules', ...PACKAGE.split('/'), 'bin', 'anvil')

/** Installs it once; answers its path, or '' where there is none, which the tests then say. */
export async function ensureChainNode() {
  const file = chainNodeFile()
  if (existsSync(file)) return file
  const place = file.slice(0, file.indexOf(`${path.sep}node_modules${path.sep}`))
  mkdirSync(place, { recursive: true, mode: 0o700 })
  writeFileSync(path.join(place, 'package.json'), '{"private":true}')
  say(`installing ${PACKAGE} ${VERSION} for the tests of chains`)
  await run(NPM, ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', `${PACKAGE}@${VERSION}`], { cwd: place, timeoutMs: INSTALL_MS_MAX })
  return existsSync(file) ? file : ''
}
