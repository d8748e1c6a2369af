// `purser uninstall`: reverses hooks, statusline and service; with --purge also what purser knows.
import { AppError } from '../../core/errors.ts'
import { ERROR_CODES } from '../../core/errors.ts'
import { answer } from '../answer.ts'
import { command } from '../command.ts'
import { EXIT_DONE } from '../context.ts'
import { renderUninstall } from '../render/setup.ts'

export const uninstall = command({
  operands: {},
  options: {
    purge: { kind: 'flag', about: 'also delete the records, the configuration and the backups; they cannot be brought back' },
    yes: { kind: 'flag', about: 'do not ask before --purge' },
  },
  json: true,
  examples: [['purser uninstall', 'stop the daemon, take out the hooks; records and configuration stay'], ['purser uninstall --purge', 'leave nothing']],
  async run(context, given) {
    const { purge, yes } = given.options
    if (purge && !yes) {
      const { places } = await context.machine()
      const typed = await context.ask(`purser: delete ${places.state} with everything ever recorded, and ${places.configFile}? Type "purge" to go on: `)
      if (typed === null) throw new AppError('invalid_input', '--purge deletes every record, and nobody is here to be asked\ntype: purser uninstall --purge --yes')
      if (typed.trim() !== 'purge') throw new AppError('refused', 'nothing was changed')
    }
    const done = await context.doors.uninstall({ environment: context.environment, purge })
    await answer(context, given, done, renderUninstall)
    return done.steps.some(step => step.did === 'failed') ? ERROR_CODES.unavailable.exit : EXIT_DONE
  },
})
