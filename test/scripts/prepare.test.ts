import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { staleInstall } from '../../scripts/prepare.mjs'

type Packages = Record<string, { version: string; optional?: boolean; devOptional?: boolean }>

/** What `staleInstall` says about a lock and what npm recorded as installed. */
function stale(lock: Packages, installed: Packages | null): string {
  const folder = mkdtempSync(join(tmpdir(), 'purser-lock-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const write = (name: string, packages: Packages): string => {
    const file = join(folder, name)
    writeFileSync(file, JSON.stringify({ packages: { '': { version: '0.1.0' }, ...packages } }))
    return file
  }
  return staleInstall(write('lock.json', lock), installed ? write('installed.json', installed) : join(folder, 'absent.json'))
}

const hono = { 'node_modules/hono': { version: '4.13.19' } }

it('installs when nothing is there', () => {
  expect(stale(hono, null)).toBe('nothing is installed')
})
it('installs nothing when every version is as the lock says, whatever the time stamps', () => {
  expect(stale(hono, hono)).toBe('')
})
it('installs when a package is missing or of another version', () => {
  expect(stale(hono, {})).toBe('hono is missing')
  expect(stale(hono, { 'node_modules/hono': { version: '4.13.18' } })).toBe('hono is 4.13.18, the lock says 4.13.19')
})
it('does without the optional packages of other platforms, never with a different version', () => {
  const optional = { 'node_modules/@x/darwin': { version: '1.0.0', optional: true } }
  expect(stale(optional, {})).toBe('')
  expect(stale(optional, { 'node_modules/@x/darwin': { version: '0.9.0' } })).toBe('@x/darwin is 0.9.0, the lock says 1.0.0')
})
