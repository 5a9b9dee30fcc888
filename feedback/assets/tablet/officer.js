// The tablet in an officer's hands: ask, hand over, check, send, sign off.
import { aloud, cardElement, cardsOf } from './cards.js'
import { checkRow, queueWords, runChecks } from './checks.js'
import { begin } from './person.js'
import { cannotOpen } from './kiosk.js'
import { canRemove, changeDevice, currentDevice, devices, ledgerOf, partNumbers, queued, removeEvent, setSetting } from './records.js'
import { queueFile } from './queue_file.js'
import { answerKept, trySending } from './sending.js'
import { Refused, call, session } from './service.js'
import { pushLedger } from './sync.js'
import { formsOf, pin, refreshForms, takeEvent } from './taking.js'
import { button, download, element, plainTime, practice, residentWords, say, setLanguage, show } from './screen.js'

let app = null
export const setOfficerApp = (given) => { app = given }

const sentenceOf = (fault) => (fault instanceof Refused ? fault.message : say('no_connection'))

const tell = (place, text) => {
  place.hidden = !text
  place.textContent = text
}

// --- taking an event along -------------------------------------------------------------------------------------------

export const welcome = (code = '') => {
  setLanguage()
  const find = show('welcome', say('welcome'))
  const form = find('[data-form]')
  form.elements.code.value = code
  find('[data-do=sign-in]').href = signInAddress(`/tablet/?take=${encodeURIComponent(code)}`)
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    await take(find, Object.fromEntries(new FormData(form)))
  })
}

export const signInAddress = (next) => `/sign-in?next=${encodeURIComponent(next)}`

const take = async (find, given) => {
  tell(find('[data-trouble]'), given.code.trim() ? '' : say('enter_code'))
  if (!given.code.trim()) return
  find('[data-sign-in]').hidden = true
  try {
    await takeEvent({ ...given, code: given.code.trim().toUpperCase() }, app.version, (text) => tell(find('[data-progress]'), text))
    await app.route()
  } catch (fault) {
    tell(find('[data-progress]'), '')
    const signIn = fault instanceof Refused && fault.status === 401
    find('[data-do=sign-in]').href = signInAddress(`/tablet/?take=${encodeURIComponent(given.code.trim())}`)
    find('[data-sign-in]').hidden = !signIn
    tell(find('[data-trouble]'), signIn ? '' : sentenceOf(fault))
  }
}

// --- home -------------------------------------------------------------------------------------------------------------

const facts = (device) => [
  [say('fact_event'), `${device.event.title} (${device.event.code})`],
  [say('fact_place'), [device.event.place, device.event.ward].filter(Boolean).join(', ')],
  [say('fact_time'), `${plainTime(device.event.starts_at)} – ${plainTime(device.event.ends_at)}`],
  [say('fact_tablet'), device.name],
].filter(([, value]) => value).map(([name, value]) =>
  element('div', {}, element('dt', { textContent: name }), element('dd', { textContent: value })))

export const home = async () => {
  const device = await currentDevice()
  if (!device) return welcome()
  setLanguage()
  const find = show('home', device.event.title, {
    checks, queue: queueScreen, cards: () => cards(), 'sign-off': signOff, another: () => welcome(), 'hand-over': handOver,
  })
  find('[data-facts]').append(...facts(device))
  find('[data-event]').href = `/officer/events/${encodeURIComponent(device.event.code)}`
  find('[data-practise]').checked = device.practice
  find('[data-practise]').addEventListener('change', (event) => practise(device, event.target.checked))
  practice(device.practice ? residentWords.practice : '')
  await formChoices(find('[data-choices]'), device, (form) => interview(form, find('[data-present]').checked))
  await otherEvents(find('[data-events]'), device)
  tell(find('[data-warning]'), (await navigator.storage?.persisted?.()) ? '' : say('storage_refused'))
  return app.onRest()
}

const practise = async (device, on) => {
  await changeDevice(device.device, { practice: on })
  practice(on ? residentWords.practice : '')
}

// A choice of language, and a button for each survey in it.
const formChoices = async (place, device, onChoice) => {
  const forms = await formsOf(device)
  const codes = [...new Map(forms.map((form) => [form.language.code, form])).values()]
  const select = element('select', { className: 'govuk-select', id: 'language' }, ...codes.map((form) =>
    element('option', { value: form.language.code, textContent: `${form.english_name} – ${form.language_name}` })))
  const buttons = element('div', { className: 'govuk-button-group' })
  const draw = () => buttons.replaceChildren(...forms.filter((form) => form.language.code === select.value)
    .map((form) => button(form.title, () => onChoice(form))))
  select.addEventListener('change', draw)
  const label = element('label', { className: 'govuk-label', htmlFor: 'language', textContent: say('language') })
  place.replaceChildren(element('div', { className: 'govuk-form-group', hidden: codes.length < 2 }, label, select), buttons)
  draw()
}

const otherEvents = async (place, current) => {
  const others = (await devices()).filter((device) => device.device !== current.device)
  if (!others.length) return
  place.append(element('h2', { className: 'govuk-heading-m', textContent: say('other_events') }), ...others.map((device) =>
    element('p', {}, button(device.event.title, async () => {
      await setSetting('current', device.device)
      await home()
    }, 'app-link-button'))))
}

const interview = async (form, othersPresent) => {
  const device = await currentDevice()
  const survey = device.surveys.find((one) => one.digest === form.digest)
  try {
    await begin({
      device, form, survey, channel: 'officer', practice: device.practice, alone: !othersPresent, aloud,
      onEnd: async (how) => {
        if (how === 'completed') answerKept()
        await home()
      },
      onTrouble: trySending,
    })
  } catch {
    cannotOpen()
  }
}

// --- handing over --------------------------------------------------------------------------------------------------------

const handOver = () => {
  const find = show('hand-over', say('hand_over'), {
    home,
    yes: async () => {
      if (find('[data-trouble]').hidden && !(await pin())) return tell(find('[data-trouble]'), say('stays_signed_in'))
      return app.route()
    },
  })
}

// --- check list -----------------------------------------------------------------------------------------------------------

const checks = async () => {
  const find = show('checks', say('checks'), {
    again: checks,
    home,
    persist: async () => {
      await navigator.storage?.persist?.()
      await checks()
    },
    forms: async () => {
      await refreshForms(await currentDevice()).catch(() => {})
      await checks()
    },
    update: () => app.update(),
  })
  tell(find('[data-told]'), say('looking'))
  const found = await runChecks(app.version)
  tell(find('[data-told]'), '')
  find('[data-checks]').append(...found.map(checkRow))
  find('[data-do=update]').hidden = !(await navigator.serviceWorker.getRegistration('/tablet/'))?.waiting
}

// --- what is on this tablet ----------------------------------------------------------------------------------------------------

const queueScreen = async (told = '') => {
  const device = await currentDevice()
  const [waiting, ledger] = [await queued(device.device), await ledgerOf(device.device)]
  const find = show('queue', say('queue'), {
    home,
    send: async () => {
      tell(find('[data-told]'), say('sending'))
      await queueScreen(say((await trySending()) ? 'sent_all' : 'not_sent'))
    },
    export: () => {
      save(device, waiting)
      tell(find('[data-told]'), say('exported', { count: waiting.length }))
    },
  })
  tell(find('[data-told]'), [typeof told === 'string' ? told : '', queueWords(waiting.length)].filter(Boolean).join(' '))
  tell(find('[data-totals]'), totals(ledger))
  find('[data-stuck]').append(...waiting.filter((kept) => kept.stuck).map((kept) => stuckRow(device, kept)))
  find('[data-do=export]').hidden = !waiting.length
  find('[data-ledger]').append(...ledger.map((entry) => element('li', {
    value: entry.number, textContent: `${say(`state_${entry.state}`)}${entry.practice ? ` (${say('practice')})` : ''}`,
  })))
}

const save = (device, kept) =>
  download(`answers-${device.event.code}-${device.name || device.device}.json`, queueFile(device, kept.map(({ item }) => item)))

const stuckRow = (device, kept) => element('li', {},
  element('p', { className: 'govuk-body', textContent: say('stuck', { number: kept.number, sentence: kept.stuck }) }),
  button(say('save_one', { number: kept.number }), () => save(device, [kept]), 'govuk-button govuk-button--secondary'))

const totals = (ledger) => {
  const count = (...states) => ledger.filter((entry) => states.includes(entry.state)).length
  return say('totals', {
    opened: ledger.length, finished: count('completed', 'sent'), discarded: count('discarded'), sent: count('sent'),
  })
}

// --- sign-off --------------------------------------------------------------------------------------------------------------------

const signOff = async () => {
  const device = await currentDevice()
  const find = show('sign-off', say('sign_off'), { home, 'sign-off': () => settle(find), remove: () => removal(device) })
  await offerRemoval(find, device)
}

const offerRemoval = async (find, device) => { find('[data-removal]').hidden = !(await canRemove(device.device)) }

const removal = (device) => {
  const find = show('remove', say('remove', { event: device.event.title }), {
    home,
    yes: async () => {
      if (await removeEvent(device.device)) return app.route()
      tell(find('[data-trouble]'), say('not_removed'))
    },
  })
}

const settle = async (find) => {
  tell(find('[data-told]'), say('sending'))
  await trySending()
  const device = await currentDevice()
  if (device.sign_in) return tell(find('[data-told]'), device.sign_in)
  if ((await queued(device.device)).length) return tell(find('[data-told]'), say('send_first'))
  try {
    await pushLedger({ ...device, pushed: '' }, app.version)
    return await told(find, device, await call(`/api/v1/devices/${device.device}/sign-off`, { token: device.token, body: {} }))
  } catch (fault) {
    return tell(find('[data-told]'), sentenceOf(fault))
  }
}

const told = async (find, device, result) => {
  const counts = { count: result.device, device: result.device, server: result.server }
  tell(find('[data-told]'), say(result.agrees ? 'agree' : 'disagree', counts))
  const more = result.missing.length ? [say('missing', { numbers: result.missing.join(', ') })] : []
  if (result.held) more.push(say('held', { count: result.held }))
  if (result.agrees) {
    await partNumbers(device.device)
    await changeDevice(device.device, { signed_off: Date.now() })
    more.push(say('signed_off'))
  }
  tell(find('[data-more]'), more.join(' '))
  await offerRemoval(find, device)
  if (!result.receipt) return
  find('[data-receipt]').hidden = false
  find('[data-receipt] a').href = new URL(result.receipt, location.origin).href
}

// --- show cards ---------------------------------------------------------------------------------------------------------------------

const cards = async () => {
  const find = show('cards', say('cards'), { home, print: () => print() })
  const draw = (form) => find('[data-cards]').replaceChildren(...cardsOf(form).map((card) => cardElement(card, form.language)))
  const device = await currentDevice()
  await formChoices(find('[data-choices]'), device, draw)
  const [first] = await formsOf(device)
  if (first) draw(first)
}

// Whether somebody is signed in; null when nobody can tell.
export const signedIn = () => session().then((found) => found.signed_in, () => null)
