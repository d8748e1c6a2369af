import { describe, expect, it } from 'vitest'
import { explain } from '../../src/config/explain.ts'
import { loadConfig } from '../../src/config/load.ts'
import type { AppError } from '../../src/core/errors.ts'
import { decimalText } from '../../src/core/external/decimal.ts'

const load = (text: string) => loadConfig(text, 'f', { systemZone: 'UTC', home: '/home/u' })
const problems = (text: string): string[] => {
  try { load(text) } catch (error) {
    return ((error as AppError).context as { problems: { line: number; key: string; message: string; fix: string }[] }).problems.map(({ line, key, message, fix }) => `${line} ${key}: ${message} | ${fix}`)
  }
  return []
}
const BILL = '[[external]]\nid = "bill"\nkind = "json"\nfile = "~/bill.json"\namount = "usd"\n'
const HOOK = '[[external]]\nid = "hook"\nkind = "evm"\nrpc_url = "https://node.example/v3/s3cret"\ncontract = "0x00000000000000000000000000000000000000AA"\namount = "amount"\nevent = "Spent(bytes32 indexed session, string who, uint256 amount, int256 delta)"\n'

describe('an external source', () => {
  it('is what its table says, with the documented defaults', () => {
    const [bill] = load(BILL).settings.external
    expect(bill).toMatchObject({
      id: 'bill', kind: 'json', file: '/home/u/bill.json', command: [], amount: 'usd', subject: [], at: '', zone: 'UTC', asset: 'USD', decimals: 0, everyMs: 300_000, timeoutMs: 30_000,
      mode: 'spend', first: 'count', onLower: 'tell', owner: { account: '', project: '', branch: '', session: '' },
    })
    expect(load('').settings.external).toEqual([])
  })

  it('names its account by id, its project from home, and prices a unit to any digit', () => {
    const text = `${BILL}account = "work"\nproject = "~/src/web/"\nusd_per_unit = 0.000000000000000001\n[[account]]\nid = "work"\nhome = "~/.claude-work"\n`
    const [bill] = load(text).settings.external
    expect(bill?.owner).toEqual({ account: '~/.claude-work', project: '/home/u/src/web', branch: '', session: '' })
    expect(bill && decimalText(bill.usdPerUnit)).toBe('0.000000000000000001')
  })

  it('of a chain takes the contract in any case, and shows nobody the path of its node', () => {
    const loaded = load(`${HOOK}session_from = "session"\nfrom_block = 100\n`)
    expect(loaded.settings.external[0]).toMatchObject({ kind: 'evm', contract: `0x${'0'.repeat(38)}aa`, from: { session: 'session', account: '' }, fromBlock: 100, confirmations: 12, blocksAtOnce: 2_000, chainId: 0 })
    const shown = explain(loaded).filter(({ key }) => key.startsWith('external.hook.')).map(({ key, value, from }) => `${key.slice(14)}=${value} ${from}`)
    expect(shown).toContain('rpc_url="https://node.example/..." file')
    expect(shown).toContain('confirmations=12 default')
    expect(shown.join('\n')).not.toContain('s3cret')
  })
})

it.each([
  ['a kind without what it needs', '[[external]]\nid = "a"\nkind = "evm"\nrpc_url = "http://n.example"\nevent = "E(uint256 amount)"\namount = "amount"', ['1 : contract is missing, evm cannot do without | Add below its header: contract = "0x00000000000000000000000000000000000000aa"']],
  ['a bill from nowhere', '[[external]]\nid = "a"\nkind = "csv"\namount = "x"', ['1 : neither command nor file says where the bill comes from | Add below its header: file = "~/bills/this-month.json"']],
  ['a bill from two places', `${BILL}cmd = ["x"]`, ['4 file: cmd and file cannot both be | Keep one of them']],
  ['two of one name', BILL + BILL, ['7 id: id "bill" is taken by another source | Write another one, such as: id = "bill-2"']],
  ['no event', HOOK.replace('Spent(', 'Spent[').replace('delta)', 'delta]'), [expect.stringMatching(/^7 event: event is no event; it is written as in Solidity \| Write it like: event = "Spent\(/) as string]],
  ['an amount the event has not', HOOK.replace('amount = "amount"', 'amount = "sum"'), ['6 amount: amount is "sum", which is no parameter of the event | Its parameters: session, who, amount, delta']],
  ['an amount that may fall', HOOK.replace('amount = "amount"', 'amount = "delta"'), ['6 amount: amount is "delta" of type int256, which cannot be read | An amount is a uint, such as uint256']],
  ['a login that cannot be read back', `${HOOK.replace('string who', 'string indexed who')}account_from = "who"`, ['8 account_from: account_from is "who" of type string indexed, which cannot be read | A name is bytes32, an address, a uint or a string that is not indexed']],
  ['a price of nothing', `${BILL}usd_per_unit = 0`, ['6 usd_per_unit: usd_per_unit is 0, but must be an amount of US dollars above zero, such as "0.9998" | Write: usd_per_unit = "0.9998"']],
  ['a rhythm that burns a processor', `${BILL}every = "1s"`, ['6 every: every is "1s", but must be from "10s" to "7d 00h" | Write: every = "1h"']],
  ['a password in an address', HOOK.replace('https://', 'https://me:pw@'), ['4 rpc_url: rpc_url holds a user name or password, which no node is sent | Write: rpc_url = "http://127.0.0.1:8545"']],
])('%s is told with its line and its cure', (_, text, said) => {
  expect(problems(text)).toEqual(said)
})

it('a key of another kind is told with what this one takes', () => {
  expect(problems(`${BILL}confirmations = 5`)[0]).toMatch(/^6 confirmations: confirmations means nothing to json \| Remove confirmations; json takes: id, kind, asset, /)
})
