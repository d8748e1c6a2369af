import { mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { startDecoy } from './decoy.ts'

const linux = process.platform === 'linux'

async function decoy(): Promise<Awaited<ReturnType<typeof startDecoy>>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'purser-decoy-'))
  const found = await startDecoy(folder)
  onTestFinished(async () => { await found.end(); rmSync(folder, { recursive: true, force: true }) })
  return found
}

it.runIf(linux)('looks like the client: its name, its arguments, its executable', async () => {
  const { pid } = await decoy()
  expect(readFileSync(`/proc/${pid}/comm`, 'utf8').trim()).toBe('claude')
  expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0]).toBe('claude')
  expect(readlinkSync(`/proc/${pid}/exe`)).toMatch(/claude-code\/bin\/claude\.exe$/)
})

it('is unharmed while nobody touches it', async () => {
  expect((await decoy()).harm()).toBe('')
})

it('tells how it died, so that the run fails', async () => {
  const found = await decoy()
  process.kill(found.pid, 'SIGTERM')
  for await (const _ of pollUntil(() => found.harm() !== '')) void _
  expect(found.harm()).toMatch(/killed by SIGTERM|is gone/)
})

/** Yields on the event loop until the condition holds; the test's own timeout is the bound. */
async function* pollUntil(holds: () => boolean): AsyncGenerator<void> {
  while (!holds()) {
    const controller = new AbortController()
    setImmediate(() => controller.abort())
    await once(controller.signal, 'abort')
    yield
  }
}
