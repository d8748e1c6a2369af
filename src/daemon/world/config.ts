// The configuration as the daemon holds it, bound to this machine's zone, home and variables; and what a request for a
// budget means in the file's own keys.
import { changesOf } from '../../config/budget-words.ts'
import { openConfig as openConfigFile, readConfig, writeDefaultConfig, type ConfigFile } from '../../config/config-file.ts'
import { removeBudget, setBudget } from '../../config/edit.ts'
import { explain } from '../../config/explain.ts'
import { loadConfig, type ConfigContext } from '../../config/load.ts'
import type { BudgetRequest, ConfigCheckAnswer } from '../../api/control-plane.ts'
import { codeOf, messageOf, type AppError } from '../../core/errors.ts'
import type { Environment } from '../../core/sessions/agent-adapter.ts'
import type { Instant } from '../../core/time.ts'

export const contextOf = (environment: Environment): ConfigContext => ({
  systemZone: Intl.DateTimeFormat().resolvedOptions().timeZone, home: environment.home, environment: environment.variables,
})

export const openConfig = (path: string, environment: Environment, now: () => Instant): ConfigFile => openConfigFile({ path, context: contextOf(environment), now })

/**
 * The same for a command that must answer although the file is damaged: the defaults hold, the problem is told, and an
 * edit is refused with it. Never for a daemon, which would judge by no rules at all.
 */
export function openConfigToAnswer(path: string, environment: Environment, now: () => Instant): ConfigFile {
  try {
    return openConfig(path, environment, now)
  } catch (error) {
    if (codeOf(error) !== 'config_invalid') throw error
    const defaults = { ...loadConfig('', path, contextOf(environment)), file: path, loadedAt: now(), problem: messageOf(error) }
    return { current: () => defaults, reload: () => defaults, edit: () => { throw error } }
  }
}

/** The commented file, written on a daemon's first start. */
export const writeFirstConfig = (path: string, environment: Environment): boolean => writeDefaultConfig(path, contextOf(environment))

/** The file's text with this budget set; fields that were not named keep what the file says. */
export function editBudget(text: string, { id, ...words }: BudgetRequest & { readonly id: string }, file: string, environment: Environment): string {
  return setBudget({ text, file, context: contextOf(environment) }, id, changesOf(words))
}

export const withoutBudget = (text: string, id: string, file: string, environment: Environment): string =>
  removeBudget({ text, file, context: contextOf(environment) }, id)

interface ReportedProblem { readonly line: number; readonly where: string; readonly key: string; readonly message: string; readonly fix: string }

/** The file as it is on disk now, problems and all. */
export function checkConfig(file: string, environment: Environment): ConfigCheckAnswer {
  const text = readConfig(file)
  try {
    const { settings, version } = loadConfig(text ?? '', file, contextOf(environment))
    return { file, exists: text !== null, version, budgets: settings.budgets.length, problems: [] }
  } catch (error) {
    if (codeOf(error) !== 'config_invalid') throw error
    const { problems = [] } = (error as AppError).context as { problems?: readonly ReportedProblem[] }
    return {
      file, exists: text !== null, version: '', budgets: 0,
      problems: problems.map(({ line, where, key, message, fix }) => ({ line: line || null, key: [where, key].filter(part => part !== '').join(' '), message: fix === '' ? message : `${message}. ${fix}` })),
    }
  }
}

/** Every key with its value and where that came from. */
export const explainConfig = (config: ConfigFile): readonly { key: string; value: string; from: string }[] =>
  explain(config.current()).map(({ key, value, from, line }) => ({ key, value, from: line > 0 ? `${from}, line ${line}` : from }))
