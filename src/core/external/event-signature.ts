// An event as Solidity writes it, as far as purser reads events: flat parameters, each with a name. Checked when the config
// is read, so that a misspelt parameter is told with its line and not by a node at night.

export interface EventParameter { readonly type: string; readonly name: string; readonly indexed: boolean }
export interface EventSignature { readonly name: string; readonly parameters: readonly EventParameter[] }

const EVENT = /^(?:event\s+)?([A-Za-z_$][\w$]{0,63})\s*\(([^()]{0,1000})\)\s*;?$/
const PARAMETER = /^(u?int\d{0,3}|address|bool|string|bytes\d{0,2})(\s+indexed)?\s+([A-Za-z_$][\w$]{0,63})$/
// The log of an event has four topics, and the event itself takes one.
const INDEXED_MAX = 3

/** The parts of an event, or what is wrong with its text. */
export function parseEvent(text: string): EventSignature | { readonly wrong: string } {
  const match = EVENT.exec(text.trim())
  if (!match) return { wrong: 'is no event; it is written as in Solidity' }
  const [, name = '', list = ''] = match
  const parameters: EventParameter[] = []
  for (const part of list.split(',').map(each => each.trim()).filter(each => each !== '')) {
    const found = PARAMETER.exec(part)
    if (!found) return { wrong: `has the parameter "${part}"; one is a type, perhaps "indexed", and a name` }
    const [, type = '', indexed, called = ''] = found
    if (parameters.some(each => each.name === called)) return { wrong: `has two parameters called ${called}` }
    parameters.push({ type, name: called, indexed: indexed !== undefined })
  }
  if (parameters.filter(({ indexed }) => indexed).length > INDEXED_MAX) return { wrong: `has more than ${INDEXED_MAX} indexed parameters` }
  return { name, parameters }
}

/** What `parseEvent` took apart, in the one way that every program writes it. */
export const eventText = ({ name, parameters }: EventSignature): string =>
  `event ${name}(${parameters.map(({ type, indexed, name: called }) => `${type}${indexed ? ' indexed' : ''} ${called}`).join(', ')})`

/** Amounts count up: a signed number would let a contract take spend back. */
export const isAmountType = (type: string): boolean => /^uint\d*$/.test(type)
/** What an id can be written in and read back from; an indexed string is only its hash, and no id. */
export const isNameType = ({ type, indexed }: EventParameter): boolean => /^(bytes32|address|uint\d*)$/.test(type) || (type === 'string' && !indexed)
