import type { Handlers } from '../../api/control-plane.ts'
import type { World } from '../world/world.ts'

export const doctorHandlers = (_world: World): Pick<Handlers, 'doctor'> => ({ 'doctor': async () => ({ findings: [] }) })
