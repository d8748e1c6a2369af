// As much of the package's interface as the races use; it comes without types.
declare module 'proper-lockfile' {
  export function lock(file: string, options: { readonly stale: number; readonly onCompromised: (error: Error) => void }): Promise<() => Promise<void>>
  export function unlock(file: string): Promise<void>
}
