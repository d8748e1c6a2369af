// One racer for a claim: a process of its own on a shared database, that waits at a barrier and takes as itself. One line
// in, a name to take; one line out, the token or nothing.
import { createInterface } from 'node:readline'
import { bootId } from '../../src/os/processes/boot-id.ts'
import { systemClock } from '../../src/os/clock.ts'
import { linuxProcesses } from '../../src/os/processes/linux.ts'
import { pidExists } from '../../src/os/processes/signals.ts'
import type { ClaimPorts } from '../../src/flows/arbitrate/ports.ts'
import { releaseClaims } from '../../src/flows/arbitrate/give-back.ts'
import { identify } from '../../src/flows/arbitrate/identify.ts'
import { takeClaims } from '../../src/flows/arbitrate/take.ts'
import { openTestSqlite } from './databases.ts'

const { DATABASE = '', MIGRATIONS } = process.env

async function main(): Promise<void> {
  const open = await openTestSqlite(DATABASE, MIGRATIONS)
  const processes = linuxProcesses()
  const { namespace } = await processes.self()
  const ports: ClaimPorts = {
    stores: open.stores, clock: systemClock, processes, pidExists, agents: [], witnessesOf: async () => [], runOf: async () => null,
    terminalLeader: () => 0, seat: async () => ({ node: 'n1', boot: bootId(), namespace }), changed: async () => undefined,
  }
  const asker = await identify(ports, { pid: process.pid, as: 'process' })
  if (!asker.proven) throw new Error(asker.because)
  process.stdout.write('ready\n')
  for await (const line of createInterface({ input: process.stdin })) {
    const [deed = '', name = ''] = line.split(' ')
    const resources = [{ name, kind: 'free', root: '', path: '' } as const]
    if (deed === 'release') await releaseClaims(ports, { ...asker, resources, tokens: new Map() })
    const found = deed === 'take' ? await takeClaims(ports, { resources, ...asker, strict: false, reason: null, ttlMs: 60_000, wait: null }) : null
    process.stdout.write(`${found?.result === 'taken' ? found.claims[0]?.claim.token : '-'}\n`)
  }
  await open.close()
}

void main()
