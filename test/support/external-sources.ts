// Sources outside of the logs as a config would make them, with the values that matter named by the test.
import { parseDecimal } from '../../src/core/external/decimal.ts'
import type { ChainSource, TableSource } from '../../src/core/external/source.ts'
import { MINUTE_MS, SECOND_MS } from '../../src/core/time.ts'

export const NOBODY = { account: '', project: '', branch: '', session: '' } as const

const usd = (text: string) => {
  const found = parseDecimal(text)
  if (!found) throw new Error(`${text} is no price`)
  return found
}
export { usd }

export const tableSource = (change: Partial<TableSource> = {}): TableSource => ({
  kind: 'json', id: 'bill', asset: 'USD', decimals: 0, usdPerUnit: usd('1'), everyMs: 5 * MINUTE_MS, timeoutMs: 10 * SECOND_MS, owner: NOBODY,
  command: ['bill'], file: '', rows: '', delimiter: ',', amount: 'amount', subject: [], at: '', zone: 'UTC', from: NOBODY, mode: 'spend', first: 'count', onLower: 'tell', ...change,
})

export const chainSource = (change: Partial<ChainSource> = {}): ChainSource => ({
  kind: 'evm', id: 'chain', asset: 'USDC', decimals: 6, usdPerUnit: usd('1'), everyMs: 5 * MINUTE_MS, timeoutMs: 10 * SECOND_MS, owner: NOBODY,
  rpcUrl: 'http://127.0.0.1:8545', contract: '0x00000000000000000000000000000000000000aa', event: 'Spent(bytes32 indexed session, uint256 amount)',
  amount: 'amount', from: { session: 'session', account: '' }, confirmations: 2, fromBlock: 1, chainId: 0, blocksAtOnce: 100, ...change,
})
