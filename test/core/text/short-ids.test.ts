import { describe, expect, it } from 'vitest'
import { shortIds } from '../../../src/core/text/short-ids.ts'

describe('ids on a screen', () => {
  it('have eight characters where those tell them apart', () => {
    expect([...shortIds(['7f3a91c2-77b1-4f4e', 'b21d0c5e-1111-4f4e', 'short', '7f3a91c2-77b1-4f4e'])]).toEqual([['7f3a91c2-77b1-4f4e', '7f3a91c2'], ['b21d0c5e-1111-4f4e', 'b21d0c5e'], ['short', 'short']])
  })
  it('have as many as it takes where they begin alike, and only those that do', () => {
    const shown = shortIds(['ses_e01377b2fffe', 'ses_e01377b3aaaa', '019aa1b2-0001-7000', '019aa1b2-0002-7000', 'other-id'])
    expect(Object.fromEntries(shown)).toEqual({ 'ses_e01377b2fffe': 'ses_e01377b2', 'ses_e01377b3aaaa': 'ses_e01377b3', '019aa1b2-0001-7000': '019aa1b2-0001', '019aa1b2-0002-7000': '019aa1b2-0002', 'other-id': 'other-id' })
  })
  it('are whole where one is the beginning of another', () => {
    expect([...shortIds(['session-one', 'session-one-more']).values()]).toEqual(['session-one', 'session-one-'])
  })
})
