// What this very process is called: its pid, and where the system tells it cheaply its start time.
import { readFileSync } from 'node:fs'
import type { ProcessIdentity } from '../../core/machine/process-table.ts'

// After the name in /proc/self/stat: field 22 of the whole, counted from the state.
const START = 19

/** The start time is left out where only another program could tell it. */
export function ownProcess(): Pick<ProcessIdentity, 'pid'> & Partial<ProcessIdentity> {
  try {
    const stat = readFileSync('/proc/self/stat', 'latin1')
    const startTime = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[START] ?? ''
    return /^\d+$/.test(startTime) ? { pid: process.pid, startTime } : { pid: process.pid }
  } catch {
    return { pid: process.pid }
  }
}
