// Whose login lies in a config home: fingerprints, never the thing itself. What is compared is a digest salted with the
// machine's own id, so that nothing kept here can be matched with an address or an id anywhere else.
import { partsDigest } from '../digest.ts'
import type { Instant } from '../time.ts'

/** What a client's own files say of the login, picked by name. Lives only as long as it takes to make a fingerprint of it. */
export interface ClaimedIdentity {
  /** The vendor's ids of person and organisation, or the address where there is no id. */
  readonly parts: readonly string[]
  readonly kind: LoginKind
  /** An organisation decides over it. */
  readonly organisation: boolean
}
/** `oauth`: a subscription, with quota windows. `api-key`: metered, without. */
export type LoginKind = 'oauth' | 'api-key'

export interface FoundLogin {
  /** '' where no login says whose it is. */
  readonly fingerprint: string
  readonly kind: LoginKind | ''
  readonly organisation: boolean
  /** Changes when somebody signs in anew: size and time of the file that holds the login, which is never opened for this. '' = none. */
  readonly signIn: string
  readonly homeExists: boolean
  readonly lookedAt: Instant
}

/** Sixteen hex digits that only this machine makes of this login. */
export function fingerprintOf(identity: Pick<ClaimedIdentity, 'parts'>, { salt, agent }: { readonly salt: string; readonly agent: string }): string {
  return partsDigest(['account', salt, agent, ...identity.parts.map(part => part.toLowerCase())])
}
