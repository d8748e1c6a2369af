import { describe, expect, it } from 'vitest'
import { LOGS_KEYS } from '../../src/config/keys.ts'
import { parseConfig } from '../../src/config/parse.ts'
import { readTable } from '../../src/config/schema.ts'

function read(lines: string) {
  const [found] = parseConfig(`[logs]\n${lines}`).sections.get('logs') ?? []
  if (!found) throw new Error('there is a [logs] table')
  return readTable(LOGS_KEYS, found)
}

describe('readTable', () => {
  it('returns what was written and nothing else, under the key that is meant', () => {
    const { values, written, problems } = read('poll = "5s"\nmax_files = 2\n')
    expect(problems).toEqual([])
    expect(values).toEqual({ sweep: 5_000, max_files: 2 })
    expect([...written]).toEqual([['sweep', 'poll'], ['max_files', 'max_files']])
  })

  it('goes on reading past problems, so that one mistake does not hide the next', () => {
    const { values, problems } = read('sweep = 5\nmax_files = 2\nwrn_growth = "1MiB"\nallow_outside_home = 1\n')
    expect(values).toEqual({ max_files: 2 })
    expect(problems.map(({ key, line }) => `${line} ${key}`).toSorted()).toEqual(['2 sweep', '4 wrn_growth', '5 allow_outside_home'])
  })

  it('takes the first of two words for one key and names the second', () => {
    const { values, problems } = read('sweep = "3s"\npoll = "5s"\n')
    expect(values).toEqual({ sweep: 3_000 })
    expect(problems).toMatchObject([{ key: 'poll', line: 3, message: 'sweep and poll mean the same key' }])
  })

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])('knows no key called %s', name => {
    expect(read(`${name} = 1\n`).problems).toMatchObject([{ key: name, message: `${name} is not a key` }])
  })
})
