// What a terminal would act on instead of printing, for tests that must find none of it.

/** Control characters (C0 without the line feed, DEL, C1), direction and invisible marks in the text, as U+XXXX; each once. */
export function actedOn(text: string): readonly string[] {
  const found = new Set<string>()
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    const control = (code < 0x20 && code !== 0x0a) || (code >= 0x7f && code <= 0x9f)
    const mark = (code >= 0x200e && code <= 0x200f) || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)
    if (control || mark) found.add(`U+${code.toString(16).toUpperCase().padStart(4, '0')}`)
  }
  return [...found]
}

export const isAscii = (text: string): boolean => [...text].every(character => (character.codePointAt(0) ?? 0) < 0x80)
