// purser as a user has it: built from the sources under test into a folder of its own, with what a package brings beside
// it. Never the checkout's dist/, which may be of yesterday.
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { spawnRegistered } from './processes.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
// The optional driver and what it loads, copied so that another user can read them: Node 20 has no SQLite of its own.
const DRIVER = ['@photostructure', 'node-gyp-build', 'node-addon-api']

export interface BuiltPackage { readonly folder: string; readonly cli: string }

/** Builds into `folder`, readable by everybody. Takes under two seconds. */
export async function builtPackage(folder: string): Promise<BuiltPackage> {
  const dist = join(folder, 'dist')
  const { child, exited } = spawnRegistered(process.execPath, [join(root, 'scripts', 'build.mjs'), dist], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => { said += text })
  const { code } = await exited
  if (code !== 0) throw new Error(`the build ended with ${code}: ${said}`)
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'))
  cpSync(join(root, 'migrations'), join(folder, 'migrations'), { recursive: true })
  mkdirSync(join(folder, 'node_modules'), { recursive: true })
  for (const name of DRIVER) if (existsSync(join(root, 'node_modules', name))) cpSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), { recursive: true })
  chmodSync(folder, 0o755)
  return { folder, cli: join(dist, 'cli.cjs') }
}
