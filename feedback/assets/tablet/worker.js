// Keeps the app itself, so that it opens without a network. It answers for GETs of the app's own page and files and for
// nothing else: no post ever passes through here. Forms and answers are in the database, which it leaves alone.
import { flush } from './sync.js'

const { version, page, files } = self.SHELL
const OWN = `shell-${version}`
const whole = (path) => new Request(path, { cache: 'reload' })

const keep = async () => {
  const cache = await caches.open(OWN)
  const shell = await fetch(whole(`${page}?v=${version}`))
  if (!shell.ok) throw new Error('another version is being served')
  await cache.addAll(files.map(whole))
  await cache.put(page, shell)
}

const dropOlder = async () => {
  const older = (await caches.keys()).filter((name) => name.startsWith('shell-') && name !== OWN)
  await Promise.all(older.map((name) => caches.delete(name)))
}

self.addEventListener('install', (event) => event.waitUntil(keep()))
self.addEventListener('activate', (event) => event.waitUntil(dropOlder().then(() => self.clients.claim())))
// The app says when nobody is answering.
self.addEventListener('message', (event) => { if (event.data === 'take over') self.skipWaiting() })

self.addEventListener('fetch', (event) => {
  const { method, url } = event.request
  const { origin, pathname } = new URL(url)
  if (method !== 'GET' || origin !== location.origin || (pathname !== page && !files.includes(pathname))) return
  event.respondWith(caches.match(pathname, { cacheName: OWN }).then((kept) => kept ?? fetch(event.request)))
})

self.addEventListener('sync', (event) => {
  if (event.tag === 'queue') event.waitUntil(flush(version).then((well) => { if (!well) throw new Error('try again') }))
})
