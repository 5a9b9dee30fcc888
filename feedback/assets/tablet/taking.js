// Taking an event along: a key, a pass and every form in every language of the event.
import { changeDevice, currentDevice, keepDevice, setSetting } from './records.js'
import { all, put } from './store.js'
import { Refused, Unreachable, call, session, signOut } from './service.js'
import { say } from './screen.js'

const formKey = (digest, code) => `${digest}/${code}`
const codesOf = (device) => [...new Set(['en', ...device.event.languages])]

// A form, or null where the survey is not offered in this language.
const fetchForm = async (digest, code) => {
  const response = await fetch(`/tablet/form/${digest}/${code}`, { cache: 'no-cache', redirect: 'error' })
    .catch(() => { throw new Unreachable() })
  if (response.status === 404) return null
  if (!response.ok) throw new Unreachable()
  return response.json().catch(() => { throw new Unreachable() })
}

const takeForms = async (device, progress = () => {}) => {
  const wanted = device.surveys.flatMap((survey) => codesOf(device).map((code) => [survey, code]))
  const absent = []
  for (const [done, [survey, code]] of wanted.entries()) {
    progress(say('taking_form', { done: done + 1, total: wanted.length }))
    const form = await fetchForm(survey.digest, code)
    if (form) await put('forms', { ...form, key: formKey(survey.digest, code) })
    else absent.push(formKey(survey.digest, code))
  }
  return absent
}

export const refreshForms = async (device) => changeDevice(device.device, { absent: await takeForms(device) })

// The forms of an event that are on this tablet: surveys in the order of the event, English first.
export const formsOf = async (device) => {
  const kept = new Map((await all('forms')).map((form) => [form.key, form]))
  return codesOf(device).flatMap((code) => device.surveys.map((survey) => kept.get(formKey(survey.digest, code))))
    .filter(Boolean)
}

export const missingForms = async (device) => {
  const kept = new Set((await all('forms')).map((form) => form.key))
  const known = new Set(device.absent ?? [])
  return device.surveys.flatMap((survey) => codesOf(device)
    .filter((code) => !kept.has(formKey(survey.digest, code)) && !known.has(formKey(survey.digest, code)))
    .map((code) => `${survey.title} (${code})`))
}

const enrolled = async (grant, name, mode, progress) => {
  const { device, token, expires_at: expires, event, key, surveys } = grant
  const made = { device, token, expires_at: expires, event, key, surveys, name, mode, practice: false, sign_in: '' }
  const absent = await takeForms(made, progress) // an event without its forms is no event
  await keepDevice({ ...made, absent })
  navigator.storage?.persist?.()
  return currentDevice()
}

export const takeEvent = async ({ code, name, mode }, version, progress) => {
  const { csrf, signed_in: signedIn } = await session()
  if (!signedIn) throw new Refused(401, '')
  progress(say('taking'))
  const body = { event: code, name, app_version: version, mode, practice: false }
  const device = await enrolled(await call('/api/v1/devices', { csrf, body }), name, mode, progress)
  if (mode === 'kiosk') await pin()
  return device
}

export const takeKiosk = async (link, name, version, progress) => {
  const body = { link, name, app_version: version }
  const device = await enrolled(await call('/api/v1/kiosks', { body }), name, 'kiosk', progress)
  await pin()
  return device
}

// Hand the tablet over: nothing but the questions, and nobody signed in. Without a connection the sign-out waits.
export const pin = async () => {
  await setSetting('pinned', true)
  await setSetting('sign_out', true)
  return signOutNow()
}

// Returns whether nobody is signed in any more, as far as can be known now.
export const signOutNow = async () => {
  try {
    const { csrf, signed_in: signedIn } = await session()
    if (signedIn && !(await signOut(csrf))) return false
    await setSetting('sign_out', false)
    return true
  } catch {
    return false
  }
}
