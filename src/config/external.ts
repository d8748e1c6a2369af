// [[external]] tables: what each kind needs and takes, and the source it makes.
import { accountNamed, type Account } from '../core/accounts/account.ts'
import { decimalText, parseDecimal, type Decimal } from '../core/external/decimal.ts'
import { isAmountType, isNameType, parseEvent, type EventParameter } from '../core/external/event-signature.ts'
import type { ExternalSource } from '../core/external/source.ts'
import { EXTERNAL_KEYS, EXTERNAL_KINDS } from './external-keys.ts'
import { expandFolder } from './home.ts'
import type { Values } from './keys.ts'
import type { Problem } from './problems.ts'
import type { FoundTable, ReadTable } from './schema.ts'

export interface ExternalTable { readonly found: FoundTable; readonly table: ReadTable<typeof EXTERNAL_KEYS> }
/** What is written, or the documented default; absent where a key has none. */
type Written = { readonly [N in keyof Values<typeof EXTERNAL_KEYS>]?: Values<typeof EXTERNAL_KEYS>[N] | undefined }

interface Surroundings { readonly home: string; readonly accounts: readonly Account[]; readonly defaults: Written }

/** Every source that is right; what is wrong is added to `problems`. */
export function readExternal(tables: readonly ExternalTable[], around: Surroundings, problems: Problem[]): readonly ExternalSource[] {
  const sources: ExternalSource[] = []
  for (const { found, table } of tables) {
    const own = [...wrongKeys(found, table), ...wrongEvent(found, table)]
    const { id } = table.values
    if (id !== undefined && sources.some(source => source.id === id)) own.push(problem(found, table.written.get('id') ?? 'id', `id "${id}" is taken by another source`, `Write another one, such as: id = "${id}-2"`))
    problems.push(...own)
    if (own.length === 0 && table.problems.length === 0) sources.push(sourceOf({ ...around.defaults, ...table.values }, around))
  }
  return sources
}

const problem = (found: FoundTable, word: string, message: string, fix: string): Problem =>
  ({ ...found.map.placeOf(word === '' ? found.path : [...found.path, word]), where: found.where, key: word, message, fix })

const exampleOf = (name: keyof typeof EXTERNAL_KEYS): string => `${name} = ${EXTERNAL_KEYS[name].example}`

function* wrongKeys(found: FoundTable, { values: { kind }, written }: ReadTable<typeof EXTERNAL_KEYS>): Generator<Problem> {
  if (kind === undefined) return
  const { needs, takes } = EXTERNAL_KINDS[kind]
  for (const [name, word] of written) {
    if (Object.hasOwn(EXTERNAL_KEYS, name) && !takes.includes(name as keyof typeof EXTERNAL_KEYS)) yield problem(found, word, `${word} means nothing to ${kind}`, `Remove ${word}; ${kind} takes: ${takes.join(', ')}`)
  }
  for (const name of needs) if (!written.has(name)) yield problem(found, '', `${name} is missing, ${kind} cannot do without`, `Add below its header: ${exampleOf(name)}`)
  if (kind === 'evm') return
  const [command, file] = [written.get('command'), written.get('file')]
  if (command === undefined && file === undefined) yield problem(found, '', 'neither command nor file says where the bill comes from', `Add below its header: ${exampleOf('file')}`)
  if (command !== undefined && file !== undefined) yield problem(found, file, `${command} and ${file} cannot both be`, `Keep one of them`)
}

/** The parameters that are named have to be parameters, of types that can be read. */
function* wrongEvent(found: FoundTable, { values: { kind, event, amount, session_from: session, account_from: account }, written }: ReadTable<typeof EXTERNAL_KEYS>): Generator<Problem> {
  if (kind !== 'evm' || event === undefined) return
  const signature = parseEvent(event)
  if ('wrong' in signature) {
    yield problem(found, written.get('event') ?? 'event', `event ${signature.wrong}`, `Write it like: ${exampleOf('event')}`)
    return
  }
  const names = signature.parameters.map(({ name }) => name).join(', ') || 'none'
  const check = function* (key: string, called: string | undefined, fits: (parameter: EventParameter) => boolean, wanted: string): Generator<Problem> {
    if (called === undefined) return
    const parameter = signature.parameters.find(({ name }) => name === called)
    if (!parameter) yield problem(found, written.get(key) ?? key, `${key} is "${called}", which is no parameter of the event`, `Its parameters: ${names}`)
    else if (!fits(parameter)) yield problem(found, written.get(key) ?? key, `${key} is "${called}" of type ${parameter.type}${parameter.indexed ? ' indexed' : ''}, which cannot be read`, wanted)
  }
  yield* check('amount', amount, ({ type }) => isAmountType(type), 'An amount is a uint, such as uint256')
  for (const [key, called] of [['session_from', session], ['account_from', account]] as const) yield* check(key, called, isNameType, 'A name is bytes32, an address, a uint or a string that is not indexed')
}

const ONE: Decimal = { digits: 1n, scale: 0 }

function sourceOf(values: Written, { home, accounts }: Surroundings): ExternalSource {
  const { id = '', kind = 'json', asset = '', decimals = 0, usd_per_unit: usd, every = 0, timeout = 0, account = '', project = '', branch = '', session = '', amount = '' } = values
  const base = {
    id, asset, decimals, usdPerUnit: (usd === undefined ? null : parseDecimal(usd)) ?? ONE, everyMs: every, timeoutMs: timeout, amount,
    owner: { account: accountNamed(accounts, account)?.name ?? account, project: project === '' ? '' : expandFolder(project, home), branch, session },
  }
  const { session_from: sessionFrom = '', account_from: accountFrom = '', project_from: projectFrom = '', branch_from: branchFrom = '' } = values
  if (kind === 'evm') {
    const { rpc_url: rpcUrl = '', contract = '', event = '', confirmations = 0, from_block: fromBlock = 0, chain_id: chainId = 0, blocks_at_once: blocksAtOnce = 1 } = values
    return { ...base, kind, rpcUrl, contract, event, from: { session: sessionFrom, account: accountFrom }, confirmations, fromBlock, chainId, blocksAtOnce }
  }
  const { command = [], file = '', rows = '', delimiter = ',', subject = [], at = '', zone = 'UTC', mode = 'spend', first = 'count', on_lower: onLower = 'tell' } = values
  return {
    ...base, kind, command, file: file === '' ? '' : expandFolder(file, home), rows, delimiter, subject, at, zone, mode, first, onLower,
    from: { account: accountFrom, project: projectFrom, branch: branchFrom, session: sessionFrom },
  }
}

/** A source as its table would be written, every key of its kind. `address` makes an address fit to be shown. */
export function externalPairs(source: ExternalSource, show: { readonly address: (url: string) => string; readonly duration: (ms: number) => string }): readonly (readonly [string, string | number | readonly string[]])[] {
  const { id, kind, asset, decimals, usdPerUnit, everyMs, timeoutMs, owner, amount } = source
  const base = [
    ['id', id], ['kind', kind], ['amount', amount], ['asset', asset], ['decimals', decimals], ['usd_per_unit', decimalText(usdPerUnit)], ['every', show.duration(everyMs)], ['timeout', show.duration(timeoutMs)],
    ['account', owner.account], ['project', owner.project], ['branch', owner.branch], ['session', owner.session], ['account_from', source.from.account], ['session_from', source.from.session],
  ] as const
  if (source.kind === 'evm') {
    return [...base, ['rpc_url', show.address(source.rpcUrl)], ['contract', source.contract], ['event', source.event], ['confirmations', source.confirmations], ['from_block', source.fromBlock], ['chain_id', source.chainId], ['blocks_at_once', source.blocksAtOnce]]
  }
  const { command, file, rows, delimiter, subject, at, zone, mode, first, onLower, from } = source
  return [
    ...base, ['command', command], ['file', file], kind === 'json' ? ['rows', rows] : ['delimiter', delimiter], ['subject', subject], ['at', at], ['zone', zone],
    ['mode', mode], ['first', first], ['on_lower', onLower], ['project_from', from.project], ['branch_from', from.branch],
  ]
}
