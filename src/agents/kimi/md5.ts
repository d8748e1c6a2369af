// MD5 of text (RFC 1321), since Kimi CLI names a project's folder by the digest of its path. Names a folder and nothing
// else: nobody is asked to trust it. Core is compiled without node:crypto.

const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]
const SINES = Array.from({ length: 64 }, (_, k) => Math.floor(Math.abs(Math.sin(k + 1)) * 0x1_0000_0000))
const BLOCK = 64

/** 32 hex digits of the text's UTF-8 bytes. */
export function md5(text: string): string {
  const bytes = utf8(text)
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]
  const padded = padding(bytes)
  for (let at = 0; at < padded.length; at += BLOCK) mix(state, padded, at)
  return state.map(word => [0, 8, 16, 24].map(shift => ((word >>> shift) & 0xff).toString(16).padStart(2, '0')).join('')).join('')
}

/** A one bit, zeros, and the length in bits, to a whole number of blocks. */
function padding(bytes: readonly number[]): Uint8Array {
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / BLOCK) * BLOCK)
  padded.set(bytes)
  padded[bytes.length] = 0x80
  const bits = bytes.length * 8
  for (let k = 0; k < 8; k++) padded[padded.length - 8 + k] = Math.floor(bits / 2 ** (8 * k)) & 0xff
  return padded
}

function mix(state: number[], bytes: Uint8Array, at: number): void {
  let [a, b, c, d] = state as [number, number, number, number]
  const word = (index: number): number => {
    const from = at + index * 4
    return ((bytes[from] as number) | ((bytes[from + 1] as number) << 8) | ((bytes[from + 2] as number) << 16) | ((bytes[from + 3] as number) << 24)) >>> 0
  }
  for (let step = 0; step < 64; step++) {
    const round = step >> 4
    const [value, index] = round === 0 ? [(b & c) | (~b & d), step] : round === 1 ? [(d & b) | (~d & c), (5 * step + 1) % 16]
      : round === 2 ? [b ^ c ^ d, (3 * step + 5) % 16] : [c ^ (b | ~d), (7 * step) % 16]
    const sum = (a + value + (SINES[step] as number) + word(index)) >>> 0
    const shift = SHIFTS[round * 4 + (step % 4)] as number
    const turned = ((sum << shift) | (sum >>> (32 - shift))) >>> 0
    ;[a, d, c, b] = [d, c, b, (b + turned) >>> 0]
  }
  ;[a, b, c, d].forEach((value, index) => { state[index] = ((state[index] as number) + value) >>> 0 })
}

/** A lone surrogate is written like any other character; no path has one. */
function utf8(text: string): number[] {
  const bytes: number[] = []
  for (const character of text) {
    const point = character.codePointAt(0) as number
    if (point < 0x80) bytes.push(point)
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 0x3f))
    else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f))
    else bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 0x3f), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f))
  }
  return bytes
}
