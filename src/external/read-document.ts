// The document of a table source, out of its program or its file.
import { open } from 'node:fs/promises'
import { AppError } from '../core/errors.ts'
import type { TableSource } from '../core/external/source.ts'
import type { AbortLike } from '../core/machine/clock.ts'
import { DOCUMENT_BYTES_MAX, runCommand } from './run-command.ts'

/** Rejects with `unavailable`, naming the source and what to look at. */
export const readDocument = (source: TableSource, variables: Readonly<Record<string, string | undefined>>, signal: AbortLike): Promise<string> =>
  (source.file === '' ? runCommand({ id: source.id, argv: source.command, timeoutMs: source.timeoutMs, variables }, signal) : readWhole(source))

async function readWhole({ id, file }: TableSource): Promise<string> {
  const failed = (what: string): AppError => new AppError('unavailable', `external source "${id}": ${file} ${what}`)
  const handle = await open(file, 'r').catch(error => { throw failed(whyNot(error)) })
  try {
    const { size } = await handle.stat().then(found => { if (!found.isFile()) throw failed('is no file'); return found })
    if (size > DOCUMENT_BYTES_MAX) throw failed(`has ${Math.ceil(size / 2 ** 20)} MiB, and at most ${DOCUMENT_BYTES_MAX / 2 ** 20} MiB are read`)
    return await handle.readFile('utf8')
  } finally {
    await handle.close()
  }
}

function whyNot(error: unknown): string {
  const code = String((error as { code?: unknown }).code ?? 'unknown')
  return code === 'ENOENT' ? 'is not there' : code === 'EACCES' || code === 'EPERM' ? 'may not be read' : `cannot be read (${code})`
}
