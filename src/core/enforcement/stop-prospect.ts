// What a stop by hand will come to, in one sentence, before a person agrees to it: what refuses the session, what signals
// it, and what to type where neither does. Nothing is promised that was not proven.

/**
 * What hooks can do about a session: `heard` its process has spoken through one and runs on; `unheard` they are installed,
 * and a session that began before that has none; `absent` they are not installed; `none` its agent has no hooks.
 */
export type HookReach = 'heard' | 'unheard' | 'absent' | 'none'

export interface StopFacts {
  readonly agent: string
  readonly hooks: HookReach
  readonly armed: boolean
  /** Signals can be sent on this system at all. */
  readonly signals: boolean
  /** The proven process; null, with `because`, where there is none. */
  readonly pid: number | null
  readonly because: string
}

export function stopProspect({ agent, hooks, armed, signals, pid, because }: StopFacts): string {
  if (armed && pid !== null) return `this session will be ${hooks === 'heard' ? 'refused by hooks and ' : ''}stopped: its process (pid ${pid}) is proven${BESIDE[hooks]}`
  const why = armed ? `its process is not proven (${because})` : 'purser is not armed'
  const next = armed ? (hooks === 'absent' ? '; for sessions that begin later: purser hooks install' : '') : `; ${signals ? 'arm with: purser arm' : 'signals are not sent on this system'}`
  return `${why}${withoutSignals(agent)[hooks]}${next}`
}

/** What hooks add where signals stop the session already. */
const BESIDE: Readonly<Record<HookReach, string>> = {
  heard: '', none: '', absent: '; hooks are not installed', unheard: '; hooks refuse it too if it began after they were installed',
}

const withoutSignals = (agent: string): Readonly<Record<HookReach, string>> => ({
  heard: ': this session will be refused by hooks and not signalled',
  unheard: ': only hooks can refuse this session, if it began after they were installed; none was heard of it yet',
  absent: ' and hooks are not installed, so nothing will stop this session',
  none: `: ${agent} has no hooks, so nothing will stop this session`,
})
