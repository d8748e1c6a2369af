// WebAssembly from its text form, as far as our own kernel uses it: folded expressions, named functions, locals, labels
// and globals, one exported memory. Every instruction it knows stands in one table; a word it does not know is an error.
// It checks names and counts of immediates; that the code is sound, the engine says when it validates the module.

const I32 = 0x7f, V128 = 0x7b, FUNC = 0x60, EMPTY = 0x40
const TYPES = new Map([['i32', I32], ['v128', V128]])
const PLAIN = new Map(Object.entries({
  unreachable: [0x00], return: [0x0f], drop: [0x1a], select: [0x1b],
  'i32.eqz': [0x45], 'i32.eq': [0x46], 'i32.ne': [0x47], 'i32.lt_s': [0x48], 'i32.lt_u': [0x49], 'i32.gt_u': [0x4b], 'i32.le_u': [0x4d], 'i32.ge_u': [0x4f],
  'i32.ctz': [0x68], 'i32.add': [0x6a], 'i32.sub': [0x6b], 'i32.and': [0x71], 'i32.or': [0x72], 'i32.xor': [0x73], 'i32.shl': [0x74],
  'i8x16.splat': [0xfd, 0x0f], 'i8x16.eq': [0xfd, 0x23], 'v128.and': [0xfd, 0x4e], 'v128.or': [0xfd, 0x50], 'v128.xor': [0xfd, 0x51],
  'v128.any_true': [0xfd, 0x53], 'i8x16.bitmask': [0xfd, 0x64],
}))
// With an optional `offset=N`; alignment is only a hint, and ours is none.
const MEMORY = new Map(Object.entries({ 'i32.load': [0x28], 'i32.load8_u': [0x2d], 'i32.store': [0x36], 'i32.store8': [0x3a], 'v128.load': [0xfd, 0x00], 'v128.store': [0xfd, 0x0b] }))
const LOCAL = new Map([['local.get', 0x20], ['local.set', 0x21], ['local.tee', 0x22]])

/** The text as nested lists of words. `;;` begins a comment. */
function parsed(text) {
  const stack = [[]]
  for (const [word] of text.replace(/;;.*$/gm, '').matchAll(/[()]|"[^"]*"|[^\s()]+/g)) {
    if (word === '(') stack.push([])
    else if (word === ')') {
      const list = stack.pop()
      if (stack.length === 0) throw new Error('a closing bracket too many')
      stack.at(-1).push(list)
    } else stack.at(-1).push(word)
  }
  if (stack.length !== 1) throw new Error('a closing bracket is missing')
  return stack[0]
}

function unsigned(value) {
  const bytes = []
  do { bytes.push((value & 0x7f) | (value > 0x7f ? 0x80 : 0)); value >>>= 7 } while (value > 0)
  return bytes
}
function signed(value) {
  for (const bytes = []; ;) {
    const byte = value & 0x7f
    value >>= 7
    const last = (value === 0 && (byte & 0x40) === 0) || (value === -1 && (byte & 0x40) !== 0)
    bytes.push(last ? byte : byte | 0x80)
    if (last) return bytes
  }
}
const counted = items => [...unsigned(items.length), ...items.flat()]
const section = (id, content) => [id, ...unsigned(content.length), ...content]
const named = text => counted([...Buffer.from(text.replaceAll('"', ''))])
const place = (names, name, what) => {
  const index = names.indexOf(name)
  if (index === -1) throw new Error(`no ${what} ${name}`)
  return index
}

class Body {
  constructor({ locals, functions, globals }) { Object.assign(this, { locals, functions, globals, labels: [] }) }

  all(list) { return list.flatMap(each => this.one(each)) }

  one(form) {
    if (!Array.isArray(form)) throw new Error(`${form} stands alone: write (${form})`)
    const [word, ...rest] = form
    if (PLAIN.has(word)) return [...this.all(rest), ...PLAIN.get(word)]
    if (LOCAL.has(word)) return [...this.all(rest.slice(1)), LOCAL.get(word), ...unsigned(place(this.locals, rest[0], 'local'))]
    if (MEMORY.has(word)) {
      const offset = /^offset=(\d+)$/.exec(rest[0])?.[1]
      return [...this.all(offset ? rest.slice(1) : rest), ...MEMORY.get(word), 0, ...unsigned(Number(offset ?? 0))]
    }
    switch (word) {
      case 'i32.const': return [0x41, ...signed(Number(rest[0]))]
      case 'global.get': return [0x23, ...unsigned(place(this.globals, rest[0], 'global'))]
      case 'call': return [...this.all(rest.slice(1)), 0x10, ...unsigned(place(this.functions, rest[0], 'function'))]
      case 'br': return [0x0c, ...this.#depth(rest[0])]
      case 'br_if': return [...this.all(rest.slice(1)), 0x0d, ...this.#depth(rest[0])]
      case 'block': case 'loop': return [word === 'block' ? 0x02 : 0x03, EMPTY, ...this.#inside(rest[0], rest.slice(1)), 0x0b]
      case 'if': return this.#branches(rest)
      default: throw new Error(`an instruction that is not in the table: ${word}`)
    }
  }

  #branches(rest) {
    const isThen = each => Array.isArray(each) && each[0] === 'then'
    const at = rest.findIndex(isThen)
    if (at === -1) throw new Error('an if without (then ...)')
    const [then, otherwise] = rest.slice(at)
    return [...this.all(rest.slice(0, at)), 0x04, EMPTY, ...this.#inside('', then.slice(1)), ...(otherwise ? [0x05, ...this.#inside('', otherwise.slice(1))] : []), 0x0b]
  }

  #inside(label, list) {
    this.labels.unshift(label)
    const bytes = this.all(list)
    this.labels.shift()
    return bytes
  }

  #depth(label) { return unsigned(place(this.labels, label, 'label')) }
}

const typed = (form, word) => form.filter(each => Array.isArray(each) && each[0] === word)

/** The module as bytes. */
export function assemble(text) {
  const [[word, ...fields]] = parsed(text)
  if (word !== 'module') throw new Error('the text is no (module ...)')
  const functions = typed(fields, 'func'), globals = typed(fields, 'global'), [memory] = typed(fields, 'memory')
  const names = { functions: functions.map(each => each[1]), globals: globals.map(each => each[1]) }
  const types = [], bodies = [], exported = [[...named(memory[1][1]), 2, 0]]
  for (const [index, form] of functions.entries()) {
    const params = typed(form, 'param'), locals = typed(form, 'local'), results = typed(form, 'result')
    const code = form.slice(2).filter(each => !['param', 'local', 'result', 'export'].includes(each[0]))
    const body = new Body({ ...names, locals: [...params, ...locals].map(each => each[1]) })
    const type = each => TYPES.get(each.at(-1))
    types.push([FUNC, ...counted(params.map(type)), ...counted(results.map(type))])
    const bytes = [...counted(locals.map(each => [1, type(each)])), ...body.all(code), 0x0b]
    bodies.push([...unsigned(bytes.length), ...bytes])
    for (const [, name] of typed(form, 'export')) exported.push([...named(name), 0, ...unsigned(index)])
  }
  return Uint8Array.from([
    0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, counted(types)), ...section(3, counted(types.map((_, index) => unsigned(index)))),
    ...section(5, [1, 0, ...unsigned(Number(memory.at(-1)))]),
    ...section(6, counted(globals.map(each => [TYPES.get(each[2]), 0, ...new Body(names).one(each[3]), 0x0b]))),
    ...section(7, counted(exported)), ...section(10, counted(bodies)),
  ])
}
