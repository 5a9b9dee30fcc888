// Is this tablet ready to leave? Each check is a mark, a name, and a sentence that says what to do.
import { changeDevice, currentDevice, queued } from './records.js'
import { CLOCK_DOUBT, clockOffset, now, session } from './service.js'
import { element, plainTime, say } from './screen.js'
import { formsOf, missingForms } from './taking.js'
import { seal } from './seal.js'

const ready = (name, words) => ({ mark: 'ready', name, words })
const look = (name, words) => ({ mark: 'look', name, words })
const stop = (name, words) => ({ mark: 'stop', name, words })

const DAY = 86_400_000
const LITTLE = 50 // megabytes
const LOW = 0.3 // of the battery

const forms = async ({ device }) => {
  const [here, missing] = [await formsOf(device), await missingForms(device)]
  if (missing.length || !here.length) return stop('check_forms', say('forms_missing', { what: missing.join(', ') }))
  return ready('check_forms', say('forms_all', { count: here.length }))
}

const app = async ({ version }) => {
  const kept = await (await caches.open(`shell-${version}`)).match('/tablet/')
  const works = Boolean(kept && navigator.serviceWorker.controller)
  return works ? ready('check_app', say('app_kept')) : stop('check_app', say('app_not_kept'))
}

const lock = async ({ device }) => {
  try {
    await seal(device.key, { id: crypto.randomUUID() })
    return ready('check_lock', say('lock_works'))
  } catch {
    return stop('check_lock', say('lock_fails'))
  }
}

const storage = async () => {
  const kept = await navigator.storage?.persisted?.()
  return kept ? ready('check_storage', say('storage_kept')) : look('check_storage', say('storage_refused'))
}

const space = async () => {
  const { quota, usage } = (await navigator.storage?.estimate?.()) ?? {}
  if (!quota) return look('check_space', say('space_unknown'))
  const megabytes = Math.floor((quota - usage) / 1e6)
  const enough = megabytes >= LITTLE
  return enough ? ready('check_space', say('space', { megabytes })) : stop('check_space', say('space_short', { megabytes }))
}

const clock = async () => {
  const offset = clockOffset()
  if (offset === null) return look('check_clock', say('clock_unknown'))
  const seconds = Math.round(Math.abs(offset) / 1000)
  const right = Math.abs(offset) < 60_000 + CLOCK_DOUBT
  return right ? ready('check_clock', say('clock_right')) : look('check_clock', say('clock_wrong', { seconds }))
}

const battery = async () => {
  const told = await navigator.getBattery?.().catch(() => null)
  if (!told) return look('check_battery', say('battery_unknown'))
  const words = say('battery', { percent: Math.round(told.level * 100) })
  return told.level >= LOW || told.charging ? ready('check_battery', words) : look('check_battery', words)
}

export const queueWords = (count) => say(count === 0 ? 'queue_none' : count === 1 ? 'queue_one' : 'queue_some', { count })

const queue = async () => {
  const count = (await queued()).length
  return count ? look('check_queue', queueWords(count)) : ready('check_queue', queueWords(0))
}

const sent = async ({ device }) => {
  const words = device.last_sent ? say('last_sent', { when: plainTime(device.last_sent) }) : say('never_sent')
  const old = device.last_sent && now() - device.last_sent > DAY && (await queued()).length
  return old ? look('check_sent', words) : ready('check_sent', words)
}

const newest = async ({ version, online, registration }) => {
  if (registration?.waiting) return look('check_version', say('version_old', { version }))
  return online ? ready('check_version', say('version_newest', { version })) : look('check_version', say('version_own', { version }))
}

const pass = async ({ device }) => {
  const when = plainTime(device.expires_at)
  const lasts = Date.parse(device.expires_at) > Date.parse(device.event.ends_at) && Date.parse(device.expires_at) > now()
  return lasts ? ready('check_pass', say('pass_lasts', { when })) : look('check_pass', say('pass_ends', { when }))
}

const CHECKS = [forms, app, lock, storage, space, clock, battery, queue, sent, newest, pass]

export const runChecks = async (version) => {
  const online = await session().then(() => true, () => false)
  const registration = await navigator.serviceWorker.getRegistration('/tablet/')
  if (online) await registration?.update().catch(() => {})
  const around = { device: await currentDevice(), version, online, registration }
  const found = await Promise.all(CHECKS.map((check) => check(around)))
  await changeDevice(around.device.device, { checked: now() })
  return found
}

const SIGNS = { ready: '✓', look: '!', stop: '✕' }

export const checkRow = ({ mark, name, words }) => element('li', { className: `app-check app-check--${mark}` },
  element('strong', { className: 'app-check__mark', textContent: `${SIGNS[mark]} ${say(mark)}` }),
  element('span', {}, element('b', { textContent: say(name) }), ` ${words}`))
