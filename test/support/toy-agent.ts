// An agent that exists only in tests, with one source of each form, so that reading is tested apart from any real agent.
import type { AgentAdapter } from '../../src/core/sessions/agent-adapter.ts'
import type { DatabaseSource, DocumentSource, LineSource, Opening, Row } from '../../src/core/sessions/log-source.ts'
import { instant } from '../../src/core/time.ts'
import { NO_TOKENS } from '../../src/core/usage/tokens.ts'
import { STANDARD_BILLING, type ParsedLine, type UsageEvent } from '../../src/core/usage/usage-event.ts'

export const AT = instant(Date.UTC(2026, 5, 1))

export const toyEvent = (id: string, output: number, cwd = ''): UsageEvent => ({
  key: `toy:${id}`, at: AT, model: 'gpt-5', tokens: { ...NO_TOKENS, output }, billing: STANDARD_BILLING,
  origin: { cwd, branch: '', session: 's', subagent: '' }, final: true, sidechain: false, approximateTime: false, damaged: false,
})
const usage = (id: string, output: number): ParsedLine => ({ kind: 'usage', events: [toyEvent(id, output)] })

/** What a source's parser was told each time it was opened. */
export const openings: Opening[] = []

/** Lines `{"n":5}`: each response's id is how many lines came before it, which only a memory can know. */
export const toyLines: LineSource = {
  name: 'lines', form: 'lines', markers: ['"n"'],
  roots: ({ home }) => [{ path: `${home}/.toy/lines`, account: '~/.toy', configHome: `${home}/.toy` }],
  owns: path => /\.jsonl(\.zst)?$/.test(path), enters: folder => folder !== 'private', place: path => ({ session: path, subagent: '' }),
  companions: () => ['../toy.toml', '../../secret', 'beside.txt'],
  kin: { folders: ['.', '../old'], idOf: name => /^log-(.+?)\.jsonl(\.zst)?$/.exec(name)?.[1] ?? null },
  open: opening => {
    openings.push(opening)
    let count = opening.memory === null ? 0 : Number(opening.memory)
    const name = opening.path.replace(/\.zst$/, '')
    return { parse: line => usage(`${name}#${count++}`, (JSON.parse(Buffer.from(line).toString()) as { n: number }).n), memory: () => String(count) }
  },
}

/** `{"responses": {"id": output}}`. */
export const toyDocuments: DocumentSource = {
  name: 'documents', form: 'document',
  roots: ({ home }) => [{ path: `${home}/.toy/documents`, account: '~/.toy', configHome: `${home}/.toy` }],
  owns: path => path.endsWith('.json'), place: path => ({ session: path, subagent: '' }),
  parse: (text, opening) => {
    openings.push(opening)
    try {
      const { responses } = JSON.parse(text) as { responses: Record<string, number> }
      return { facts: Object.entries(responses).map(([id, output]) => usage(id, output)), memory: `${Object.keys(responses).length} seen` }
    } catch {
      return null
    }
  },
}

export const toyDatabase: DatabaseSource = {
  name: 'database', form: 'database',
  roots: ({ home }) => [{ path: `${home}/.toy`, account: '~/.toy', configHome: `${home}/.toy` }],
  owns: path => path === 'toy.db', enters: () => false, place: () => ({ session: 'db', subagent: '' }),
  passes: [
    { name: 'responses', needs: { response: ['id', 'changed', 'output'] }, firstMark: 0, sql: 'select id, output, changed as mark from response where changed >= :mark order by changed limit :limit', parse: ({ id, output }: Row) => usage(String(id), Number(output)) },
    { name: 'absent', needs: { nowhere: ['id'] }, firstMark: 0, sql: 'select id as mark from nowhere where id >= :mark order by id limit :limit', parse: () => ({ kind: 'ignored' }) },
  ],
}

export const toyAgent: AgentAdapter = { name: 'toy', displayName: 'Toy', sources: [toyLines, toyDocuments, toyDatabase], process: { role: () => null } }
