// What the tablet remembers of each event it took along: its ledger of numbered forms and its queue of sealed answers.
// A form is opened, then completed or discarded, then sent. Its number and its id part for good when a shift is signed off.
import { all, asked, one, put, reading, writing } from './store.js'

export const setting = (name) => one('settings', name)
export const setSetting = (name, value) => put('settings', value, name)
export const devices = () => all('devices')
export const currentDevice = async () => one('devices', (await setting('current')) ?? '')

const ofDevice = (device) => IDBKeyRange.bound([device, 0], [device, Infinity])

export const keepDevice = (device) => writing(['devices', 'settings'], async (at) => {
  const known = await asked(at('devices').get(device.device))
  await asked(at('devices').put({ next_number: 1, ...known, ...device }))
  await asked(at('settings').put(device.device, 'current'))
})

export const changeDevice = (id, change) => writing(['devices'], async (at) => {
  const known = await asked(at('devices').get(id))
  if (known) await asked(at('devices').put({ ...known, ...change }))
})

// A new form: the next number of this device, under an id made here and now and never before.
export const openForm = (device, practice) => writing(['devices', 'ledger'], async (at) => {
  const known = await asked(at('devices').get(device))
  const form = { device, number: known.next_number, id: crypto.randomUUID(), state: 'opened', practice }
  await asked(at('devices').put({ ...known, next_number: known.next_number + 1 }))
  await asked(at('ledger').put(form))
  return form
})

export const completeForm = (form, item) => writing(['ledger', 'queue'], async (at) => {
  await asked(at('queue').put({ id: form.id, device: form.device, number: form.number, item }))
  await asked(at('ledger').put({ ...form, state: 'completed' }))
})

// Answers that went to a file because there was no room for them here.
export const completeOutside = (form) => put('ledger', { ...form, state: 'completed' })

export const discardForm = (form) => put('ledger', { ...form, state: 'discarded', id: null })

export const queued = async (device) => (await all('queue')).filter((kept) => !device || kept.device === device)

export const ledgerOf = (device) => reading(['ledger'], (at) => asked(at('ledger').getAll(ofDevice(device))))

// The server has named these: they leave the queue and are marked as sent, in one step.
export const confirmSent = (records) => writing(['ledger', 'queue'], async (at) => {
  for (const { id, device, number } of records) {
    await asked(at('queue').delete(id))
    const entry = await asked(at('ledger').get([device, number]))
    if (entry) await asked(at('ledger').put({ ...entry, state: 'sent' }))
  }
})

// The server refused this one for what it is: it is kept, with the sentence, and goes on being offered.
export const markStuck = (id, stuck) => writing(['queue'], async (at) => {
  const kept = await asked(at('queue').get(id))
  if (kept) await asked(at('queue').put({ ...kept, stuck }))
})

// After sign-off nothing here leads from a number to a form.
export const partNumbers = (device) => writing(['ledger'], async (at) => {
  const entries = await asked(at('ledger').getAll(ofDevice(device)))
  for (const entry of entries) {
    if (entry.state !== 'opened') await asked(at('ledger').put({ ...entry, id: null }))
  }
})

export const formLock = (id) => `form ${id}`

// Forms that were open when their page went away: what reached the queue is completed, the rest is discarded. A form
// that is open in another tab holds a lock and is left alone.
export const reconcile = async () => {
  const held = new Set((await navigator.locks.query()).held.map((lock) => lock.name))
  await writing(['ledger', 'queue'], async (at) => {
    for (const entry of await asked(at('ledger').getAll())) {
      if (entry.state !== 'opened' || held.has(formLock(entry.id))) continue
      const arrived = await asked(at('queue').get(entry.id))
      const end = arrived ? { state: 'completed' } : { state: 'discarded', id: null }
      await asked(at('ledger').put({ ...entry, ...end }))
    }
  })
}

// --- an event that is done with on this tablet -----------------------------------------------------------------------

const isDone = (device, ledger, queue) =>
  Boolean(device?.signed_off) && !queue.some((kept) => kept.device === device.device) && !ledger.some((entry) => entry.id)

const whatIsLeft = async (at, id) =>
  [await asked(at('devices').get(id)), await asked(at('ledger').getAll(ofDevice(id))), await asked(at('queue').getAll())]

// Whether nothing of an event waits here: its shift was signed off, and no form was opened since.
export const canRemove = (id) => reading(['devices', 'ledger', 'queue'], async (at) => isDone(...(await whatIsLeft(at, id))))

// Forget the pass, the key and the forms of an event; forms that another event asks stay, and so does the numbered ledger.
// Looks once more in the same step whether anything waits, and returns whether the event is gone.
export const removeEvent = (id) => writing(['devices', 'forms', 'ledger', 'queue', 'settings'], async (at) => {
  if (!isDone(...(await whatIsLeft(at, id)))) return false
  await asked(at('devices').delete(id))
  const others = await asked(at('devices').getAll())
  const needed = new Set(others.flatMap((device) => device.surveys.map((survey) => survey.digest)))
  for (const key of await asked(at('forms').getAllKeys())) {
    if (!needed.has(key.slice(0, key.lastIndexOf('/')))) await asked(at('forms').delete(key))
  }
  await asked(at('settings').put(others.at(-1)?.device ?? '', 'current'))
  return true
})
