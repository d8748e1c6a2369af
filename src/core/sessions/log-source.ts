// How one kind of log of an agent is found and read, in three forms: lines that grow, documents that are rewritten,
// databases that are queried. Knowledge only: os/ opens, follows and reads; a source says what is where and what it means.
import type { FieldPlan, FoundFields } from '../tailing/field-plan.ts'
import type { Instant } from '../time.ts'
import type { ParsedLine } from '../usage/usage-event.ts'
import type { Environment } from './agent-adapter.ts'

/** A folder that may hold logs, and the account (config home) its logs belong to. */
export interface LogRoot {
  readonly path: string
  readonly account: string
  readonly configHome: string
  /** The path is not a root itself: every folder of this name, at most `depth` below it, is one, with its parent as config home. */
  readonly nested?: { readonly folder: string; readonly depth: number; /** Only first folders whose lower-case name contains this. */ readonly first?: string }
  /** No root while any of these exists in it: then its files are something else. */
  readonly unless?: readonly string[]
}

/** What the position of a file under its root already says. */
export interface LogPlace { readonly session: string; readonly subagent: string }

interface Located {
  /** Unique within the agent: `rollouts`, `threads`. Stored with the cursor. */
  readonly name: string
  roots(environment: Environment): readonly LogRoot[]
  /** The agent's own list of further roots, where it keeps a log in every project: a small file, and the roots its text names. */
  rootLists?(environment: Environment): readonly { readonly path: string; roots(text: string): readonly LogRoot[] }[]
  /** True for a path (relative to the root, `/`-separated) that is a log of this source. */
  owns(relativePath: string): boolean
  /** False for a folder below which nothing is owned: it is neither listed nor watched. Absent: every folder is entered. */
  enters?(relativeFolder: string): boolean
  place(relativePath: string): LogPlace
  /**
   * It also reads a folder that the user named and that has no agent's layout, since its logs are known by their names.
   * rest: it takes what no other source there knows.
   */
  readonly anyFolder?: true | 'rest'
  /**
   * Small files whose text is needed to understand this one (a folder's cwd, a config's model), relative to the root;
   * one leading `../` leads to the folder the root lies in, and no further. Null when absent or larger than COMPANION_BYTES_MAX.
   */
  companions?(relativePath: string): readonly string[]
  /** As companions, for logs that grow: their first COMPANION_HEAD_BYTES are handed over, however large they are. */
  heads?(relativePath: string): readonly string[]
}

/** A companion is a setting or a header, never a conversation. */
export const COMPANION_BYTES_MAX = 1024 * 1024

/** What a log says of itself stands in its first line. */
export const COMPANION_HEAD_BYTES = 16 * 1024

/** What a parser is told about the file it reads. `memory` is what it left at the cursor, null at the start of the file. */
export interface Opening {
  readonly place: LogPlace
  /** Relative to the root. */
  readonly path: string
  /** The folder (absolute) of the root. */
  readonly root: string
  readonly memory: string | null
  readonly companions: Readonly<Record<string, string | null>>
  /** When each companion was last written; null when absent. */
  readonly companionTimes?: Readonly<Record<string, Instant | null>>
  /** The lines (with a marker, in order, read as they are asked for) of the log whose `kinId` this is; null when there is none. */
  readonly kin?: (id: string) => Iterable<Uint8Array> | null
}

/** A parser's memory is written with every cursor: a few facts, never a history. */
export const MEMORY_CHARACTERS_MAX = 16 * 1024

/** Reads one log from its cursor on. Never throws, on any bytes. */
export interface LineParser {
  /** One complete line without its newline. `writtenAt` stands in for a damaged time. */
  parse(line: Uint8Array, writtenAt: Instant): ParsedLine
  /** The same line, where the fields of the source's plan were found before: exactly what `parse` would say of it. */
  parseFound?(found: FoundFields, writtenAt: Instant): ParsedLine
  /** What the lines so far said that later ones rely on, as text a new parser can be opened with; '' when nothing. */
  memory(): string
}

/** Lines of JSON that are appended. Names ending in `.zst` are decompressed on the way. */
export interface LineSource extends Located {
  readonly form: 'lines'
  /**
   * Byte markers; a line that holds none of them cannot matter and is never parsed. Fast are few, of at most seven bytes,
   * the first of them rare in text (`_`): 200 MiB took 0.1 s to search so, and 1.5 s with whole names.
   */
  readonly markers: readonly string[]
  /** What its parser wants of a line, for whoever can find that quicker than the parser itself. */
  readonly plan?: FieldPlan
  /** For logs that repeat the beginning of another one: which log has which id, and the folders (relative to the root) they all lie in. */
  readonly kin?: { readonly folders: readonly string[]; idOf(fileName: string): string | null }
  open(opening: Opening): LineParser
}

/**
 * One JSON text, rewritten as a whole: read again whenever it changed, up to DOCUMENT_BYTES_MAX. Its parser gets the memory
 * it left at the last whole reading of the same path.
 */
export interface DocumentSource extends Located {
  readonly form: 'document'
  /**
   * Never throws. The facts may repeat earlier ones: keys make that harmless. Null, or nothing but malformed facts: the text
   * is torn (being written), it is read again soon and becomes a flaw only when it stays so.
   */
  parse(text: string, opening: Opening, writtenAt: Instant): { readonly facts: readonly ParsedLine[]; readonly memory: string } | null
}

/** Real documents reach a few MiB; a larger one is recorded as a gap. */
export const DOCUMENT_BYTES_MAX = 64 * 1024 * 1024

export type RowValue = string | number | bigint | null
export type Row = Readonly<Record<string, RowValue>>

/** One query over a foreign database. It asks for rows whose mark is at or after the last seen one: repeated rows are harmless. */
export interface RowPass {
  readonly name: string
  /** What must exist: table -> columns. A pass whose needs are not met is skipped; when none is met, that is said. */
  readonly needs: Readonly<Record<string, readonly string[]>>
  /** Skipped where this table exists: another pass tells the same better. */
  readonly unless?: string
  /** `select ..., <mark> as mark from ... where <mark> >= :mark order by <mark> limit :limit`, read-only. */
  readonly sql: string
  readonly firstMark: RowValue
  /** How the first reading goes where no index has the order of the marks. */
  readonly walk?: RowWalk
  /** `writtenAt` stands in for a damaged time. Never throws. */
  parse(row: Row, opening: Opening, writtenAt: Instant): ParsedLine
}

/**
 * Rows in the order in which they lie: one walk through the table, where pages in the order of their marks would each sort
 * what is left of it.
 */
export interface RowWalk {
  /** `select ..., rowid as mark from ... where rowid > :mark order by rowid limit :limit`; the same columns else. */
  readonly sql: string
  /** Asked before the walk: one row whose `mark` the pass goes on from after it, so that what changed meanwhile is read again. */
  readonly from: string
}

/**
 * A SQLite database of the agent, opened read-only and asked again whenever it or its write-ahead log changed. The last
 * mark of each pass is kept beside the cursor, so `memory` is null for its parsers. Blobs are handed over as text.
 */
export interface DatabaseSource extends Located {
  readonly form: 'database'
  readonly passes: readonly RowPass[]
}

export type LogSource = LineSource | DocumentSource | DatabaseSource

/** A parser for logs whose every line speaks for itself. */
export const memoryless = (parse: (line: Uint8Array, place: LogPlace, writtenAt: Instant) => ParsedLine) =>
  ({ place }: Opening): LineParser => ({ parse: (line, writtenAt) => parse(line, place, writtenAt), memory: () => '' })
