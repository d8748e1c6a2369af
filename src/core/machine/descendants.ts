// Who a process's children, grandchildren and so on are, by live parent links only. A child whose parent ended belongs
// to init from then on: nothing here guesses whose it was.
import { isAlive, type ProcessInfo } from './process-table.ts'

// An agent's tools are tens of processes; a build may be hundreds. More than this is left and reported.
export const DESCENDANTS_MAX = 512

/** Live descendants of `root`, parents before their children, at most `DESCENDANTS_MAX`; the root is not among them. */
export function descendantsOf(processes: readonly ProcessInfo[], root: number): readonly ProcessInfo[] {
  const children = new Map<number, ProcessInfo[]>()
  for (const process of processes) {
    const siblings = children.get(process.parent)
    if (siblings) siblings.push(process)
    else children.set(process.parent, [process])
  }
  const found: ProcessInfo[] = []
  // A table is read while it changes, so links may even form a ring: each pid is taken once.
  const seen = new Set([root])
  const take = (parent: number): void => {
    for (const child of children.get(parent) ?? []) {
      if (seen.has(child.pid) || found.length >= DESCENDANTS_MAX) continue
      seen.add(child.pid)
      if (isAlive(child)) found.push(child)
    }
  }
  take(root)
  for (let at = 0; at < found.length; at++) take((found[at] as ProcessInfo).pid)
  return found
}
