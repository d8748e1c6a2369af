// `purser top`: the live view. Needs a terminal that can be drawn on; everything it shows is in `status --json` too.
import { AppError } from '../../core/errors.ts'
import { command } from '../command.ts'

export const top = command({
  operands: {}, options: {}, json: false,
  examples: [['purser top', 'what runs, what it costs this minute, what is about to stop it']],
  notes: ['q or Ctrl-C leaves it; nothing else stops. ? shows the keys.', 'Without a daemon it shows what the last index found. For a script or a pipe: purser status --json.'],
  async run(context) {
    if (!context.outScreen.tty || context.environment.variables.TERM === 'dumb') {
      throw new AppError('unavailable', 'purser top draws on a terminal, and this is none\ntype: purser status, or for a program: purser status --json')
    }
    const { clock } = await context.machine()
    // Whatever is wrong from the start, or worth a word beside the answer, is told before the screen is taken over.
    await context.plane().call('top', {})
    return await context.doors.top({ plane: context.plane(), clock, screen: context.outScreen, user: context.user, signal: context.interrupted() })
  },
})
