// A process as a table shows it, for tests of what a process is.
import type { ProcessInfo } from '../../src/core/machine/process-table.ts'

export const aProcess = (exe: string, argv: readonly string[], name = 'node'): ProcessInfo =>
  ({ pid: 4711, parent: 1, uid: 1000, startTime: '1', name, exe, argv, cwd: '/w', namespace: '', state: 'S' })
