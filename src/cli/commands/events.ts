// `purser events`: the audit trail as JSON lines, or readable with --text.
import { jsonText } from '../answer.ts'
import { command } from '../command.ts'
import { EXIT_DONE } from '../context.ts'
import { AppError } from '../../core/errors.ts'
import { lastEvent, printEvents } from '../follow.ts'
import { eventLine } from '../render/events.ts'
import { paint } from '../render/paint.ts'

// What a follower sees of the past, as tail -f shows it.
const RECENT = 10

export const events = command({
  operands: {},
  options: {
    follow: { kind: 'flag', about: 'go on with what happens, until Ctrl-C; begins with the last ten' },
    after: { kind: 'value', value: 'ID', about: 'only events after this id' },
    text: { kind: 'flag', about: 'lines for people instead of JSON' },
  },
  json: true,
  examples: [['purser events', 'everything that happened, one JSON object a line'], ['purser events --follow --text', 'watch it happen']],
  async run(context, given) {
    const { follow, text } = given.options
    if (text && given.json) throw new AppError('invalid_input', '--text and --json are two forms of one answer; keep one')
    const plane = context.plane()
    const { clock } = await context.machine()
    const stop = context.interrupted()
    const after = given.options.after === undefined ? (follow ? Math.max(0, await lastEvent(plane) - RECENT) : 0) : eventId(given.options.after)
    const zone = text ? (await plane.call('status', {})).zone : 'UTC'
    await printEvents({
      plane, after, follow, stop, clock,
      print: event => context.out(text ? paint([eventLine(event, zone, context.outScreen.columns)], context.outScreen) : jsonText(event, 'line')),
    })
    return EXIT_DONE
  },
})

function eventId(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new AppError('invalid_input', `--after needs the id of an event, a whole number; "${text}" is none`)
  return Number(text)
}
