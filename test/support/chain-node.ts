// A real EVM node on 127.0.0.1 for one test file, with our contract on it and blocks that only the test mines. Where the
// node cannot be had its tests are left out, and the last line of the run says so.
import { existsSync, readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { noteNotRun } from './not-run.ts'
import { spawnRegistered } from './processes.ts'

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }
// Where `npm test` keeps it; a bare vitest run finds it there too.
const KEPT = path.join(process.env['XDG_CACHE_HOME'] ?? os.tmpdir(), `purser-chain-${os.userInfo().uid}`, '1.7.1', 'node_modules', '@foundry-rs', `anvil-${process.platform}-${ARCHITECTURES[process.arch] ?? process.arch}`, 'bin', 'anvil')
const BINARY = [process.env['PURSER_TEST_CHAIN_NODE'] ?? '', KEPT].find(file => file !== '' && existsSync(file)) ?? ''

/** False where no node can be had; said once for each file that asks. */
export function hasChainNode(): boolean {
  if (BINARY === '') noteNotRun('tests with a real chain: the node could not be installed')
  return BINARY !== ''
}

const { bytecode } = JSON.parse(readFileSync(path.join(import.meta.dirname, '..', 'fixtures', 'external', 'SpendingHook.json'), 'utf8')) as { bytecode: string }
export const SPENT = 'Spent(bytes32 indexed session, address indexed account, uint256 amount)'
const SPEND = '0xcd31cb93', MANY = '0xee51680f'

const word = (value: bigint): string => value.toString(16).padStart(64, '0')
/** A UUID as the contract takes it: its bytes, filled up with zeros. */
const sessionWord = (session: string): string => session.replaceAll('-', '').padEnd(64, '0')

export class ChainNode {
  readonly url: string
  contract = ''
  account = ''
  readonly #end: () => Promise<void>
  private constructor(url: string, end: () => Promise<void>) { this.url = url; this.#end = end }

  static async start(): Promise<ChainNode> {
    const { child, exited } = spawnRegistered(BINARY, ['--host', '127.0.0.1', '--port', '0', '--no-mining', '--order', 'fifo'], { stdio: ['ignore', 'pipe', 'ignore'], env: { HOME: process.env['HOME'] ?? '/nowhere', PATH: '/usr/bin:/bin' } })
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
    const address = await new Promise<string>((resolve, reject) => {
      lines.on('line', line => { const found = /Listening on (127\.0\.0\.1:\d+)/.exec(line); if (found) resolve(found[1] as string) })
      void exited.then(({ code }) => reject(new Error(`the node ended with ${code}`)))
    })
    const node = new ChainNode(`http://${address}`, async () => { child.kill('SIGTERM'); await exited })
    node.account = ((await node.rpc('eth_accounts')) as string[])[0] as string
    const [transaction] = await node.mine(() => node.send({ data: bytecode }))
    node.contract = ((await node.rpc('eth_getTransactionReceipt', transaction)) as { contractAddress: string }).contractAddress
    return node
  }

  async rpc(method: string, ...params: readonly unknown[]): Promise<unknown> {
    const answer = (await (await fetch(this.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }) })).json()) as { result?: unknown; error?: { message: string } }
    if (answer.error) throw new Error(`${method}: ${answer.error.message}`)
    return answer.result
  }

  send(transaction: Readonly<Record<string, string>>): Promise<unknown> { return this.rpc('eth_sendTransaction', { from: this.account, gas: '0x4c4b40', ...transaction }) }
  /** To be mined: the session spends so much. */
  spend(session: string, amount: bigint): Promise<unknown> { return this.send({ to: this.contract, data: `${SPEND}${sessionWord(session)}${word(amount)}` }) }
  many(session: string, amount: bigint, times: number): Promise<unknown> { return this.send({ to: this.contract, data: `${MANY}${sessionWord(session)}${word(amount)}${word(BigInt(times))}` }) }

  /** One block with what these send. */
  async mine(...sending: readonly (() => Promise<unknown>)[]): Promise<string[]> {
    const sent: string[] = []
    for (const each of sending) sent.push(String(await each()))
    await this.rpc('evm_mine')
    return sent
  }

  async empty(blocks: number): Promise<void> { await this.rpc('anvil_mine', `0x${blocks.toString(16)}`) }
  async height(): Promise<number> { return Number(await this.rpc('eth_blockNumber')) }
  /** A point to go back to; what is mined after going back is another chain. */
  async mark(): Promise<() => Promise<void>> {
    const id = await this.rpc('evm_snapshot')
    return async () => { await this.rpc('evm_revert', id); await this.rpc('anvil_dropAllTransactions') }
  }

  stop(): Promise<void> { return this.#end() }
}
