import type { DemoOptions } from '../api/daemon-options.ts'
export async function runDemo(options: DemoOptions): Promise<number> { options.write(''); return 1 }
