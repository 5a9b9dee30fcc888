// The app begins: settle what a closed page left behind, keep the app, send what waits, show the right screen.
import { queueWords } from './checks.js'
import { kioskShows, startKiosk } from './kiosk.js'
import { home, setOfficerApp, signInAddress, signedIn, welcome } from './officer.js'
import { somebodyAnswers } from './person.js'
import { changeDevice, currentDevice, devices, queued, reconcile, setSetting, setting } from './records.js'
import { answerKept, startSending } from './sending.js'
import { Refused } from './service.js'
import { element, fill, plainTime, residentWords, say, setLanguage, show, showing, status } from './screen.js'
import { formsOf, refreshForms, signOutNow, takeKiosk } from './taking.js'

const version = document.querySelector('meta[name=app-version]').content
const FRESH = 6 * 3_600_000 // milliseconds that a form is not asked for again
const GATE = 60 // seconds that a signed-in tablet waits before it signs out by itself

const sentence = (text) => {
  const find = show('sentence', residentWords.problem, { again: () => location.replace('/tablet/') })
  find('[data-told]').textContent = text
}

// --- the app itself -----------------------------------------------------------------------------------------------------

const registration = () => navigator.serviceWorker?.getRegistration('/tablet/')

const keepApp = async () => {
  if (!navigator.serviceWorker) return
  const had = Boolean(navigator.serviceWorker.controller)
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (had && !somebodyAnswers()) location.replace('/tablet/')
  })
  const registered = await navigator.serviceWorker.register('/tablet/worker.js', { updateViaCache: 'none' })
  registered.addEventListener('updatefound', () => {
    registered.installing?.addEventListener('statechange', (event) => {
      if (event.target.state === 'installed') update()
    })
  })
}

// A new version takes over only while nobody is answering and no officer is in the middle of something.
const update = async () => {
  if (somebodyAnswers() || !['start', 'home', 'checks'].includes(showing())) return
  ;(await registration())?.waiting?.postMessage('take over')
}

// --- what waits ------------------------------------------------------------------------------------------------------------

// For staff, at rest: how much waits, since when, and whether somebody must sign in.
const drawStatus = async () => {
  if (somebodyAnswers()) return status()
  const [known, waiting] = [await devices(), (await queued()).length]
  if (!known.length || (!waiting && (await setting('pinned')))) return status()
  const parts = [element('p', { textContent: queueWords(waiting) })]
  const last = Math.max(...known.map((device) => device.last_sent ?? 0))
  if (last) parts.push(element('p', { textContent: say('last_sent', { when: plainTime(last) }) }))
  if (waiting && known.some((device) => device.sign_in)) {
    const text = waiting === 1 ? say('sign_in_one') : say('sign_in', { count: waiting })
    parts.unshift(element('p', { className: 'app-status__sign-in' },
      element('a', { className: 'govuk-link', href: signInAddress('/tablet/'), textContent: text })))
  }
  return status(...parts)
}

const afterSending = async () => {
  await drawStatus()
  if (await setting('sign_out')) await signOutNow()
}

// --- who holds the tablet ----------------------------------------------------------------------------------------------------

const kiosk = async () => {
  const device = await currentDevice()
  const forms = await formsOf(device)
  const app = {
    device, forms, version, practice: device.practice, onStaff: leaveKiosk, onKept: answerKept,
    onRest: () => { update(); drawStatus(); guard() },
  }
  startKiosk(app)
}

// A tablet that was handed over must have nobody signed in: sign out if that is still to be done, else ask.
const guard = async () => {
  if (await setting('sign_out')) return signOutNow()
  if (await signedIn() && kioskShows()) gate()
}

const leaveKiosk = async () => {
  const found = await signedIn()
  if (found) return gate()
  if (found === false) {
    location.href = signInAddress('/tablet/')
    return
  }
  status(element('p', { textContent: say('needs_sign_in') }))
}

const gate = () => {
  setLanguage()
  const until = Date.now() + GATE * 1000
  const stay = async () => {
    await setSetting('sign_out', true)
    await signOutNow()
    location.replace('/tablet/')
  }
  const leave = async () => {
    await setSetting('pinned', false)
    await home()
  }
  const find = show('gate', say('gate'), { leave, stay })
  const timer = setInterval(() => {
    if (showing() !== 'gate') return clearInterval(timer)
    const left = Math.ceil((until - Date.now()) / 1000)
    find('[data-seconds]').textContent = fill(say('gate_ends'), { seconds: Math.max(left, 0) })
    if (left <= 0) {
      clearInterval(timer)
      stay()
    }
  }, 1000)
}

const route = async (code) => {
  if (await setting('pinned')) return kiosk()
  if (code) return welcome(code)
  return (await currentDevice()) ? home() : welcome()
}

// --- begin ----------------------------------------------------------------------------------------------------------------------

const openKioskLink = async (link) => {
  const find = show('sentence', say('taking'), { again: () => openKioskLink(link) })
  try {
    await takeKiosk(link, 'Kiosk', version, (text) => { find('[data-told]').textContent = text })
  } catch (fault) {
    return sentence(fault instanceof Refused ? fault.message : say('no_connection'))
  }
  return route()
}

// Wording may have been corrected since: forms are fetched anew now and then, and after an update of the app.
const freshForms = async () => {
  for (const device of await devices()) {
    if (device.refreshed > Date.now() - FRESH && device.version === version) continue
    await refreshForms(device)
    await changeDevice(device.device, { refreshed: Date.now(), version })
  }
}

const boot = async () => {
  if (!isSecureContext) return sentence(say('insecure'))
  if (!navigator.locks || !crypto.randomUUID || !window.HTMLDialogElement) return sentence(say('old_browser'))
  try {
    await reconcile()
  } catch {
    return sentence(say('no_storage'))
  }
  const link = new URLSearchParams(location.hash.slice(1)).get('kiosk')
  const code = new URLSearchParams(location.search).get('take')
  history.replaceState(null, '', '/tablet/')
  setOfficerApp({ version, route, update, onRest: () => { update(); drawStatus() } })
  keepApp().catch(() => {})
  startSending(version, afterSending)
  if (link && !(await setting('pinned'))) return openKioskLink(link)
  await route(code)
  return freshForms().catch(() => {})
}

boot()
