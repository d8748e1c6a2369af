// What could not be run here, for the last line of `npm test`; in a bare vitest run the line goes to the terminal.
import { appendFileSync } from 'node:fs'

export function noteNotRun(what: string): void {
  const file = process.env['PURSER_TEST_NOT_RUN']
  if (file === undefined) process.stderr.write(`NOT RUN ${what}\n`)
  else appendFileSync(file, `${what}\n`)
}
