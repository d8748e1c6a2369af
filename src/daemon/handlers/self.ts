// Small answers: who is there, events, the configuration, notices, stopping.
import type { Handlers } from '../../api/control-plane.ts'
import { noticeOf } from '../../core/enforcement/notice.ts'
import { isoText } from '../../core/time.ts'
import { testChannels } from '../../flows/deliver.ts'
import { AppError } from '../../core/errors.ts'
import { checkConfig, explainConfig } from '../world/config.ts'
import type { World } from '../world/world.ts'

const EVENTS_MAX = 1_000

export function selfHandlers(world: World): Pick<Handlers, 'hello' | 'events' | 'hooks.heard' | 'notify.test' | 'config.show' | 'config.check' | 'down'> {
  return {
    'hello': async () => ({ version: world.version, pid: (await world.processes.self()).pid }),
    'events': async ({ after, limit }) => world.stores.read(function* () {
      const found = yield* world.stores.events.since(after ?? 0, Math.min(EVENTS_MAX, Math.max(1, limit ?? EVENTS_MAX)))
      return {
        events: found.map(({ id, at, code, level, fields }) => ({ id, at: isoText(at), code, level, fields })),
        last: found.at(-1)?.id ?? (yield* world.stores.events.last()),
      }
    }),
    'hooks.heard': async () => ({ lastHeardAt: world.running.hookHeardAt === null ? null : isoText(world.running.hookHeardAt) }),
    'notify.test': async ({ channel }) => {
      const wanted = world.notifiers().filter(each => channel === undefined || each.channel === channel || each.channel.startsWith(`${channel}:`))
      if (wanted.length === 0) {
        throw new AppError('not_found', channel === undefined ? 'no channel is configured; add a [[notify]] table with: purser config edit' : `no channel "${channel}" is configured; see them with: purser config show`)
      }
      const results = await testChannels(wanted, noticeOf({ what: 'test', at: world.clock.now() }), { clock: world.clock })
      return { results: results.map(({ label, ok, detail }) => ({ channel: label, ok, detail })) }
    },
    'config.show': async () => {
      const { version, problem } = world.config.current()
      return { file: world.places.configFile, version, problem, values: explainConfig(world.config) }
    },
    'config.check': async ({ file }) => checkConfig(file ?? world.places.configFile, world.environment),
    'down': async () => {
      if (world.running.role !== 'daemon') throw new AppError('daemon_unreachable', 'the daemon is not running; there is nothing to stop')
      // Answered first, stopped after: the caller's connection must not be cut by its own request.
      setImmediate(() => world.running.stop())
      return { stopping: true }
    },
  }
}
