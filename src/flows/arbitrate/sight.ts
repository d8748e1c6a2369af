// Looks at the processes behind claims and remembers what it saw for one request. A proof of death stays true for good,
// so what is decided inside a transaction on what was seen before it is never wrong: at worst somebody died since.
import { seatOf } from '../../core/claims/claim.ts'
import type { Known } from '../../core/claims/standing.ts'
import { livenessOf, type Liveness, type Seat } from '../../core/machine/liveness.ts'
import type { ProcessIdentity } from '../../core/machine/process-table.ts'
import type { ClaimPorts } from './ports.ts'

export class Sight implements Known {
  readonly here: Seat
  readonly #ports: Pick<ClaimPorts, 'processes' | 'pidExists'>
  readonly #seen = new Map<string, Liveness>()

  private constructor(ports: Pick<ClaimPorts, 'processes' | 'pidExists'>, here: Seat) {
    this.#ports = ports
    this.here = here
  }

  static async from(ports: Pick<ClaimPorts, 'processes' | 'pidExists' | 'seat'>): Promise<Sight> {
    return new Sight(ports, await ports.seat())
  }

  liveness(process: Seat & ProcessIdentity): Liveness | 'unasked' { return this.#seen.get(seatOf(process)) ?? 'unasked' }

  async look(at: readonly (Seat & ProcessIdentity)[]): Promise<void> {
    const { processes, pidExists } = this.#ports
    for (const holder of at) {
      const process = holder.node === this.here.node && holder.namespace === this.here.namespace ? await processes.inspect(holder.pid) : null
      // Asked after the table: a process that began in between is then no proof that the old one is gone.
      this.#seen.set(seatOf(holder), livenessOf(holder, this.here, { process, pidExists: process !== null || pidExists(holder.pid), complete: processes.shortfall === '' }))
    }
  }
}
