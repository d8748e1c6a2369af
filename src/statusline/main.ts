// The small program behind the status line script: `node statusline.cjs OWN [absent|silent]` with the client's payload
// on stdin. Loads no library. Exit 0 is a line, anything else none.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { systemClock } from '../os/clock.ts'
import { standardInput } from '../os/standard-input.ts'
import { answerStatusline, OWN_DEADLINE_MS } from './answer.ts'

// The client's payload has 2 kB.
const PAYLOAD_BYTES_MAX = 4 * 1024 * 1024
// Above every deadline inside; a client that waits for ever shows nothing at all.
const DEADLINE_MS = OWN_DEADLINE_MS + 2_000
const NO_LINE = 3

async function main(): Promise<void> {
  const [, program = '', own = '', asked = ''] = process.argv
  try {
    process.stdout.write(await answerStatusline({
      body: await standardInput(PAYLOAD_BYTES_MAX), variables: process.env, ownVariables: callersOwn(process.env), socket: socketOf(dirname(program)), own,
      asked: asked === 'absent' || asked === 'silent' ? asked : null, now: systemClock.now(), zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    }))
  } catch {
    // What went wrong may quote the payload: nothing is printed.
    process.exitCode = NO_LINE
  }
}

function socketOf(here: string): string {
  try {
    return readFileSync(join(here, 'socket'), 'utf8').trim()
  } catch {
    return join(here, 'socket-unknown')
  }
}

/** The script keeps Node's own switches from us, not from the person's command. */
function callersOwn({ PURSER_STATUSLINE_OPTIONS: options, PURSER_STATUSLINE_CERTS: certificates, ...rest }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const variables = { ...rest }
  for (const [name, value] of [['NODE_OPTIONS', options], ['NODE_EXTRA_CA_CERTS', certificates]] as const) {
    if (value !== undefined && value !== '') variables[name] = value
    else if (options !== undefined) delete variables[name]
  }
  return variables
}

setTimeout(() => process.exit(NO_LINE), DEADLINE_MS).unref()
void main()
