// Who asks: proven as claims prove their holders, told to programs that act for a session.
import type { Handlers } from '../../api/control-plane.ts'
import { identify } from '../../flows/arbitrate/identify.ts'
import { claimPorts } from '../world/claims.ts'
import type { World } from '../world/world.ts'
import { placedFrom } from './claim-input.ts'

export const callerHandlers = (world: World): Pick<Handlers, 'caller'> => ({
  'caller': async input => {
    const { asker, cwd } = placedFrom(input)
    const place = world.projects.at(cwd), where = { project: place?.project ?? cwd, branch: place?.branch ?? '' }
    const found = await identify(claimPorts(world, { changed: ms => world.clock.sleep(ms) }), asker)
    if (!found.proven) return { proven: false, because: found.because, ...where }
    const { agent, session, pid, startTime, proof } = found.claimant
    return { proven: true, agent, session, pid, startTime, proof, ...where }
  },
})
