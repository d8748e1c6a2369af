import { describe, expect, it } from 'vitest'
import * as readers from '../../src/config/readers.ts'
import { NumberText, shown, type Read } from '../../src/config/readers.ts'

const number = (text: string): NumberText => new NumberText(text)
const valueOf = (read: Read<unknown>): unknown => ('value' in read ? read.value : `wrong: ${read.wrong}`)
const wrongOf = (read: Read<unknown>): string => ('wrong' in read ? read.wrong : `right: ${String(read.value)}`)

describe('money', () => {
  it.each<[unknown, bigint]>([
    ['20.00', 20_000_000_000n], ['0.1', 100_000_000n], [number('0.1'), 100_000_000n], [number('20'), 20_000_000_000n], [number('1_000.5'), 1_000_500_000_000n],
    ['0', 0n], ['12.345678901', 12_345_678_901n], [number('0.000000001'), 1n], ['$5', 5_000_000_000n],
    // A double would make this 0.30000000000000004 or 9007199.254740993.
    [number('9007199.254740993'), 9_007_199_254_740_993n],
  ])('%j is exact', (input, nanos) => {
    expect(valueOf(readers.money(input))).toBe(nanos)
  })

  it.each<[unknown]>([
    [number('nan')], [number('inf')], [number('-inf')], [number('1e3')], [number('-1')], [number('+1')], [number('0x10')], [number('0.1234567891')], ['NaN'], ['1e3'], ['-5'], ['5 USD'], [''], ['1,000'], ['0.1234567891'],
    [number('99999999999')], ['9999999999'], [true], [['5']], [new Date(0)],
  ])('%j is refused', input => {
    expect(wrongOf(readers.money(input))).toMatch(/^is .*(not an amount|but must be|out of range)/)
  })
})

describe('numbers', () => {
  it('takes whole numbers in their range, underscores and all', () => {
    expect(['0', '1_000', '+5'].map(text => valueOf(readers.whole(0, 1_000)(number(text))))).toEqual([0, 1_000, 5])
  })
  it.each([number('-1'), number('1001'), number('5.0'), number('1e2'), number('0x10'), number('nan'), '5', true, null])('refuses %j as a number from 0 to 1000', input => {
    expect(wrongOf(readers.whole(0, 1_000)(input))).toContain('must be a whole number from 0 to 1000')
  })
})

describe('durations and sizes', () => {
  it.each<[unknown, number]>([['30s', 30_000], ['500ms', 500], ['1.5h', 5_400_000], [number('0'), 0], ['0s', 0]])('%j is %i ms', (input, ms) => {
    expect(valueOf(readers.duration(0, 86_400_000)(input))).toBe(ms)
  })
  it.each<[unknown, RegExp]>([[number('30'), /with its unit/], ['30', /with its unit/], ['2 days', /with its unit/], ['25h', /from "0ms" to "24h 00m"/], ['-1s', /with its unit/], [true, /with its unit/]])('%j is refused', (input, why) => {
    expect(wrongOf(readers.duration(0, 86_400_000)(input))).toMatch(why)
  })
  it.each<[unknown, number]>([['10MiB', 10_485_760], ['1 GiB', 1_073_741_824], ['5kB', 5_000], ['512B', 512]])('%j is %i bytes', (input, bytes) => {
    expect(valueOf(readers.size(1, 2 ** 40)(input))).toBe(bytes)
  })
  it.each<[unknown]>([['10'], ['0B'], ['10mib'], ['1.5MiB'], ['2000GiB'], [number('10')]])('%j is no size', input => {
    expect(wrongOf(readers.size(1, 2 ** 40)(input))).toMatch(/must be/)
  })
})

describe('words', () => {
  it('takes other words people use and offers the nearest for a slip', () => {
    const read = readers.choice(['day', 'week'], { daily: 'day' })
    expect(valueOf(read('daily'))).toBe('day')
    expect(read('dayly')).toMatchObject({ instead: '"day"' })
    expect(read('wek')).toMatchObject({ instead: '"week"' })
    expect(wrongOf(read('century'))).toBe('is "century", but must be one of "day", "week"')
    expect(read('century')).not.toHaveProperty('instead')
    expect(wrongOf(read(number('5')))).toContain('is 5, but must be one of')
  })

  it('takes zones of the IANA list only, and offers the nearest', () => {
    expect(valueOf(readers.zone('Asia/Kolkata'))).toBe('Asia/Kolkata')
    expect(readers.zone('paris')).toMatchObject({ instead: '"Europe/Paris"' })
    expect(wrongOf(readers.zone('+02:00'))).toContain('not a time zone')
    expect(wrongOf(readers.zone(''))).toContain('not a time zone')
    expect(valueOf(readers.zoneOrEmpty(''))).toBe('')
    expect(wrongOf(readers.zone(true))).toContain('must be an IANA time zone')
  })

  it('takes flags without quotes', () => {
    expect(valueOf(readers.flag(false))).toBe(false)
    expect(wrongOf(readers.flag('true'))).toContain('without quotes')
  })

  it.each(['', 'a\nb', 'a\u0007b', 'x'.repeat(2_001), number('5'), '\u{1b}[31m', 'half \ud800'])('refuses %j as text', input => {
    expect(wrongOf(readers.text()(input))).not.toMatch(/^right/)
  })

  it.each(['web', 'web-daily', 'a.b_c-9', '9'])('takes %j as an id', input => {
    expect(valueOf(readers.id(input))).toBe(input)
  })
  it.each(['', '-web', 'web daily', 'web/daily', '../x', 'x'.repeat(65), 'caf\u00e9', number('5')])('refuses %j as an id', input => {
    expect(wrongOf(readers.id(input))).toContain('must be a name of letters')
  })
})

describe('patterns, folders and addresses', () => {
  it('says what is wrong with a pattern', () => {
    expect(valueOf(readers.glob('web-*'))).toBe('web-*')
    expect(wrongOf(readers.glob('[x'))).toBe('is "[x", a pattern that has "[" without "]"; write "\\[" for the character')
    expect(wrongOf(readers.glob(''))).toBe('is empty; leave the key out to match everything')
    expect(wrongOf(readers.glob('a\u0000b'))).toContain('control characters')
    expect(wrongOf(readers.glob(number('5')))).toContain('a pattern in quotes')
  })

  it.each(['/srv/logs', '~/logs', 'C:\\logs'])('takes the folder %j', input => { expect(valueOf(readers.folder(input))).toBe(input) })
  it.each(['logs', './logs', '../logs', '~other/logs', ''])('refuses the folder %j', input => { expect(wrongOf(readers.folder(input))).toContain('must be') })

  it.each(['https://ntfy.sh/x', 'http://127.0.0.1:8080/'])('takes the address %j', input => { expect(valueOf(readers.address(input))).toBe(input) })
  it.each([['ntfy.sh', /must be a web address/], ['file:///etc/passwd', /http/], ['https://u:p@x.example/', /user name or password/], ['javascript:1', /http/]])('refuses the address %j', (input, why) => {
    expect(wrongOf(readers.address(input))).toMatch(why)
  })
})

describe('lists', () => {
  it('names the item that is wrong', () => {
    const read = readers.list(readers.whole(1, 100), 3)
    expect(valueOf(read([number('1'), number('2')]))).toEqual([1, 2])
    expect(wrongOf(read([number('1'), number('200')]))).toBe('item 2 is 200, but must be a whole number from 1 to 100')
    expect(wrongOf(read([1, 2, 3, 4]))).toContain('at most 3')
    expect(wrongOf(read('1'))).toContain('a list in square brackets')
  })
})

describe('shown', () => {
  it('is short, and never a control character', () => {
    expect(shown('x'.repeat(100))).toHaveLength(60)
    expect(shown('a\u001b[2Jb')).toBe('"a\\u001b[2Jb"')
    expect(shown({})).toBe('a table or date')
  })
})
