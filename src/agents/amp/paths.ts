// Where Amp keeps its threads. Candidates only: whether they exist is os/'s business.
import type { Environment } from '../../core/sessions/agent-adapter.ts'
import type { LogRoot } from '../../core/sessions/log-source.ts'
import { accountOf, applicationData, dataHomes, homesOf, joined } from '../homes.ts'

const EDITORS = ['Code', 'Code - Insiders', 'VSCodium', 'Cursor', 'Windsurf']

/**
 * `threads` below every folder of AMP_DATA_DIR and below the XDG data folders; `threads3` is where the editor extension
 * kept them before it moved them there.
 */
export function threadRoots(environment: Environment): readonly LogRoot[] {
  const homes = [...new Set([...homesOf(environment, 'AMP_DATA_DIR'), ...dataHomes(environment, 'amp')].map(home => home.replace(/[\\/]threads$/, '')))]
  const extensions = EDITORS.map(editor => joined(environment, applicationData(environment), editor, 'User', 'globalStorage', 'sourcegraph.amp'))
  const root = (home: string, folder: string): LogRoot => ({ path: joined(environment, home, folder), account: accountOf(home, environment.home), configHome: home })
  return [...homes.map(home => root(home, 'threads')), ...extensions.map(home => root(home, 'threads3'))]
}

const THREAD = /^(?:T-)?[^/]+\.json$/

export const ownsThread = (path: string): boolean => THREAD.test(path)
/** Threads lie directly in their folder. */
export const entersFolder = (folder: string): boolean => folder === ''
