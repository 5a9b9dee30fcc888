// When to send: at the start, when a connection comes back, when the app is looked at, when an answer was kept, and by a
// clock that is more patient the longer nothing goes through. Background Sync, where a browser has it, is a bonus.
import { flush } from './sync.js'
import { queued } from './records.js'

const FIRST = 20_000
const LONGEST = 15 * 60_000

let pause = FIRST
let timer = null
let told = () => {}
let version = ''

export const trySending = async () => {
  clearTimeout(timer)
  const well = await flush(version).catch(() => false)
  pause = well ? FIRST : Math.min(pause * 2, LONGEST)
  timer = setTimeout(trySending, well ? LONGEST : pause * (0.75 + Math.random() / 2))
  told()
  return well
}

const sendNow = () => {
  pause = FIRST
  return trySending()
}

export const startSending = (own, onChange) => {
  version = own
  told = onChange
  addEventListener('online', sendNow)
  document.addEventListener('visibilitychange', () => { if (!document.hidden) sendNow() })
  sendNow()
}

// After an answer was kept: ask the browser to wake the worker should this page be gone, and try at once.
export const answerKept = async () => {
  const registration = await navigator.serviceWorker?.getRegistration('/tablet/')
  if ((await queued()).length) registration?.sync?.register('queue').catch(() => {})
  return sendNow()
}
