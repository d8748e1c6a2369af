// Where OpenCode keeps its databases and, from its first year, its message files. Candidates only.
import { accountOf, dataHomes, homesOf } from '../homes.ts'
import type { Environment } from '../../core/sessions/agent-adapter.ts'
import type { LogPlace, LogRoot } from '../../core/sessions/log-source.ts'

/** A product built on OpenCode: its name for the data folder and database, and the variable that moves the folder. */
export interface Build {
  readonly agent: string
  readonly folder: string
  readonly variable: string
  /** A message's cost contains what the subagents it started cost; its own is in the part that ends the step. */
  readonly nestedCosts: boolean
}

export const OPENCODE: Build = { agent: 'opencode', folder: 'opencode', variable: 'OPENCODE_DATA_DIR', nestedCosts: false }

/** The data folders, wherever this user may have them. */
export const dataRoots = ({ folder, variable }: Build) => (environment: Environment): readonly LogRoot[] =>
  homesOf(environment, variable, ...dataHomes(environment, folder)).map(path => ({ path, account: accountOf(path, environment.home), configHome: path }))

/** `opencode.db`, and `opencode-<channel>.db` of a preview channel. */
export const ownsDatabase = ({ folder }: Build): (relativePath: string) => boolean => {
  const name = new RegExp(`^${folder}(?:-[A-Za-z0-9._-]+)?\\.db$`)
  return relativePath => name.test(relativePath)
}

const MESSAGE_FILE = /^(?:project\/[^/]+\/)?storage\/(?:session\/)?message\/([^/]+)\/[^/]+\.json$/
const ABOVE_MESSAGES = /^(?:project(?:\/[^/]+(?:\/storage(?:\/session)?)?)?|storage(?:\/session)?)$/
const WITH_MESSAGES = /^(?:project\/[^/]+\/)?storage\/(?:session\/)?message(?:\/[^/]+)?$/

/** One file a message: `storage/message/<session>/<id>.json`, with the older `storage/session/` and `project/<slug>/` before it. */
export const ownsMessageFile = (relativePath: string): boolean => MESSAGE_FILE.test(relativePath)

/** Beside the messages lie their parts and diffs, far more files that say nothing about usage. */
export const entersFolder = (folder: string): boolean => ABOVE_MESSAGES.test(folder) || WITH_MESSAGES.test(folder)

export const placeOf = (relativePath: string): LogPlace => ({ session: MESSAGE_FILE.exec(relativePath)?.[1] ?? '', subagent: '' })
