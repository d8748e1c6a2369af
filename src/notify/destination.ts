// Names a channel and its destination without telling the destination: addresses and tokens are credentials.
import { createHash } from 'node:crypto'
import type { ChannelKind } from '../core/machine/channel-settings.ts'

/** `ntfy:1f0c9a2b`: the same destination keeps its id when the config is reordered, so what waits for it still reaches it. */
export const destinationId = (kind: ChannelKind, destination: string): string =>
  `${kind}:${createHash('sha256').update(destination).digest('hex').slice(0, 8)}`
