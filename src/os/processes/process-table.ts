// The process table of this platform, and the two ways to see less of one.
import type { ProcessInfo, ProcessTable } from '../../core/machine/process-table.ts'
import { darwinProcesses } from './darwin.ts'
import { linuxProcesses } from './linux.ts'

/** `detail` says which processes may be an agent: only their directories and namespaces are read by `list`. */
export function processTable(platform: string, detail: (process: ProcessInfo) => boolean): ProcessTable {
  switch (platform) {
    case 'linux': return linuxProcesses({ detail })
    case 'darwin': return darwinProcesses({ detail })
    case 'win32': return noProcesses('purser does not list or signal processes on Windows: hooks still deny, running sessions go on until their next hook')
    default: return noProcesses(`purser does not know how processes are listed on ${platform}: hooks still deny, running sessions go on until their next hook`)
  }
}

/** A table that reports nothing and says why. Without a process there is no target, so nothing is ever signalled. */
export function noProcesses(shortfall: string): ProcessTable {
  return {
    shortfall,
    list: async () => [], inspect: async () => null, hold: async () => null,
    self: async () => ({ pid: process.pid, uid: -1, namespace: '', ancestors: [process.ppid] }),
    startedAt: () => null,
  }
}

/** The same table without the processes that `admits` refuses: for a demo that may see only its own children. */
export function narrowed(table: ProcessTable, admits: (pid: number) => boolean): ProcessTable {
  return {
    ...table,
    list: async () => (await table.list()).filter(({ pid }) => admits(pid)),
    inspect: async pid => (admits(pid) ? table.inspect(pid) : null),
    hold: async pid => (admits(pid) ? table.hold(pid) : null),
  }
}
