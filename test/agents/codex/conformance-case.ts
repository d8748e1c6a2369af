import { readFileSync } from 'node:fs'
import { codex } from '../../../src/agents/codex/adapter.ts'
import { aProcess } from '../../support/a-process.ts'
import { jsonLines, type AgentCase, type Totals } from '../../support/agent-case.ts'
import { compacted, count, countsFor, header, plus, rolloutPath, rolloutText, said, T0, taskStarted, threadId, totalOf, turn, type Used } from '../../support/codex-lines.ts'
import { zstdStored } from '../../support/zstd-stored.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/codex/0.169/${name}.jsonl`, import.meta.url), 'utf8')
const fixturePath = (text: string): string => rolloutPath(/"id":"([0-9a-f-]{36})"/.exec(text)?.[1] ?? '', '.codex/sessions/2026/11/21')
const files = (...names: readonly string[]): Record<string, string> => Object.fromEntries(names.map(name => [fixturePath(fixture(name)), fixture(name)]))
const sum = (...uses: readonly Used[]): Totals => {
  const [input, cached, output] = totalOf(uses)
  return { responses: uses.length, input: input - cached, output, cacheRead: cached, cacheWrite: 0 }
}

const [one, two, three, four]: readonly [Used, Used, Used, Used] = [[2_000, 800, 50, 20], [3_000, 2_500, 60, 0], [3_000, 2_500, 60, 0], [9_000, 0, 1, 1]]
const parent = threadId(1), child = threadId(2), sibling = threadId(3), grandchild = threadId(4)
const parentText = rolloutText(header(parent), turn(), said(), ...countsFor([one, two, three]))
/** A fork of the parent behind its first two responses, repeating them at one moment, and then doing this. */
const forkText = (id: string, ...own: readonly Used[]): string => rolloutText(
  header(id, { forked_from_id: parent }, T0 + 100_000), header(parent), turn('gpt-5'), ...countsFor([one, two], undefined, { at: T0 + 100_000, stepMs: 0 }),
  turn('gpt-5.3-codex', {}, T0 + 110_000), ...countsFor(own, plus(one, two), { at: T0 + 110_000 }))
const gone = (...lines: readonly unknown[]): Record<string, string> => ({ [rolloutPath(child)]: rolloutText(header(child, { forked_from_id: threadId(99) }, T0 + 100_000), ...lines) })

export const conformanceCase: AgentCase = {
  adapter: codex,
  samples: [
    {
      name: 'each response of 0.169 counts once, by its own id, whatever the counters repeat', 
      // The resumed one as the packer leaves it, beside its plain copy.
      files: { ...files('basic', 'resumed', 'tui', 'sigint-midstream'), [`${fixturePath(fixture('resumed'))}.zst`]: readFileSync(new URL('../../fixtures/codex/0.169/resumed.jsonl.zst', import.meta.url)) },
      totals: { responses: 6, input: 7_200, output: 240, cacheRead: 5_400, cacheWrite: 0 },
      keys: ['resp_065f56b423d990919087529b', 'resp_b5f520ddb82566c9bc3ec977', 'resp_5032a0cf5e024a94f52db9d1', 'resp_531acb8a8cd1596b13bfcd62', 'resp_b43a1c47fb5ca9a8011170fb', 'resp_8748c1e58ed371c904fec32a'].map(id => `codex:${id}`),
    },
    {
      name: 'a packed rollout is read like its plain copy', files: { [`${fixturePath(fixture('resumed'))}.zst`]: readFileSync(new URL('../../fixtures/codex/0.169/resumed.jsonl.zst', import.meta.url)) },
      totals: { responses: 2, input: 2_400, output: 80, cacheRead: 1_800, cacheWrite: 0 }, keys: ['codex:resp_5032a0cf5e024a94f52db9d1', 'codex:resp_531acb8a8cd1596b13bfcd62'],
    },
    { name: 'windows and limits are no usage', files: files('rate-limits', 'usage-limit-reached'), totals: { responses: 1, input: 1_200, output: 40, cacheRead: 900, cacheWrite: 0 } },
    {
      name: 'a counter told again counts nothing, two equal turns count both', brittle: false,
      files: { [rolloutPath(parent)]: rolloutText(header(parent), turn(), ...countsFor([one, two, three]).flatMap(each => [each, said(), compacted(), each]), count({ total: totalOf([one, two, three]), info: null })) },
      totals: sum(one, two, three), keys: [`codex:${parent}/0/2000.800.0.50.20`, `codex:${parent}/0/5000.3300.0.110.20`, `codex:${parent}/0/8000.5800.0.170.20`],
    },
    {
      name: 'a counter of totals only that starts anew is counted in full',
      files: { [rolloutPath(parent)]: rolloutText(header(parent), turn(), count({ total: one }), count({ total: plus(one, two), at: T0 + 1 }), count({ total: two, at: T0 + 2 }), count({ total: plus(two, one), at: T0 + 3 })) },
      totals: sum(one, two, two, one),
    },
    {
      name: 'forks count what they repeat of their parent once, siblings their equal work each, and a fork of a fork its own',
      files: {
        [rolloutPath(parent)]: parentText, [rolloutPath(child)]: forkText(child, four, one), [rolloutPath(sibling)]: forkText(sibling, four),
        [rolloutPath(grandchild)]: rolloutText(header(grandchild, { parent_thread_id: child }, T0 + 200_000), ...countsFor([one, two, four], undefined, { at: T0 + 200_000, stepMs: 7 }), turn('gpt-5', {}, T0 + 230_000), ...countsFor([two], totalOf([one, two, four]), { at: T0 + 230_000 })),
      },
      totals: sum(one, two, three, four, one, four, two),
    },
    {
      name: 'copies in the archive and packed ones are the same thread',
      files: { [rolloutPath(parent)]: parentText, [rolloutPath(parent, '.codex/archived_sessions')]: parentText, [`${rolloutPath(child, '.codex/archived_sessions')}.zst`]: zstdStored(Buffer.from(forkText(child, four))), [rolloutPath(child)]: forkText(child, four) },
      totals: sum(one, two, three, four),
    },
    {
      name: 'without the parent\'s log own work begins where its own turn starts', brittle: true,
      files: gone(...countsFor([one, two], undefined, { at: T0 + 100_000, stepMs: 30 }), taskStarted(T0 + 100_100, T0), taskStarted(T0 + 104_000), turn('gpt-5', {}, T0 + 104_000), ...countsFor([four], plus(one, two), { at: T0 + 104_000 })),
      totals: sum(four),
    },
    {
      name: 'without the parent\'s log and without starts it begins after the first pause', brittle: true,
      files: gone(turn('gpt-5', {}, T0 + 100_000), ...countsFor([one, two], undefined, { at: T0 + 100_000, stepMs: 60 }), turn('gpt-5', {}, T0 + 106_000), ...countsFor([four], plus(one, two), { at: T0 + 106_000 })),
      totals: sum(four),
    },
    {
      name: 'saved output of exec is read in a home that holds nothing else',
      files: { '.codex/run.jsonl': jsonLines({ type: 'thread.started', thread_id: child }, { type: 'item.completed', item: { text: 'x' } }, { type: 'turn.completed', usage: { input_tokens: 100, cached_input_tokens: 40, output_tokens: 7 } }, { type: 'result', data: { usage: { prompt_tokens: 10, completion_tokens: 3 } } }), '.codex/history.jsonl': jsonLines({ type: 'turn.completed', usage: { input_tokens: 5 } }) },
      totals: { responses: 2, input: 70, output: 10, cacheRead: 40, cacheWrite: 0 },
    },
  ],
  roles: [
    { role: 'session', process: aProcess('/usr/lib/node_modules/@openai/codex/vendor/x86_64-unknown-linux-musl/codex/codex', ['codex', 'exec', 'do it'], 'codex') },
    { role: 'session', process: aProcess('/opt/codex-x86_64-unknown-linux-musl', ['codex'], 'codex') },
    { role: 'helper', process: aProcess('/usr/bin/node', ['node', '/usr/lib/node_modules/@openai/codex/bin/codex.js', 'exec', 'do it']) },
    { role: 'helper', process: aProcess('/home/dev/.codex/packages/codex', ['codex', 'app-server', '--listen', 'unix://', '--managed-daemon'], 'codex') },
    { role: 'helper', process: aProcess('/usr/bin/codex', ['codex', 'app-server'], 'codex') },
    { role: 'helper', process: aProcess('/usr/bin/codex', ['codex', '-c', 'a=b', '--version'], 'codex') },
  ],
}
