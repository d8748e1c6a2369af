// `purser ledger verify` and `export`: read the records in the process that asks, beside a daemon or without one, so that
// minutes of reading never keep a hook waiting.
import type { LedgerExportAnswer, LedgerExportRequest, LedgerVerifyAnswer, LedgerVerifyRequest } from '../api/ledger-answers.ts'
import { zoneValid } from '../core/budgets/zone.ts'
import { AppError } from '../core/errors.ts'
import { LEDGER_FORMAT } from '../core/ledger/ledger-line.ts'
import { ledgerFindings } from '../core/ledger/ledger-findings.ts'
import { isoText, type Instant } from '../core/time.ts'
import { exportLedger, type Exported } from '../flows/ledger/export.ts'
import { verifyLedger } from '../flows/ledger/verify.ts'
import { rangeOf } from '../flows/report/range.ts'
import { LineDigest, writeLedgerFile } from '../os/files/ledger-file.ts'
import { Scope } from './scope.ts'
import { openRecords, type Records, type WireOptions } from './wire.ts'

type Parts = Pick<WireOptions, 'clock'>

export async function verifyRecords({ environment, onProgress }: LedgerVerifyRequest, parts: Parts = {}): Promise<LedgerVerifyAnswer> {
  return inScope({ environment, ...parts }, async records => {
    const facts = await verifyLedger({ ...records, now: records.clock.now() }, ({ step, steps, what }) => onProgress({ step: `checking ${what}`, done: step - 1, total: steps, unit: 'steps' }))
    return { database: records.database, entries: facts.entries, findings: ledgerFindings(facts).map(finding => ({ ...finding })) }
  })
}

export async function exportRecords(request: LedgerExportRequest, parts: Parts = {}): Promise<LedgerExportAnswer> {
  return inScope({ environment: request.environment, ...parts }, async records => {
    const zone = request.zone ?? records.zone
    if (!zoneValid(zone)) throw new AppError('invalid_input', `"${zone}" is not a time zone; write an IANA name like Europe/Paris or UTC`)
    const { since, until } = rangeOf({ zone, ...(request.since === null ? {} : { since: request.since }), ...(request.until === null ? {} : { until: request.until }) })
    const { to } = request
    const written = 'file' in to ? await toFile(records, request, to, { since, until }) : { ...await toStdout(records, request, to.write, { since, until }), bytes: null }
    return {
      file: 'file' in to ? to.file : null, bytes: written.bytes, format: LEDGER_FORMAT, node: records.node, since: since === null ? null : isoText(since), until: until === null ? null : isoText(until),
      entries: written.entries, responses: written.responses, digest: written.digest,
    }
  })
}

interface Range { readonly since: Instant | null; readonly until: Instant | null }

async function toFile(records: Records, request: LedgerExportRequest, { file, replace }: { file: string; replace: boolean }, range: Range): Promise<Exported & { bytes: number }> {
  const writer = writeLedgerFile(file, { replace })
  try {
    const exported = await exportLedger(records.stores, writer, optionsOf(records, request, range))
    return { ...exported, bytes: await writer.keep() }
  } catch (error) {
    await writer.discard()
    throw error
  }
}

function toStdout(records: Records, request: LedgerExportRequest, write: (lines: string) => void, range: Range): Promise<Exported> {
  const digest = new LineDigest()
  const sink = { write: (lines: string) => { digest.add(lines); write(lines) }, digest: () => digest.now() }
  return exportLedger(records.stores, sink, optionsOf(records, request, range))
}

const optionsOf = ({ version, node, clock }: Records, { audit, signal, onProgress }: LedgerExportRequest, range: Range): Parameters<typeof exportLedger>[2] => ({
  version, node, now: clock.now(), ...range, audit, signal, onProgress: ({ done, total }) => onProgress({ step: 'exporting', done, total, unit: 'entries' }),
})

async function inScope<T>(options: Pick<WireOptions, 'environment' | 'clock'>, run: (records: Records) => Promise<T>): Promise<T> {
  const scope = new Scope()
  try {
    return await run(await openRecords(options, scope))
  } finally {
    await scope.close()
  }
}
