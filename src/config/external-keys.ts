// The keys of an [[external]] table, and which of them each kind of source takes.
import type { ExternalSource } from '../core/external/source.ts'
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../core/time.ts'
import type { Key } from './keys.ts'
import { choice, contract, duration, folder, id, list, positive, text, whole, zone, nodeAddress } from './readers.ts'

export type ExternalKind = ExternalSource['kind']
const KINDS = ['json', 'csv', 'evm'] as const satisfies readonly ExternalKind[]

const key = <T>(one: Key<T>): Key<T> => one
const field = (example: string, says: string): Key<string> => key({ read: text('the name of a field in quotes'), fallback: '', example, says })
const owner = (example: string, says: string): Key<string> => key({ read: text(), fallback: '', example, says })

export const EXTERNAL_KEYS = {
  id: key({ read: id, fallback: null, example: '"provider-bill"', also: ['name'], says: 'Stable name of the source. Renaming it starts a new one, which counts from zero again.' }),
  kind: key({ read: choice<ExternalKind>(KINDS), fallback: null, example: '"json"', also: ['type'], says: 'What it gives: `json` or `csv` from a program or a file, or `evm` for the events of a contract.' }),
  command: key({ read: list(text(), 64), fallback: '', example: '["fetch-bill", "--json"]', also: ['cmd', 'run'], says: 'json and csv: the program that writes the bill to its standard output, and its arguments; run without a shell.' }),
  file: key({ read: folder, fallback: '', example: '"~/bills/this-month.json"', also: ['path'], says: 'json and csv: the file to read instead of running a program.' }),
  rows: key({ read: text('a way such as "data.items"'), fallback: '', example: '"data.items"', says: 'json: the way to the list of rows, names joined by dots. Without it the document is the list, or the only row.' }),
  delimiter: key({ read: choice([',', ';', '\t', '|']), fallback: '","', example: '";"', also: ['separator'], says: 'csv: what stands between two columns.' }),
  amount: field('"amount"', 'Field (evm: parameter of the event) that holds the amount; for json and csv the amount so far, which only grows. Required.'),
  subject: key({ read: list(text(), 8), fallback: '[]', example: '["day", "model"]', also: ['subjects'], says: 'json and csv: fields that together say what an amount is of; each has a highest reading of its own. None is one amount for the whole source.' }),
  at: field('"day"', 'json and csv: field with the time of an amount: a day, an instant with its offset, or seconds since 1970. Without it an amount is of the time it was read.'),
  zone: key({ read: zone, fallback: '"UTC"', example: '"Europe/Paris"', also: ['timezone', 'time_zone', 'tz'], says: 'json and csv: the time zone of days in `at`. Most vendors bill by UTC.' }),
  asset: key({ read: text(), fallback: '"USD"', example: '"USDC"', also: ['unit', 'currency'], says: 'What is counted, for people.' }),
  decimals: key({ read: whole(0, 36), fallback: '0', example: '6', says: 'How many digits of an amount stand behind its point: 6 makes 1500000 one and a half units. 0 takes amounts as they are written, with their own point.' }),
  usd_per_unit: key({ read: positive, fallback: '"1"', example: '"0.9998"', also: ['usd', 'price'], says: 'US dollars for one unit. A change counts from the next difference on; what is posted keeps its price.' }),
  every: key({ read: duration(10 * SECOND_MS, 7 * DAY_MS), fallback: '"5m"', example: '"1h"', also: ['interval'], says: 'How often it is read.' }),
  timeout: key({ read: duration(SECOND_MS, 10 * MINUTE_MS), fallback: '"30s"', example: '"2m"', says: 'How long the program may take, or one answer of the node.' }),
  mode: key({ read: choice(['spend', 'compare'] as const), fallback: '"spend"', example: '"compare"', says: 'json and csv: `spend` posts what an amount grew by; `compare` posts nothing and shows it beside what logs say of the same account, project, branch or session, for a bill of what logs count already.' }),
  first: key({ read: choice(['count', 'skip'] as const), fallback: '"count"', example: '"skip"', says: 'json and csv: whether the first reading of an amount counts, or was spent before purser looked.' }),
  on_lower: key({ read: choice(['tell', 'restart'] as const), fallback: '"tell"', example: '"restart"', says: 'json and csv: a reading below the highest is `tell`: told, and nothing changes until it is above again; `restart`: a counter that began anew, and counts from zero.' }),
  account: owner('"~/.claude-work"', 'Login the spend belongs to, where no field says so: the id of an `[[account]]`, or its config home.'),
  project: owner('"~/src/web"', 'Project folder the spend belongs to, where no field says so.'),
  branch: owner('"main"', 'Branch the spend belongs to, where no field says so.'),
  session: owner('"8a1fb2c3-d4e5-4607-9829-3a4b5c6d7e8f"', 'Session the spend belongs to, where no field says so.'),
  account_from: field('"account"', 'Field (evm: parameter) that says the login of an amount.'),
  project_from: field('"repository"', 'json and csv: field that says the project folder of an amount.'),
  branch_from: field('"branch"', 'json and csv: field that says the branch of an amount.'),
  session_from: field('"session"', 'Field (evm: parameter) that says the session of an amount.'),
  rpc_url: key({ read: nodeAddress, fallback: '', example: '"http://127.0.0.1:8545"', also: ['url', 'rpc'], says: 'evm: address of the node\'s JSON-RPC. The only address purser speaks to on its own account, and only because it stands here. Its path is shown nowhere.' }),
  contract: key({ read: contract, fallback: '', example: '"0x00000000000000000000000000000000000000aa"', also: ['address'], says: 'evm: address of the contract.' }),
  event: key({ read: text('an event as in Solidity'), fallback: '', example: '"Spent(bytes32 indexed session, address indexed account, uint256 amount)"', says: 'evm: the event as Solidity declares it, with the names of its parameters.' }),
  confirmations: key({ read: whole(0, 100_000), fallback: '12', example: '64', says: 'evm: how many blocks have to follow one before what it says is posted. A reorganisation deeper than that is told and corrected.' }),
  from_block: key({ read: whole(0, 1_000_000_000_000), fallback: '0', example: '21000000', says: 'evm: the block to begin at: that of the contract spares reading all before it.' }),
  chain_id: key({ read: whole(0, 999_999_999_999_999), fallback: '0', example: '1', says: 'evm: the chain the node has to answer for; 0 takes the one it first answered for.' }),
  blocks_at_once: key({ read: whole(1, 100_000), fallback: '2000', example: '500', says: 'evm: how many blocks a node is asked for at once; a node that refuses is asked for less by itself.' }),
}

const COMMON = ['id', 'kind', 'asset', 'decimals', 'usd_per_unit', 'every', 'timeout', 'account', 'project', 'branch', 'session', 'account_from', 'session_from'] as const
const TABLE = [...COMMON, 'command', 'file', 'amount', 'subject', 'at', 'zone', 'mode', 'first', 'on_lower', 'project_from', 'branch_from'] as const

/** Keys of each kind: what it needs, and all that it takes. A document also needs either a command or a file. */
export const EXTERNAL_KINDS: Readonly<Record<ExternalKind, { readonly needs: readonly (keyof typeof EXTERNAL_KEYS)[]; readonly takes: readonly (keyof typeof EXTERNAL_KEYS)[] }>> = {
  json: { needs: ['amount'], takes: [...TABLE, 'rows'] },
  csv: { needs: ['amount'], takes: [...TABLE, 'delimiter'] },
  evm: { needs: ['rpc_url', 'contract', 'event', 'amount'], takes: [...COMMON, 'amount', 'rpc_url', 'contract', 'event', 'confirmations', 'from_block', 'chain_id', 'blocks_at_once'] },
}
