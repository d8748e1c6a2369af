// The command line as the build makes it, in a folder of its own, for tests that need a real process around it.
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, symlinkSync } from 'node:fs'
import path from 'node:path'

const ROOT = path.join(import.meta.dirname, '..', '..')

/** Builds into `folder` as a package would lie there; returns the program's path. */
export function builtCli(folder: string): string {
  mkdirSync(folder, { recursive: true })
  execFileSync(process.execPath, [path.join(ROOT, 'scripts', 'build.mjs'), path.join(folder, 'dist')], { stdio: 'pipe' })
  copyFileSync(path.join(ROOT, 'package.json'), path.join(folder, 'package.json'))
  cpSync(path.join(ROOT, 'migrations'), path.join(folder, 'migrations'), { recursive: true })
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'))
  return path.join(folder, 'dist', 'cli.cjs')
}

export interface Ran { readonly exit: number | null; readonly out: string; readonly err: string }

/** Runs a program to its end; only for what does not talk to this very process meanwhile. */
export function ran(command: string, args: readonly string[], env: Readonly<Record<string, string>>, cwd: string): Ran {
  const { status, stdout, stderr } = spawnSync(command, args, { env, cwd, encoding: 'utf8', timeout: 30_000 })
  return { exit: status, out: stdout, err: stderr }
}
