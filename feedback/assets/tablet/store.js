// The tablet's own database. Every write is one transaction that has reached the disk before its promise is kept, so
// that a page closed in the middle leaves all of it or nothing.
const NAME = 'safe-city-feedback'
const VERSION = 1
const STORES = {
  settings: {}, // small facts about this tablet, by name
  devices: { keyPath: 'device' }, // one for each event that was taken along: its key, its pass, its next number
  forms: { keyPath: 'key' }, // questionnaires, by digest and language
  ledger: { keyPath: ['device', 'number'] }, // every form that was ever opened, numbered
  queue: { keyPath: 'id' }, // sealed answers on their way; nothing leaves but what the server has named
}

let opened = null
const forget = () => { opened = null }

const open = () => (opened ??= new Promise((done, fail) => {
  const request = indexedDB.open(NAME, VERSION)
  request.onupgradeneeded = () => {
    for (const [name, options] of Object.entries(STORES)) {
      if (!request.result.objectStoreNames.contains(name)) request.result.createObjectStore(name, options)
    }
  }
  request.onsuccess = () => {
    const database = request.result
    database.onclose = forget
    database.onversionchange = () => { database.close(); forget() }
    done(database)
  }
  request.onerror = () => { forget(); fail(request.error) }
}))

// Await one request inside a transaction.
export const asked = (request) => new Promise((done, fail) => {
  request.onsuccess = () => done(request.result)
  request.onerror = () => fail(request.error)
})

const settled = (transaction, work) => new Promise((done, fail) => {
  let result
  let fault = null
  transaction.oncomplete = () => done(result)
  transaction.onabort = () => fail(fault ?? transaction.error ?? new DOMException('closed', 'InvalidStateError'))
  work((name) => transaction.objectStore(name)).then((given) => { result = given }, (found) => {
    fault = found
    try { transaction.abort() } catch { fail(found) }
  })
})

// Systems close databases under memory pressure; then the same work is done once more on a database opened anew.
const CLOSED = new Set(['InvalidStateError', 'AbortError', 'UnknownError'])

const within = async (names, mode, work) => {
  for (let attempt = 1; ; attempt++) {
    try {
      const database = await open()
      return await settled(database.transaction(names, mode, { durability: 'strict' }), work)
    } catch (fault) {
      if (attempt > 1 || !CLOSED.has(fault.name)) throw fault
      forget()
    }
  }
}

// `work` is given a function from the name of a store to the store, and awaits nothing but requests to them.
export const reading = (names, work) => within(names, 'readonly', work)
export const writing = (names, work) => within(names, 'readwrite', work)

export const one = (store, key) => reading([store], (at) => asked(at(store).get(key)))
export const all = (store) => reading([store], (at) => asked(at(store).getAll()))
export const put = (store, ...given) => writing([store], (at) => asked(at(store).put(...given)))
export const remove = (store, key) => writing([store], (at) => asked(at(store).delete(key)))
