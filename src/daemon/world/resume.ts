// What taking a session up asks of this world: who runs what, and which permission mode its log told last.
import type { ResumePorts } from '../../flows/sessions/resume.ts'
import { lastTold } from '../../os/logs/log-tail.ts'
import { sightOf } from './sight.ts'
import type { World } from './world.ts'

export const resumePorts = (world: World): ResumePorts => ({
  sight: sightOf(world), stores: world.stores, adapters: world.adapters,
  modeOf: ({ agent, transcript }) => {
    const permissions = world.adapters.find(({ name }) => name === agent)?.resume?.permissions
    return permissions && transcript !== '' ? lastTold(transcript, permissions.marker, permissions.modeIn) ?? '' : ''
  },
})
