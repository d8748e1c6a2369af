// Waits for a condition of a real process, looked at every few milliseconds; fails with the last reason.
import { expect, vi } from 'vitest'

export const until = (holds: () => unknown): Promise<void> => vi.waitFor(async () => { expect(await holds()).toBeTruthy() }, { timeout: 20_000, interval: 10 })
