// Instants for people, in the zone of what they belong to. Says the day only when it is not today.
import { durationText } from '../time.ts'

interface WallTime { readonly date: string; readonly time: string }

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone)
  if (!format) {
    const fields = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const
    try {
      format = new Intl.DateTimeFormat('en-CA', { ...fields, timeZone: zone })
    } catch {
      // A zone this runtime does not know: UTC rather than nothing, and the zone is printed beside windows anyway.
      format = new Intl.DateTimeFormat('en-CA', { ...fields, timeZone: 'UTC' })
    }
    formats.set(zone, format)
  }
  return format
}

export function wallTime(epochMs: number, zone: string): WallTime {
  const parts = formatOf(zone).formatToParts(epochMs)
  const part = (type: string): string => parts.find(found => found.type === type)?.value ?? ''
  return { date: `${part('year')}-${part('month')}-${part('day')}`, time: `${part('hour')}:${part('minute')}:${part('second')}` }
}

/** `14:02`, on another day `2026-11-20 14:02`. Text that is no instant stays as it is. */
export function momentText(iso: string, zone: string, now: number): string {
  const at = Date.parse(iso)
  if (Number.isNaN(at)) return iso
  const wall = wallTime(at, zone)
  const time = wall.time.slice(0, 5)
  return wall.date === wallTime(now, zone).date ? time : `${wall.date} ${time}`
}

/** `14:02:11`, on another day with its date. */
export function preciseText(iso: string, zone: string, now: number): string {
  const at = Date.parse(iso)
  if (Number.isNaN(at)) return iso
  const wall = wallTime(at, zone)
  return wall.date === wallTime(now, zone).date ? wall.time : `${wall.date} ${wall.time}`
}

/** Always with its date, for ranges. */
export function dayAndTime(iso: string, zone: string): string {
  const at = Date.parse(iso)
  if (Number.isNaN(at)) return iso
  const wall = wallTime(at, zone)
  return `${wall.date} ${wall.time.slice(0, 5)}`
}

/** `12s ago`, `just now`. */
export function agoText(iso: string, now: number): string {
  const ms = now - Date.parse(iso)
  if (Number.isNaN(ms)) return iso
  return ms < 1_000 ? 'just now' : `${durationText(ms)} ago`
}

/** `at 14:02:41 (in 30s)`, or `now` once it has come. */
export function fromThenOn(iso: string, zone: string, now: number): string {
  const left = Date.parse(iso) - now
  return left > 0 ? `at ${preciseText(iso, zone, now)} (in ${durationText(left)})` : 'now'
}

/** `until 00:00 (in 9h 58m)`, or that only a person ends it. */
export function untilText(iso: string | null, zone: string, now: number): string {
  if (iso === null) return 'until released by hand'
  const left = Date.parse(iso) - now
  return `until ${momentText(iso, zone, now)}${left > 0 ? ` (in ${durationText(left)})` : ' (over)'}`
}
