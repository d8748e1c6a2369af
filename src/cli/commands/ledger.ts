// `purser ledger verify|export|import|rebuild`: the records as a whole.
import { resolve } from 'node:path'
import { AppError } from '../../core/errors.ts'
import { answer, jsonText, note } from '../answer.ts'
import { command } from '../command.ts'
import { EXIT_DONE, EXIT_FINDINGS } from '../context.ts'
import { drawnWhile, polledWhile } from '../progress.ts'
import { hasFindings, renderFindings } from '../render/findings.ts'
import { LEDGER_PROGRESS, renderExported, renderImported, renderRebuilt } from '../render/ledger.ts'

export const ledgerVerify = command({
  operands: {}, options: {}, json: true,
  examples: [['purser ledger verify', 'check every promise of the records; exits 5 if one is broken'], ['purser ledger verify --json', 'for programs']],
  notes: ['Reads everything and changes nothing; a daemon may run meanwhile.'],
  async run(context, given) {
    const found = await drawnWhile(context, LEDGER_PROGRESS, onProgress => context.doors.verifyLedger({ environment: context.environment, onProgress }))
    await answer(context, given, found, ({ findings }, view) => renderFindings(findings, view))
    return hasFindings(found.findings) ? EXIT_FINDINGS : EXIT_DONE
  },
})

const STDOUT = '-'

export const ledgerExport = command({
  operands: { file: { value: 'FILE', about: 'where to write; compressed when it ends in .gz; - writes to stdout', optional: true, completes: 'file' } },
  options: {
    since: { kind: 'value', value: 'DATE', about: 'only responses from this day on (2026-11-01), or from an instant' },
    until: { kind: 'value', value: 'DATE', about: 'only responses up to and with this day, or up to an instant' },
    zone: { kind: 'value', value: 'ZONE', about: 'whose days, such as Europe/Paris; default: the zone of the configuration' },
    audit: { kind: 'flag', about: 'add the events and locks, to be read by people; an import passes over them' },
    force: { kind: 'flag', about: 'replace a file that is there' },
  },
  json: true,
  examples: [
    ['purser ledger export ledger.jsonl.gz', 'everything purser knows of what was spent, in one file'],
    ['purser ledger export november.jsonl --since 2026-11-01 --until 2026-11-30', 'the responses of one month'],
    ['purser ledger export - | head -1', 'what an export says of itself'],
  ],
  notes: ['One line for each entry, as docs/ledger.md describes. There are no prompts in it, since purser keeps none.'],
  async run(context, given) {
    const { since, until, zone, audit, force } = given.options
    const { file } = given.operands
    const stdout = file === STDOUT || (file === undefined && !context.outScreen.tty)
    if (file === undefined && !stdout) throw new AppError('invalid_input', 'name a file to write\ntype: purser ledger export ledger.jsonl.gz')
    if (stdout && given.json) throw new AppError('invalid_input', 'the ledger itself goes to stdout, so --json has nowhere to go; name a file')
    if (stdout && force) throw new AppError('invalid_input', '--force replaces a file, and stdout is none; name a file')
    const done = await drawnWhile(context, LEDGER_PROGRESS, onProgress => context.doors.exportLedger({
      environment: context.environment, since: since ?? null, until: until ?? null, zone: zone ?? null, audit, signal: context.interrupted(), onProgress,
      to: stdout ? { write: text => context.out(text) } : { file: resolve(context.folder, file as string), replace: force },
    }))
    if (stdout) for (const line of renderExported(done)) note(context, ...line)
    else if (given.json) context.out(jsonText(done))
    else if (!context.quiet) await answer(context, given, done, renderExported)
    return EXIT_DONE
  },
})

export const ledgerImport = command({
  operands: { file: { value: 'FILE', about: 'what purser ledger export wrote, here or on another machine', completes: 'file' } },
  options: { 'dry-run': { kind: 'flag', about: 'only say what it would add' } },
  json: true,
  examples: [
    ['purser ledger import laptop.jsonl.gz --dry-run', 'what would another machine\'s records add'],
    ['purser ledger import laptop.jsonl.gz', 'add them; machines stay apart by their node'],
  ],
  notes: ['What is known already adds nothing, however often it is imported; of two copies of a response the fuller one stands. What comes into windows that are over never locks or stops anything.'],
  async run(context, given) {
    const plane = context.plane()
    const dryRun = given.options['dry-run']
    const name = given.operands.file
    const done = await polledWhile(context, LEDGER_PROGRESS, async () => (await plane.call('ledger.progress', {})).progress,
      plane.call('ledger.import', { file: resolve(context.folder, name), name, ...(dryRun ? { dryRun } : {}) }))
    if (given.json || !context.quiet) await answer(context, given, done, renderImported)
    return EXIT_DONE
  },
})

export const ledgerRebuild = command({
  operands: {},
  options: {
    'from-logs': { kind: 'flag', about: 'read every log into a fresh ledger, compare, and put it in place; refused when something would be lost' },
    keep: { kind: 'flag', about: 'with --from-logs: take over what no log holds any more' },
  },
  json: true,
  examples: [
    ['purser ledger rebuild', 'add up budgets and reports anew from the entries'],
    ['purser ledger rebuild --from-logs', 'make the entries themselves anew; says what would be lost'],
    ['purser ledger rebuild --from-logs --keep', 'and keep what the logs no longer hold'],
  ],
  notes: ['--from-logs keeps a copy of the database as it was, and needs the daemon stopped. Prices of what is posted stay as they are; locks, events and settings stay too.'],
  async run(context, given) {
    const { 'from-logs': fromLogs, keep } = given.options
    if (keep && !fromLogs) throw new AppError('invalid_input', '--keep says what to do with --from-logs; type: purser ledger rebuild --from-logs --keep')
    const plane = context.plane()
    const done = await polledWhile(context, LEDGER_PROGRESS, async () => (await plane.call('ledger.progress', {})).progress,
      plane.call('ledger.rebuild', { ...(fromLogs ? { fromLogs } : {}), ...(keep ? { keep } : {}) }))
    if (given.json || !context.quiet) await answer(context, given, done, renderRebuilt)
    return EXIT_DONE
  },
})
