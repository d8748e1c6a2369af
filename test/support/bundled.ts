// Our sources as files that Node runs by itself, the way the build makes them: real threads and real child processes in
// tests, on every Node version.
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

/** Bundles a source file into `folder` and returns the result's path. */
export async function bundled(source: URL, folder: string): Promise<string> {
  const input = fileURLToPath(source)
  const file = path.join(folder, `${path.basename(input, '.ts')}.cjs`)
  const bundle = await rolldown({ input, platform: 'node', external: /^node:/ })
  await bundle.write({ file, format: 'cjs', codeSplitting: false })
  await bundle.close()
  return file
}

export const builtScanWorker = (folder: string): Promise<string> => bundled(new URL('../../src/daemon/scan-worker.ts', import.meta.url), folder)
