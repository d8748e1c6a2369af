// Which queued tasks may start now: by urgency, then by age; never more than the caps allow. A pure rule over what is
// under way. What may not start is told why, so that a person never has to guess what a task waits for.
import type { Instant } from '../time.ts'
import type { Task, TaskCaps } from './task.ts'
import { attemptOf } from './task.ts'

export interface Placed extends Pick<Task, 'id' | 'agent' | 'project' | 'priority' | 'createdAt' | 'now'> {
  /** The account it would work on, or works on. */
  readonly on: string
}

export interface Choice {
  readonly start: readonly string[]
  /** Ready, and has to wait: what for. */
  readonly waits: ReadonlyMap<string, string>
}

export function choose(tasks: readonly Placed[], { caps, seats, now }: { readonly caps: Pick<TaskCaps, 'perProject' | 'perAccount'>; /** Free ones. */ readonly seats: number; readonly now: Instant }): Choice {
  const projects = new Map<string, number>(), accounts = new Map<string, number>()
  const take = ({ project, agent, on }: Placed): void => {
    projects.set(project, (projects.get(project) ?? 0) + 1)
    accounts.set(`${agent} ${on}`, (accounts.get(`${agent} ${on}`) ?? 0) + 1)
  }
  for (const task of tasks) if (attemptOf(task) !== null) take(task)
  const start: string[] = [], waits = new Map<string, string>()
  for (const task of tasks.filter(each => isReady(each, now)).toSorted(byUrgency)) {
    if ((projects.get(task.project) ?? 0) >= caps.perProject) waits.set(task.id, `${counted(caps.perProject, 'task works', 'tasks work')} in this project already`)
    else if ((accounts.get(`${task.agent} ${task.on}`) ?? 0) >= caps.perAccount) waits.set(task.id, `${counted(caps.perAccount, 'task works', 'tasks work')} on this account already`)
    else if (start.length >= seats) waits.set(task.id, 'every seat of the pool is taken')
    else {
      start.push(task.id)
      take(task)
    }
  }
  return { start, waits }
}

const isReady = ({ now: state }: Pick<Task, 'now'>, now: Instant): boolean => state.state === 'queued' && (state.notBefore === null || state.notBefore <= now)
export const byUrgency = (a: Pick<Task, 'priority' | 'createdAt' | 'id'>, b: Pick<Task, 'priority' | 'createdAt' | 'id'>): number => b.priority - a.priority || a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)
const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`
