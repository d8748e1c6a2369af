// `purser down`: stop the daemon and wait until it has stopped.
import { confirm, jsonText } from '../answer.ts'
import { command } from '../command.ts'
import { EXIT_DONE } from '../context.ts'
import { stopDaemon } from '../daemon-process.ts'

// A batch in flight is finished first; it takes milliseconds, the margin is for slow disks.
const WAIT_MS = 20_000

export const down = command({
  operands: {}, options: {}, json: true,
  examples: [['purser down', 'stop following; locks stay in force, and hooks go on denying']],
  async run(context, given) {
    const stopped = await stopDaemon(context, WAIT_MS)
    if (given.json) context.out(jsonText({ stopping: stopped }))
    else confirm(context, stopped ? 'purser has stopped; locks stay in force' : 'purser was not running')
    return EXIT_DONE
  },
})
