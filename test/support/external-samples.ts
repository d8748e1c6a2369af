// One answer of every operation of spend outside of the logs, every field present.
import type { ExternalOperations } from '../../src/api/external-answer.ts'
import type { Complete } from './sample-answers.ts'

type Out<N extends keyof ExternalOperations> = Complete<ExternalOperations[N]['out']>

export const externalChain: Out<'external.list'>['sources'][number] = {
  id: 'spending-hook', kind: 'evm', asset: 'USDC', mode: 'spend', configured: true, cost: '12.50', entries: 41, subjects: 3, lower: 0, ahead: 0, syncedAt: '2026-11-21T15:10:00.000Z', nextAt: '2026-11-21T15:15:00.000Z',
  failure: null, failingSince: null, chain: { id: 8453, contract: '0x00000000000000000000000000000000000000aa', nextBlock: 21_000_120, withdrawn: 1 },
}
export const externalSource: Out<'external.list'>['sources'][number] = {
  ...externalChain, id: 'provider-bill', kind: 'json', asset: 'USD', cost: '731.25', entries: 12, subjects: 2, lower: 1, failure: 'external source "provider-bill": fetch-bill ended with 3', failingSince: '2026-11-21T15:00:00.000Z', chain: null,
}

export const externalSamples: { readonly [N in keyof ExternalOperations]: Out<N> } = {
  'external.list': { sources: [externalSource, externalChain] },
  'external.show': {
    source: externalChain, cost: '731.25', more: 2,
    subjects: [
      { subject: '2026-11-20/opus', account: '~/.claude-work', project: '/home/ada/src/web-app', branch: 'main', session: '', latest: '500', highest: '500', says: '500.00', ledger: '500.00', drift: '0.00', state: 'in_step', readAt: '2026-11-21T15:10:00.000Z' },
      { subject: '', account: '', project: '', branch: '', session: '', latest: '200', highest: '231.25', says: '200.00', ledger: '231.25', drift: '-31.25', state: 'lower', readAt: '2026-11-21T15:10:00.000Z' },
    ],
    sessions: [{ source: 'spending-hook', session: '7f3a91c2-77b1-4f4e-9a55-02a1c1b0a001', cost: '12.50', entries: 41, amount: '12.5', asset: 'USDC', firstAt: '2026-11-21T09:10:00.000Z', lastAt: '2026-11-21T15:09:00.000Z' }],
  },
  'external.sync': {
    results: [{ source: 'provider-bill', entries: 2, cost: '3.50', lower: 1, ahead: 1, restarted: 1, withdrawn: 1, locked: ['L3f9a2c'], failure: null, more: false }],
  },
  'external.reset': { source: 'provider-bill', subjects: [{ subject: '', from: '231.25', to: '200' }], fromBlock: null },
}
