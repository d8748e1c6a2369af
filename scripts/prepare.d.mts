export function staleInstall(lockFile?: string, installedFile?: string): string
export function ensureInstalled(): Promise<void>
export function staleBuild(): boolean
export function ensureBuilt(): Promise<void>
