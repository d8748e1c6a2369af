import { cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it, onTestFinished } from 'vitest'
import { spawnRegistered } from '../support/processes.ts'

const SCRIPTS = path.join(import.meta.dirname, '..', '..', 'scripts')

/** A checkout that is installed and built, with this text as its command line. */
function checkout(cli: string): string {
  const root = mkdtempSync(path.join(tmpdir(), 'purser-start-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const folder of ['scripts', 'src', 'dist', 'node_modules']) mkdirSync(path.join(root, folder))
  for (const name of ['start.mjs', 'prepare.mjs', 'steps.mjs', 'build.mjs']) cpSync(path.join(SCRIPTS, name), path.join(root, 'scripts', name))
  const packages = JSON.stringify({ packages: { '': {} } })
  for (const name of ['package.json', 'package-lock.json', 'node_modules/.package-lock.json', 'src/a.ts']) writeFileSync(path.join(root, name), name.endsWith('.ts') ? '' : packages)
  writeFileSync(path.join(root, 'dist', 'cli.cjs'), cli)
  return root
}

const start = (root: string, ...args: readonly string[]) =>
  spawnRegistered(process.execPath, [path.join(root, 'scripts', 'start.mjs'), ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'], HOME: root } })

async function firstLine(child: ReturnType<typeof start>['child']): Promise<string> {
  if (!child.stdout) throw new Error('no output to read')
  const [line] = await once(createInterface({ input: child.stdout }), 'line') as [string]
  return line
}

it('runs `purser up` with the arguments it was given and ends with its exit code, printing nothing of its own', async () => {
  const { child, exited } = start(checkout('console.log(process.argv.slice(2).join(" ")); process.exitCode = 69'), '--observe')
  expect(await firstLine(child)).toBe('up --observe')
  expect(await exited).toEqual({ code: 69, signal: null })
})

it('hands SIGTERM and SIGINT to purser and waits for it to stop cleanly', async () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const { child, exited } = start(checkout(`process.once('${signal}', () => { console.log('stopped'); process.exit(0) }); console.log('up'); setInterval(() => {}, 1e6)`))
    expect(await firstLine(child)).toBe('up')
    const said = firstLine(child)
    child.kill(signal)
    expect(await said).toBe('stopped')
    expect(await exited).toEqual({ code: 0, signal: null })
  }
})

it.runIf(process.platform !== 'win32')('stops purser when npm was killed and only the shell between them heard of it', async () => {
  const root = checkout(`process.once('SIGTERM', () => { console.log('stopped'); process.exit(0) }); console.log('up'); setInterval(() => {}, 1e6)`)
  const { child } = spawnRegistered('/bin/sh', ['-c', `"${process.execPath}" scripts/start.mjs; true`], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env['PATH'], HOME: root } })
  expect(await firstLine(child)).toBe('up')
  const said = firstLine(child)
  child.kill('SIGTERM')
  expect(await said).toBe('stopped')
})

it('builds first when a source is newer than the build, and says how when that fails', async () => {
  const root = checkout('console.log("old build")')
  const future = Date.now() / 1000 + 60
  utimesSync(path.join(root, 'src', 'a.ts'), future, future)
  const { child, exited } = start(root)
  let errors = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => { errors += text })
  expect(await exited).toEqual({ code: 1, signal: null })
  expect(errors).toMatch(/the build failed; type: npm run build/)
})
