import { describe, expect, it } from 'vitest'
import { standardInput } from '../../src/os/standard-input.ts'

async function* parts(...bytes: readonly Buffer[]): AsyncGenerator<Buffer> { yield* bytes }
const EURO = Buffer.from('{"cost":"€1"}')

describe('standardInput', () => {
  it('gives back all of it, also where a character is cut between two parts', async () => {
    for (let cut = 0; cut <= EURO.length; cut++) expect(await standardInput(100, parts(EURO.subarray(0, cut), EURO.subarray(cut)))).toBe('{"cost":"€1"}')
    expect(await standardInput(100, parts())).toBe('')
  })

  it('takes exactly as much as was agreed, and refuses more instead of holding it', async () => {
    expect(await standardInput(EURO.length, parts(EURO))).toBe('{"cost":"€1"}')
    await expect(standardInput(EURO.length - 1, parts(EURO))).rejects.toThrow('payload too large')
  })
})
