// Inserts rows by the dozen, which come in one call from JavaScript. Where a key is taken the statement ends, and what went
// before stays: `or fail` needs no journal of its own, into which every page of the keys was copied before it was touched
// (a quarter of the time of 72,000 entries). Then, and until the taken ones lie behind, each row goes by itself.
import type { BulkCall, BulkInsert, Row } from '../../core/ledger/work.ts'
import { numbered } from '../database.ts'
import type { SqliteConnection, SqliteInput, SqliteStatement } from './sqlite-driver.ts'
import { isConstraint } from './sqlite-errors.ts'

// Ten rows gain what fifty gain; fewer rows are tried again one by one when a key is taken.
const ROWS = 16

interface Prepared { readonly one: SqliteStatement; readonly several: SqliteStatement; readonly width: number }

const NEW: Row = { changes: 1n }, TAKEN: Row = { changes: 0n }

export class SqliteBulk {
  readonly #connection: SqliteConnection
  readonly #prepared = new Map<BulkInsert, Prepared>()
  readonly #done: SqliteStatement

  constructor(connection: SqliteConnection) {
    this.#connection = connection
    this.#done = connection.prepare('select changes() as done')
  }

  insert({ bulk, flat }: BulkCall): readonly Row[] {
    const prepared = this.#statementsOf(bulk)
    const { width } = prepared
    const answers: Row[] = []
    // How many rows since one was taken: forks and rebuilt indexes bring them in runs.
    let clear = ROWS
    for (let at = 0; at < flat.length;) {
      if (clear >= ROWS && at + ROWS * width <= flat.length) {
        const done = this.#insertSeveral(prepared, flat.slice(at, at + ROWS * width))
        for (let row = 0; row < done; row++) answers.push(NEW)
        at += done * width
        if (done === ROWS) continue
        clear = 0
      }
      const answer = insertOne(prepared, flat.slice(at, at + width))
      clear = answer === NEW ? clear + 1 : 0
      answers.push(answer)
      at += width
    }
    return answers
  }

  /** How many rows went in before one whose key is taken, or that may not be: which of both it was, it says by itself. */
  #insertSeveral({ several }: Prepared, values: readonly SqliteInput[]): number {
    try {
      several.run(...values)
      return ROWS
    } catch (error) {
      if (!isConstraint(error)) throw error
      return Number((this.#done.all()[0] as { done: number | bigint }).done)
    }
  }

  #statementsOf(bulk: BulkInsert): Prepared {
    let found = this.#prepared.get(bulk)
    if (!found) {
      const row = numbered({ text: bulk.row, names: bulk.statement.names }, () => '?').text
      found = {
        one: this.#connection.prepare(numbered(bulk.statement, () => '?').text),
        several: this.#connection.prepare(`insert or fail into ${bulk.into} values ${Array.from({ length: ROWS }, () => row).join(', ')}`),
        width: bulk.statement.names.length,
      }
      this.#prepared.set(bulk, found)
    }
    return found
  }
}

const insertOne = ({ one }: Prepared, values: readonly SqliteInput[]): Row =>
  Number((one.run(...values) as { changes: number | bigint }).changes) > 0 ? NEW : TAKEN
