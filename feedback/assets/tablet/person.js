// One person answers. What they say is on the screen and nowhere else until they send; then it is locked and kept.
import { exclusive } from '../exclusive.js'
import { collect } from './engine.js'
import { clearErrors, progressText, showErrors, showPage } from './paper.js'
import { completeForm, completeOutside, discardForm, formLock, openForm } from './records.js'
import { seal } from './seal.js'
import { download, focusHeading, say, setHeading, setLanguage, show, status } from './screen.js'
import { queueFile } from './queue_file.js'

exclusive()

let person = null
export const somebodyAnswers = () => person !== null

// By this tablet's own clock: the server knows by how much that is wrong.
const today = () => new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' }).format(new Date())

// `how`: {device, form, survey, channel, practice, alone, aloud, onEnd}. Throws when no form can be opened here.
export const begin = async (how) => {
  const opened = await openForm(how.device.device, how.practice)
  let release = () => {}
  navigator.locks.request(formLock(opened.id), () => new Promise((done) => { release = done }))
  person = { ...how, opened, release, openedOn: today(), at: 0, words: how.form.words }
  setLanguage(how.form.language)
  status()
  person.find = show('answering', how.form.title, {
    onward, back, stop: () => stop(),
  }, person.words)
  const form = person.find('[data-form]')
  form.innerHTML = how.form.html
  form.addEventListener('change', draw)
  form.addEventListener('submit', (event) => { event.preventDefault(); onward() })
  turn()
}

const read = () => collect(person.form.pages, new FormData(person.find('[data-form]')), person.alone)

const isLast = (route) => person.at >= route.length - 1

// A text that stays the same is not written again: leaving a field for a button must not change the button under the
// finger, or its click would be lost.
const write = (place, text) => {
  if (person.find(place).textContent !== text) person.find(place).textContent = text
}

// Draw what depends on the answers: which questions are asked, whether this is the last page.
const draw = () => {
  const { route } = read()
  const step = route[person.at]
  showPage(person.find('[data-form]'), step)
  write('[data-progress]', progressText(person.words, route, step))
  write('[data-do=onward]', isLast(route) ? person.words.send : person.words.continue)
  person.find('[data-last]').hidden = !isLast(route)
  return { route, step }
}

// Turn to a page: its heading is the page's title, except where that would tell who looks over a shoulder.
const turn = () => {
  clearErrors(person.find('[data-form]'), person.find('[data-summary]'))
  const { step } = draw()
  setHeading(step.page.title, step.page.harm ? person.words.neutral : step.page.title)
  person.find('[data-harm]').hidden = !step.page.harm
  person.find('[data-do=back]').hidden = person.at === 0
  person.aloud?.(person, step)
  focusHeading()
}

const back = () => {
  person.at--
  turn()
}

const onward = () => {
  const { route, answers } = read()
  const { page, errors } = route[person.at]
  if (Object.keys(errors).length) return fail(errors)
  if (!isLast(route)) {
    person.at++
    return turn()
  }
  if (!Object.keys(answers).length) return nothingAnswered(route, page)
  return send(answers)
}

const fail = (errors) => {
  showErrors(person.find('[data-form]'), person.find('[data-summary]'), errors, person.words)
  document.title = `${person.words.error} ${document.title.replace(`${person.words.error} `, '')}`
}

const nothingAnswered = (route, page) => {
  const first = person.find(`section[data-page="${page.id}"] :is(input, select, textarea)`)
  if (first) return fail({ [first.id]: person.words.nothing })
  person.at = 0
  return turn()
}

// A second tap while the first is being kept does nothing: the answers are taken out of the person's hands once.
const send = async (answers) => {
  if (person.answers) return
  person.answers = answers
  await keep()
}

// Lock the answers, and keep them: what fails can be tried again, and a lock that closed once stays closed.
const keep = async () => {
  const kept = person
  try {
    kept.item ??= await seal(kept.device.key, plainly(kept))
    if (person === kept) await completeForm(kept.opened, kept.item)
  } catch (fault) {
    return person === kept && trouble(fault)
  }
  return person === kept && end('completed')
}

const plainly = ({ opened, survey, form, channel, practice, openedOn, device, answers }) => ({
  id: opened.id,
  event: device.event.code,
  survey: survey.survey,
  wave: survey.wave,
  version: form.version,
  language: form.language.code,
  channel,
  opened_on: openedOn,
  number: opened.number,
  practice,
  answers,
})

// They could be locked or kept no more: the answers stay in memory until they can be, or go to a file once locked.
const trouble = (fault) => {
  const { words, item, device, opened } = person
  setLanguage(person.form.language)
  const find = show('trouble', words.not_kept, {
    again: async (event) => {
      event.target.disabled = true
      await makeRoom()
      if (person) await keep()
    },
    save: () => {
      download(`answers-${device.event.code}-${opened.number}.json`, queueFile(device, [item]))
      find('[data-saved]').hidden = false
    },
    next: async () => {
      await completeOutside(opened).catch(() => {}) // the file has it; the ledger would only say so
      await end('completed')
    },
  }, words)
  find('[data-do=save]').hidden = !item
  find('[data-why]').textContent = say(item ? (fault.name === 'QuotaExceededError' ? 'full' : 'closed') : 'not_locked')
}

// Where even this fails, the answers can still be tried anew.
const makeRoom = async () => {
  try {
    await person.onTrouble?.()
  } catch {
    // the storage that answers could not be written to cannot be read either
  }
}

const forget = () => {
  const left = person
  person = null
  left.find('[data-form]')?.replaceChildren()
  left.release()
  return left
}

const goOn = async ({ onEnd, form }, how) => {
  try {
    await onEnd(how, form)
  } catch {
    location.replace('/tablet/') // nobody is left before a screen that does nothing
  }
}

const end = (how) => goOn(forget(), how)

// Give up: what was answered goes, and the ledger says that a form was opened and discarded.
export const stop = async () => {
  if (!person) return
  const { opened } = person
  const left = forget()
  await discardForm(opened).catch(() => {}) // found when the app starts again
  await goOn(left, 'discarded')
}

// A page that goes away takes nothing with it, not even into the browser's memory of pages.
addEventListener('pagehide', () => {
  if (person) {
    forget()
    document.getElementById('screen').replaceChildren()
  }
})
addEventListener('pageshow', (event) => { if (event.persisted) location.reload() })
