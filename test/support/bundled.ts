// Our sources as files that Node runs by itself, the way the build makes them: real threads and real child processes in
// tests, on every Node version.
import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

/** Bundles a source file into `folder` and returns the result's path. */
export async function bundled(source: URL, folder: string): Promise<string> {
  const input = fileURLToPath(source)
  const file = path.join(folder, `${path.basename(input, '.ts')}.cjs`)
  const bundle = await rolldown({ input, platform: 'node', external: /^(node:|@photostructure\/|pg$)/ })
  await bundle.write({ file, format: 'cjs', codeSplitting: false })
  await bundle.close()
  return file
}

export const builtScanWorker = (folder: string): Promise<string> => bundled(new URL('../../src/daemon/scan-worker.ts', import.meta.url), folder)

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The entry of the answering thread in a package of its own below `folder`: it finds its version, migrations and driver there. */
export async function builtAnswerWorker(folder: string): Promise<string> {
  mkdirSync(path.join(folder, 'dist'), { recursive: true })
  for (const name of ['package.json', 'migrations']) cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true })
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'), 'junction')
  return bundled(new URL('../../src/daemon/answer-worker.ts', import.meta.url), path.join(folder, 'dist'))
}
