import { expect, it } from 'vitest'
import { configReference } from './config-reference.ts'

it('docs/config.md says what the table of keys says', async () => {
  await expect(configReference()).toMatchFileSnapshot('../../docs/config.md')
})
