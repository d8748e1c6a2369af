import { describe, expect, it } from 'vitest'
import type { LedgerExportRequest } from '../../../src/api/ledger-answers.ts'
import type { Doors } from '../../../src/cli/doors.ts'
import { AppError } from '../../../src/core/errors.ts'
import { FakeControlPlane } from '../../support/fake-control-plane.ts'
import { FakeWorld, type FakeWorldOptions } from '../../support/fake-world.ts'
import { exportAnswer, samples, verifyAnswer } from '../../support/sample-answers.ts'

async function done(line: string, options: FakeWorldOptions = {}): Promise<{ exit: number; out: string; err: string; asked: LedgerExportRequest | undefined; daemon: FakeControlPlane }> {
  const daemon = new FakeControlPlane()
  let asked: LedgerExportRequest | undefined
  const exportLedger: Doors['exportLedger'] = async request => {
    asked = request
    if ('write' in request.to) request.to.write('{"type":"end"}\n')
    return 'file' in request.to ? { ...exportAnswer, file: request.to.file } : { ...exportAnswer, file: null, bytes: null }
  }
  const world = new FakeWorld({ daemon, ...options, doors: { exportLedger, ...options.doors } })
  return { exit: await world.run(line), out: world.out, err: world.err, asked, daemon }
}

describe('purser ledger verify', () => {
  it('shows what is wrong with what to type, and exits 5', async () => {
    const { exit, out } = await done('ledger verify', { daemon: null })
    expect(exit).toBe(5)
    expect(out).toContain('✗ 1 balance is not the sum of its entries')
    expect(out).toContain('→ Compute them anew: purser ledger rebuild')
  })
  it('exits 0 when nothing is', async () => {
    const verifyLedger: Doors['verifyLedger'] = async () => ({ ...verifyAnswer, findings: verifyAnswer.findings.slice(0, 1) })
    expect(await done('ledger verify', { doors: { verifyLedger } })).toMatchObject({ exit: 0, out: expect.stringContaining('all well: 1 check is fine') as string })
  })
  it('prints the whole answer with --json, and steps on stderr while it takes long', async () => {
    const { exit, out } = await done('ledger verify --json')
    expect([exit, JSON.parse(out)]).toEqual([5, verifyAnswer])
    const verifyLedger: Doors['verifyLedger'] = async ({ onProgress }) => { onProgress({ step: 'checking entries', done: 1, total: 8, unit: 'steps' }); return verifyAnswer }
    expect((await done('ledger verify', { doors: { verifyLedger } })).err).toBe('')
  })
})

describe('purser ledger export', () => {
  it('writes to the file that is named, from where one stands', async () => {
    const { exit, out, asked } = await done('ledger export back/ledger.jsonl.gz --since 2026-11-01 --until 2026-11-30 --zone UTC --audit --force')
    expect(exit).toBe(0)
    expect(asked).toMatchObject({ to: { file: '/home/ada/src/web-app/back/ledger.jsonl.gz', replace: true }, since: '2026-11-01', until: '2026-11-30', zone: 'UTC', audit: true })
    expect(out).toBe('/home/ada/src/web-app/back/ledger.jsonl.gz  70,912 responses in 71,530 entries, 4.0 MiB\n')
  })
  it('writes to stdout for - and into a pipe, and says the rest on stderr', async () => {
    for (const line of ['ledger export -', 'ledger export']) {
      expect(await done(line)).toMatchObject({ exit: 0, out: '{"type":"end"}\n', err: 'exported: 70,912 responses in 71,530 entries\n' })
    }
    expect((await done('ledger export - --quiet')).err).toBe('')
  })
  it('does not fill a screen unasked', async () => {
    expect(await done('ledger export', { screen: { tty: true, columns: 80 } })).toMatchObject({ exit: 2, err: expect.stringContaining('purser ledger export ledger.jsonl.gz') as string })
  })
  it('prints the answer with --json, and says where that cannot be', async () => {
    expect(JSON.parse((await done('ledger export out.jsonl --json')).out)).toEqual({ ...exportAnswer, file: '/home/ada/src/web-app/out.jsonl' })
    for (const line of ['ledger export - --json', 'ledger export - --force']) expect(await done(line)).toMatchObject({ exit: 2, err: expect.stringContaining('name a file') as string })
  })
})

describe('purser ledger import', () => {
  it('sends the file as an absolute path and says what was new', async () => {
    const { exit, out, daemon } = await done('ledger import laptop.jsonl.gz')
    expect(exit).toBe(0)
    expect(daemon.lastInput('ledger.import')).toEqual({ file: '/home/ada/src/web-app/laptop.jsonl.gz', name: 'laptop.jsonl.gz' })
    expect(out).toContain('48,210  new')
    expect(out).toContain('the total grew by $912.40')
  })
  it('passes --dry-run on, and needs a file', async () => {
    expect((await done('ledger import l --dry-run')).daemon.lastInput('ledger.import')).toEqual({ file: '/home/ada/src/web-app/l', name: 'l', dryRun: true })
    expect((await done('ledger import')).exit).toBe(2)
  })
})

describe('purser ledger rebuild', () => {
  it('asks for as much as was typed', async () => {
    expect((await done('ledger rebuild')).daemon.lastInput('ledger.rebuild')).toEqual({})
    expect((await done('ledger rebuild --from-logs --keep')).daemon.lastInput('ledger.rebuild')).toEqual({ fromLogs: true, keep: true })
    expect(await done('ledger rebuild --keep')).toMatchObject({ exit: 2, err: expect.stringContaining('--from-logs --keep') as string })
  })
  it('passes a refusal on with its exit code and every line of it', async () => {
    const refusal = new AppError('refused', '9 responses for $4.00 are in no log any more, and a rebuild would lose them; nothing was changed\nrebuild and keep them: purser ledger rebuild --from-logs --keep')
    const world = new FakeWorld({ daemon: new FakeControlPlane({ 'ledger.rebuild': refusal }) })
    expect(await world.run('ledger rebuild --from-logs')).toBe(3)
    expect(world.err).toContain('\n        rebuild and keep them: purser ledger rebuild --from-logs --keep\n')
  })
})

describe.each(['ledger import x', 'ledger rebuild --from-logs'])('purser %s', line => {
  it('with --json prints the answer', async () => {
    const { out, daemon } = await done(`${line} --json`)
    expect(JSON.parse(out)).toEqual(samples[daemon.names.find(name => name === 'ledger.import' || name === 'ledger.rebuild') as 'ledger.import'])
  })
  it('with --quiet prints nothing', async () => {
    expect(await done(`${line} --quiet`)).toMatchObject({ out: '', err: '', exit: 0 })
  })
})
