// `purser session attach`: a session in a terminal of purser's, shown in the person's own.
import { AppError } from '../../core/errors.ts'
import { command } from '../command.ts'

export const sessionAttach = command({
  operands: { session: { value: 'SESSION', about: 'its id, or the name of its terminal, in full' } }, options: {}, json: false,
  examples: [['purser session attach purser-10', 'look at it and type into it; leave it with Ctrl-b d']],
  notes: ['It goes on when you leave. Whoever is attached as well sees and types the same.'],
  async run(context, given) {
    if (!context.outScreen.tty) throw new AppError('unavailable', 'a session is shown in a terminal, and this is none; type it in one')
    const { argv } = await context.plane().call('session.attach', { target: given.operands.session })
    return context.doors.attach({ argv, environment: context.environment })
  },
})
