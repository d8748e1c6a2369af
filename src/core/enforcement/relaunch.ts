// Clients that start themselves again (for more memory) and wait: the waiting process has the same arguments as its
// child, does no work of its own and obeys no signal. What may be stopped is the child.
import type { ProcessInfo } from '../machine/process-table.ts'

/** Is `child` the same command as its parent `launcher`, started by it, with nothing but flags of the runtime added in front? */
export function isRelaunch(child: ProcessInfo, launcher: ProcessInfo): boolean {
  const given = launcher.argv.slice(1), taken = child.argv.slice(1)
  const added = taken.length - given.length
  return child.parent === launcher.pid && child.exe === launcher.exe && given.length > 0 && added >= 0
    && taken.slice(0, added).every(word => word.startsWith('-')) && given.every((word, index) => word === taken[added + index])
}
