// A claim for a command: taken by whoever starts it, handed to its process before that may do anything, given back when it is
// over. Shared by `purser guard` and `purser run`.
import type { ClaimAnswer, ClaimAsker, ClaimOperations, ClaimRefusal } from '../api/claim-answers.ts'
import { AppError, messageOf } from '../core/errors.ts'
import type { Clock } from '../core/machine/clock.ts'
import type { ProcessIdentity } from '../core/machine/process-table.ts'
import { instant, isoText } from '../core/time.ts'

/** What is asked of whom: of a control plane, or of whatever keeps one open. */
export interface ClaimLine { call<N extends keyof ClaimOperations>(name: N, input: ClaimOperations[N]['in']): Promise<ClaimOperations[N]['out']> }

/** Whose claim it will be, on what. */
export interface ClaimWish {
  /** As typed. */
  readonly names: readonly string[]
  readonly folder: string
  readonly asker: ClaimAsker
  readonly reason?: string
  readonly strict: boolean
  /** Stand in line for so long; 0 refuses at once. */
  readonly waitMs: number
  readonly told: (text: string) => void
  /** A ticket for the queue. */
  readonly minted: string
}

export interface Held { readonly names: readonly string[]; readonly tokens: Readonly<Record<string, number>>; /** Ours to give back. */ readonly own: boolean }

const tokensOf = (claims: readonly ClaimAnswer[]): Held['tokens'] => Object.fromEntries(claims.map(({ name, token }) => [name, token]))

/** A claim that the caller's session holds already is only looked at. */
export async function hold(door: ClaimWish, line: ClaimLine, clock: Pick<Clock, 'now'>): Promise<Held | ClaimRefusal> {
  const asked = { names: door.names, cwd: door.folder }
  const mine = await line.call('claim.check', { ...asked, asker: door.asker })
  if (mine.ok) return { names: mine.claims.map(({ name }) => name), tokens: tokensOf(mine.claims), own: false }
  const asker = { ...door.asker, as: 'process' as const }
  const until = isoText(instant(clock.now() + door.waitMs))
  for (let told = ''; ;) {
    const taken = await line.call('claim.take', {
      ...asked, asker, strict: door.strict, ...(door.reason === undefined ? {} : { reason: door.reason }), ...(door.waitMs > 0 ? { wait: { ticket: door.minted, until } } : {}),
    })
    if (taken.ok) return { names: taken.claims.map(({ name }) => name), tokens: tokensOf(taken.claims), own: true }
    if (!('waiting' in taken) || !taken.waiting) return taken
    if (told !== taken.says) door.told(`waiting: ${taken.says}`)
    told = taken.says
  }
}

/** Before it may do anything: whoever ends this process with SIGKILL leaves a command behind that holds its own claim. */
export async function handOver({ folder, asker }: Pick<ClaimWish, 'folder' | 'asker'>, line: ClaimLine, { names }: Held, to: ProcessIdentity): Promise<void> {
  const handed = await line.call('claim.hand', { names, cwd: folder, asker: { ...asker, as: 'process' }, to: { pid: to.pid, ...(to.startTime === '' ? {} : { startTime: to.startTime }) } })
  if (!handed.ok) throw new AppError('refused', handed.says)
}

export async function giveBack({ folder, asker, told }: Pick<ClaimWish, 'folder' | 'asker' | 'told'>, line: ClaimLine, { names, tokens }: Held): Promise<void> {
  try {
    await line.call('claim.release', { names, cwd: folder, asker: { ...asker, as: 'process' }, tokens })
  } catch (error) {
    // Its process is gone, so whoever wants it next gets it all the same.
    told(`the claim could not be given back (${messageOf(error)}); it ends with its process`)
  }
}
