// The tablet in the hands of whoever answers: start, answer, thank you, next person. An idle screen clears itself.
import { begin, somebodyAnswers, stop } from './person.js'
import { flush } from './sync.js'
import { button, element, fill, practice, residentWords, say, setLanguage, show, showing, translate } from './screen.js'

const times = JSON.parse(document.getElementById('times').textContent)
const dialog = document.getElementById('idle')

let app = null
let touched = Date.now()
let thanksUntil = 0
let spoken = null // the form whose language the screen speaks
export const kioskShows = () => ['start', 'thanks'].includes(showing())

const touch = () => { touched = Date.now() }
for (const event of ['pointerdown', 'keydown', 'input', 'touchmove', 'wheel']) {
  addEventListener(event, () => { if (!dialog.open) touch() }, { passive: true })
}

// --- start ---------------------------------------------------------------------------------------------------------

const spokenIn = (code) => app.forms.filter((form) => form.language.code === code)
const languages = () => [...new Map(app.forms.map((form) => [form.language.code, form])).values()]

// `given`: {device, forms, version, onStaff, onRest}. `code` is the language to begin with.
export const startKiosk = (given, code = 'en') => {
  app = given
  spoken = spokenIn(code)[0] ?? app.forms[0]
  thanksUntil = 0
  const { words, language, draft } = spoken
  setLanguage(language)
  const find = show('start', app.device.event.title, { 'full-screen': fullScreen, staff: app.onStaff }, words)
  practice(app.practice ? words.practice : '')
  find('[data-do=full-screen]').hidden = Boolean(document.fullscreenElement) || !document.fullscreenEnabled
  find('[data-draft]').hidden = !draft
  for (const form of spokenIn(language.code)) find('[data-choices]').append(choice(form))
  for (const other of languages()) {
    const offered = button(other.language_name, () => startKiosk(app, other.language.code), 'govuk-button govuk-button--secondary')
    Object.assign(offered, { lang: other.language.tag, dir: other.language.direction })
    offered.setAttribute('aria-pressed', String(other.language.code === language.code))
    if (languages().length > 1) find('[data-languages]').append(offered)
  }
  app.onRest()
}

const choice = (form) => {
  const start = button(form.words.start, () => answer(form))
  const title = element('h2', { className: 'govuk-heading-m', textContent: form.title })
  start.setAttribute('aria-label', `${form.words.start}: ${form.title}`)
  return element('div', { className: 'app-choice' }, title,
    element('p', { className: 'govuk-body', textContent: form.intro }),
    element('p', { className: 'govuk-body', textContent: form.minutes }), start)
}

const fullScreen = () => document.documentElement.requestFullscreen?.().then(() => startKiosk(app, spoken.language.code), () => {})

const answer = async (form) => {
  const survey = app.device.surveys.find((one) => one.digest === form.digest)
  touch()
  try {
    await begin({
      device: app.device, form, survey, channel: 'kiosk', practice: app.practice, alone: true,
      onEnd: ended, onTrouble: () => flush(app.version),
    })
  } catch {
    cannotOpen()
  }
}

export const cannotOpen = () => {
  setLanguage()
  const find = show('sentence', residentWords.not_kept, { again: () => location.replace('/tablet/') })
  find('[data-told]').textContent = say('cannot_open')
}

// --- end -----------------------------------------------------------------------------------------------------------

const ended = async (how) => {
  closeDialog()
  if (how === 'discarded') return reset()
  app.onKept()
  show('thanks', spoken.words.thanks, { next: reset }, spoken.words)
  thanksUntil = Date.now() + times.thanks * 1000
  return tick()
}

// The next person gets a page that knows nothing: a new one where the browser can take it, and in full screen, which
// no new page keeps, the start screen with everything of the last person gone.
const reset = () => {
  spoken = null
  if (document.fullscreenElement) startKiosk(app)
  else location.replace('/tablet/')
}

// --- nobody there ----------------------------------------------------------------------------------------------------

const closeDialog = () => { if (dialog.open) dialog.close() }

const askWhoIsThere = (left) => {
  const sentence = fill(spoken.words.removed_in, { seconds: left })
  dialog.querySelector('[data-seconds]').textContent = sentence
  if (dialog.open) return
  translate(dialog, spoken.words)
  dialog.showModal()
}

dialog.querySelector('[data-do=more-time]').addEventListener('click', () => { touch(); closeDialog() })
dialog.querySelector('[data-do=remove]').addEventListener('click', () => { closeDialog(); stop() })
dialog.addEventListener('cancel', touch)

// By the clock and not by counting, so that a tablet that slept knows how long it did.
const tick = () => {
  if (!app || !spoken) return
  if (thanksUntil) {
    const left = Math.ceil((thanksUntil - Date.now()) / 1000)
    if (left <= 0) return reset()
    document.querySelector('[data-countdown]').textContent = fill(spoken.words.next_in, { seconds: left })
    return
  }
  const left = Math.ceil((touched - Date.now()) / 1000 + times.idle + times.countdown)
  if (!somebodyAnswers() || showing() === 'trouble') return startAgain(left)
  if (left <= 0) {
    closeDialog()
    stop()
  } else if (left <= times.countdown) askWhoIsThere(left)
}

// A language that somebody chose and left is not for the next person.
const startAgain = (left) => {
  if (showing() === 'start' && left <= times.countdown && spoken.language.code !== 'en') startKiosk(app)
}

setInterval(tick, 1000)
document.addEventListener('visibilitychange', tick)
