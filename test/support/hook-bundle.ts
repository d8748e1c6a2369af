// The hook's small program as one file, built from the sources under test like `npm run build` does.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Builds `hook.cjs` into the folder; its path, and that of the script. */
export async function buildHook(folder: string): Promise<{ readonly script: string; readonly program: string }> {
  const program = join(folder, 'hook.cjs')
  const build = await rolldown({ input: join(root, 'src/hook/main.ts'), cwd: root, external: /^node:/, platform: 'node', tsconfig: join(root, 'tsconfig.json') })
  await build.write({ file: program, format: 'cjs', codeSplitting: false })
  await build.close()
  return { script: join(root, 'src/hook/hook.sh'), program }
}
