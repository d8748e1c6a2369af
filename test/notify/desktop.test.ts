import { describe, expect, it } from 'vitest'
import type { CommandCall, CommandResult, CommandRunner } from '../../src/core/machine/notifier.ts'
import { desktopArgv, desktopNotifier } from '../../src/notify/desktop.ts'
import { aNotice, still } from '../support/a-notice.ts'

const settings = { channel: 'desktop', minLevel: 'info' } as const
/** Runs nothing: notes the call and ends as told. */
const scripted = (result: CommandResult): CommandRunner & { readonly calls: CommandCall[] } => {
  const calls: CommandCall[] = []
  return { calls, run: async call => { calls.push(call); return result } }
}
const ended = (code: number | null, output = ''): CommandResult => ({ ended: 'exit', code, output })

// What a project or branch name could hold to break out of an argument, a script or a markup language.
const HOSTILE = ['"; do shell script "touch /tmp/x"', '$(touch /tmp/x)', '`id`', "'; rm -rf ~; '", '--icon=/etc/passwd', '-e', '\\" & (do shell script "id") & \\"', '<img src="file:///etc/passwd">', '%s%n', '\\x41\\n']

describe('desktopArgv', () => {
  it('calls notify-send with urgency, title and body as arguments', () => {
    expect(desktopArgv('linux', aNotice())).toEqual(['notify-send', '--app-name=purser', '--urgency=critical', '--', 'Budget web-daily is spent', 'Locked until tomorrow.\nSee it: purser lock show L123'])
    expect(desktopArgv('linux', aNotice({ level: 'warn' }))).toContain('--urgency=normal')
    expect(desktopArgv('linux', aNotice({ level: 'info' }))).toContain('--urgency=low')
  })

  it('calls osascript with a fixed script that reads its own arguments', () => {
    expect(desktopArgv('darwin', aNotice())).toEqual([
      'osascript', '-e', 'on run argv', '-e', 'display notification (item 2 of argv) with title (item 1 of argv)', '-e', 'end run',
      'Budget web-daily is spent', 'Locked until tomorrow.\nSee it: purser lock show L123',
    ])
  })

  it.each(HOSTILE)('keeps %j one argument, outside any script and after the options', text => {
    const script = desktopArgv('darwin', aNotice())?.slice(0, -2)
    const mac = desktopArgv('darwin', aNotice({ title: text, body: text })) ?? []
    expect(mac.slice(0, -2)).toEqual(script)
    expect(mac).toHaveLength(9)
    expect(mac[7]?.startsWith('-')).toBe(false)
    expect(mac[7]?.trim()).toBe(text)
    const linux = desktopArgv('linux', aNotice({ title: text, body: text })) ?? []
    expect(linux).toHaveLength(6)
    expect(linux.indexOf('--')).toBe(3)
    expect(linux[4]).toBe(text)
    expect(linux[5]).not.toMatch(/[<>]/)
  })

  it('survives the two readers of a Linux body: backslashes are resolved, then markup is read', () => {
    const body = desktopArgv('linux', aNotice({ body: 'C:\\new & <b>x</b>' }))?.at(-1) ?? ''
    expect(body).toBe('C:\\\\new &amp; &lt;b&gt;x&lt;/b&gt;')
  })

  it('has nothing to run on Windows', () => {
    expect(desktopArgv('win32', aNotice())).toBeNull()
  })
})

describe('desktopNotifier', () => {
  it('is sent when the program says so', async () => {
    const runner = scripted(ended(0))
    expect(await desktopNotifier(settings, { platform: 'linux', runner }).send(aNotice(), still())).toEqual({ result: 'sent' })
    expect(runner.calls).toMatchObject([{ stdin: '', deadlineMs: 10_000 }])
  })

  it('gives up where the program is missing, and says what to type', async () => {
    const runner = scripted({ ended: 'not_started', why: 'not_found', output: '' })
    expect(await desktopNotifier(settings, { platform: 'linux', runner }).send(aNotice(), still())).toEqual({ result: 'failed', permanent: true, why: expect.stringContaining('sudo apt install libnotify-bin') })
  })

  it('tries again where there is no session bus yet', async () => {
    const runner = scripted(ended(1, 'Cannot autolaunch D-Bus without X11 $DISPLAY\n'))
    expect(await desktopNotifier(settings, { platform: 'linux', runner }).send(aNotice(), still())).toEqual({
      result: 'retry', afterMs: null, why: 'notify-send ended with exit code 1: Cannot autolaunch D-Bus without X11 $DISPLAY',
    })
  })

  it('runs nothing on Windows and says what to use', async () => {
    const runner = scripted(ended(0))
    expect(await desktopNotifier(settings, { platform: 'win32', runner }).send(aNotice(), still())).toMatchObject({ result: 'failed', permanent: true })
    expect(runner.calls).toEqual([])
  })
})
