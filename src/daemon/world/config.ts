// The configuration as the daemon holds it: the last good one in force, the file's present problem beside it, and edits
// that are checked before they are written.
import { closeSync, existsSync, fchmodSync, fsyncSync, mkdirSync, openSync, readFileSync, realpathSync, renameSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { BudgetRequest, ConfigCheckAnswer } from '../../api/control-plane.ts'
import { removeBudget, setBudget, type BudgetChanges } from '../../config/edit.ts'
import { loadConfig, type ConfigContext, type LoadedConfig } from '../../config/load.ts'
import { AppError, codeOf, messageOf } from '../../core/errors.ts'
import type { Environment } from '../../core/sessions/agent-adapter.ts'
import type { ConfigState, World } from './world.ts'

export const contextOf = (environment: Environment): ConfigContext => ({
  systemZone: Intl.DateTimeFormat().resolvedOptions().timeZone, home: environment.home, environment: environment.variables,
})

const PRIVATE_FILE = 0o600
const PRIVATE_FOLDER = 0o700

/** Temporary file, fsync, rename: a reader sees the old text or the new. A link keeps pointing where it did; the mode stays. */
function writeWhole(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: PRIVATE_FOLDER })
  const target = existsSync(file) ? realpathSync(file) : file
  const mode = existsSync(target) ? statSync(target).mode & 0o777 : PRIVATE_FILE
  const unfinished = `${target}.${process.pid}.tmp`
  const handle = openSync(unfinished, 'w', mode)
  try {
    fchmodSync(handle, mode)
    writeSync(handle, text)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(unfinished, target)
}

export function openConfig(file: string, environment: Environment): World['config'] {
  const context = contextOf(environment)
  const read = (): string => (existsSync(file) ? readFileSync(file, 'utf8') : '')
  let text = read()
  // A damaged file at the very start has no last good one to fall back to: the error is the answer.
  let good: LoadedConfig = loadConfig(text, file, context)
  let problem: string | null = null
  const current = (): ConfigState => ({ settings: good.settings, version: good.version, problem })
  const take = (fresh: string): void => {
    text = fresh
    good = loadConfig(fresh, file, context)
    problem = null
  }
  return {
    current,
    reload() {
      try {
        const fresh = read()
        if (fresh !== text || problem !== null) take(fresh)
      } catch (error) {
        problem = messageOf(error)
      }
      return current()
    },
    edit(change) {
      const fresh = change(read())
      loadConfig(fresh, file, context)
      writeWhole(file, fresh)
      take(fresh)
      return current()
    },
  }
}

/** The file's text with this budget set; fields that were not named keep what the file says. */
export function editBudget(text: string, request: BudgetRequest & { readonly id: string }, file: string, environment: Environment): string {
  return setBudget({ text, file, context: contextOf(environment) }, request.id, changesOf(request))
}

export const withoutBudget = (text: string, id: string, file: string, environment: Environment): string =>
  removeBudget({ text, file, context: contextOf(environment) }, id)

function changesOf({ project, branch, session, agent, account, node, per, window, zone, limit, onBreach, failMode }: BudgetRequest): BudgetChanges {
  const named = { project, branch, session, agent, account, node, per, window, zone, limit, on_breach: onBreach, fail_mode: failMode }
  return Object.fromEntries(Object.entries(named).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

/** The file as it is on disk now, problems and all. */
export function checkConfig(file: string, environment: Environment): ConfigCheckAnswer {
  const exists = existsSync(file)
  try {
    const { settings, version } = loadConfig(exists ? readFileSync(file, 'utf8') : '', file, contextOf(environment))
    return { file, exists, version, budgets: settings.budgets.length, problems: [] }
  } catch (error) {
    if (codeOf(error) !== 'config_invalid') throw error
    const { problems = [] } = (error as AppError).context as { problems?: readonly { line: number; where: string; message: string; fix?: string }[] }
    return { file, exists, version: '', budgets: 0, problems: problems.map(each => ({ line: each.line || null, key: each.where, message: each.fix ? `${each.message}. ${each.fix}` : each.message })) }
  }
}
