// The daemon's loopback port: opened, moved and closed as the configuration says, with a token that is made once. A port that
// cannot be had is told and tried again with the next change; nothing else waits for it.
import type { Handlers } from '../api/control-plane.ts'
import type { Aside } from '../api/server.ts'
import { serveHttp, type HttpServing } from '../api/http-server.ts'
import { messageOf } from '../core/errors.ts'
import { privateToken } from '../os/files/private-token.ts'
import type { Log } from './log.ts'
import type { World } from './world/world.ts'

export interface HttpDoor { /** Brings the port to what the configuration says. */ follow(): Promise<void>; close(): Promise<void>; readonly port: () => number }

export function httpDoor(world: Pick<World, 'config' | 'places'>, handlers: Handlers, log: Pick<Log, 'info' | 'error'>, aside: Aside = async () => null): HttpDoor {
  let wanted = 0
  let serving: HttpServing | null = null
  const close = async (): Promise<void> => {
    const open = serving
    serving = null
    await open?.close()
  }
  return {
    port: () => serving?.port ?? 0,
    close,
    async follow() {
      const { port } = world.config.current().settings.http
      if (port === wanted) return
      wanted = port
      await close()
      if (port === 0) return
      try {
        serving = await serveHttp({ port, token: privateToken(world.places.httpToken), handlers, aside, onBug: (what, error) => log.error('bug', { what, message: messageOf(error), stack: error instanceof Error ? (error.stack ?? '') : '' }) })
        log.info('http.ready', { port: serving.port })
      } catch (error) {
        log.error('http.failed', { port, message: messageOf(error) })
      }
    },
  }
}
