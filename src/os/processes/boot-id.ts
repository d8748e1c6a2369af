// Which boot of the machine this is: a process identity of an earlier boot names nobody.
import { readFileSync } from 'node:fs'
import { uptime } from 'node:os'

let known: string | undefined

/** The kernel's boot id, else the boot's wall-clock minute (macOS); the same for every process of one boot. */
export function bootId(): string {
  known ??= fromKernel() ?? `boot-${Math.round((Date.now() / 1000 - uptime()) / 60)}`
  return known
}

function fromKernel(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return null
  }
}
