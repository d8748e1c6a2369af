// What reaches the sources: one reader for documents, one for chains, the latter loaded when a chain is first asked for.
import type { ChainReader } from '../core/external/chain.ts'
import type { ChainSource, TableSource } from '../core/external/source.ts'
import type { AbortLike } from '../core/machine/clock.ts'
import { readDocument } from './read-document.ts'

export interface Readers {
  text(source: TableSource, signal: AbortLike): Promise<string>
  chain(source: ChainSource): Promise<ChainReader>
}

/** `variables` is the whole environment of the programs that are run. */
export const openReaders = (variables: Readonly<Record<string, string | undefined>>): Readers => ({
  text: (source, signal) => readDocument(source, variables, signal),
  chain: async source => (await import('./evm.ts')).openChain(source),
})
