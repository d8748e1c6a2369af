import { expect, it } from 'vitest'
import { blocks } from '../../../src/cli/render/view.ts'

it('puts one empty line between blocks and none for an empty one', () => {
  expect(blocks([['a']], [], [['b'], ['c']])).toEqual([['a'], [], ['b'], ['c']])
})
