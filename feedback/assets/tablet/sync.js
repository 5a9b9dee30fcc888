// Sending what waits. One sender at a time on the whole tablet; only what the server names leaves the queue.
import { changeDevice, confirmSent, devices, ledgerOf, markStuck, queued } from './records.js'
import { Refused, Unreachable, call, now, session } from './service.js'

const MOST_ITEMS = 50
const MOST_BYTES = 900_000
const KEPT = new Set(['stored', 'already_stored', 'conflict', 'held']) // each is a promise that the server has it
const FOR_WHAT_IT_IS = new Set([400, 409, 413, 422])

const batches = (records) => {
  const made = []
  let size = Infinity
  for (const record of records) {
    const own = JSON.stringify(record.item).length
    if (size + own > MOST_BYTES || made.at(-1).length === MOST_ITEMS) {
      made.push([])
      size = 0
    }
    made.at(-1).push(record)
    size += own
  }
  return made
}

// One try with the pass that we have, and one more with a fresh pass if somebody is signed in.
const withPass = async (device, request) => {
  try {
    return await request(device.token)
  } catch (fault) {
    if (!(fault instanceof Refused) || fault.status !== 401) throw fault
    const { csrf, signed_in: signedIn } = await session()
    if (!signedIn) throw fault
    const fresh = await call(`/api/v1/devices/${device.device}/token`, { csrf })
    Object.assign(device, { token: fresh.token, expires_at: fresh.expires_at })
    await changeDevice(device.device, { token: fresh.token, expires_at: fresh.expires_at, sign_in: '' })
    return request(device.token)
  }
}

// A batch that is refused for what it is gets halved until the one that is at fault stands alone; the others go.
const sendBatch = async (device, records) => {
  const body = { items: records.map((record) => record.item), device_time: new Date().toISOString() }
  let reply
  try {
    reply = await withPass(device, (token) => call('/api/v1/responses', { token, body }))
  } catch (fault) {
    if (!(fault instanceof Refused) || !FOR_WHAT_IT_IS.has(fault.status)) throw fault
    if (records.length === 1) return markStuck(records[0].id, fault.message)
    const half = Math.ceil(records.length / 2)
    await sendBatch(device, records.slice(0, half))
    return sendBatch(device, records.slice(half))
  }
  const results = Array.isArray(reply.results) ? reply.results : []
  const named = new Set(results.filter((result) => KEPT.has(result.outcome)).map((result) => result.id))
  await confirmSent(records.filter((record) => named.has(record.id)))
  if (records.some((record) => !named.has(record.id))) throw new Unreachable()
}

// What the server needs to know to set its count beside ours.
export const pushLedger = async (device, version) => {
  const ledger = await ledgerOf(device.device)
  const waiting = (await queued(device.device)).length
  const pushed = JSON.stringify([waiting, ledger.map((entry) => [entry.number, entry.state, entry.id])])
  if (pushed === device.pushed || !ledger.length) return device.counts
  const entries = ledger.map(({ number, state, id, practice }) => ({ number, state, id, practice }))
  const persisted = Boolean(await navigator.storage?.persisted?.())
  const counts = await withPass(device, (token) => call(`/api/v1/devices/${device.device}/ledger`, {
    method: 'PUT',
    token,
    body: {
      device_time: new Date().toISOString(), app_version: version, storage_persisted: persisted, queued: waiting, entries,
    },
  }))
  await changeDevice(device.device, { pushed, counts })
  return counts
}

const serve = async (device, version) => {
  const records = await queued(device.device)
  for (const batch of batches(records)) await sendBatch(device, batch)
  await pushLedger(device, version)
  if (records.length || device.sign_in || device.trouble) {
    await changeDevice(device.device, { last_sent: now(), sign_in: '', trouble: '' })
  }
}

// Send for every event that this tablet took along. Returns whether all went well.
const sendAll = async (version) => {
  let well = true
  for (const device of await devices()) {
    try {
      await serve(device, version)
    } catch (fault) {
      well = false
      if (fault instanceof Refused) {
        const what = fault.status === 401 ? { sign_in: fault.message } : { trouble: fault.message }
        await changeDevice(device.device, what)
      } else if (!(fault instanceof Unreachable)) throw fault
    }
  }
  return well
}

let waiting = null
// Two tabs and the worker may all want to send: they take turns, and each looks at the queue anew.
export const flush = (version) => {
  waiting ??= navigator.locks.request('sync', () => {
    waiting = null
    return sendAll(version)
  })
  return waiting
}
