// Talking to the server. Whatever is not a whole, understood answer is a failure, and a failure loses nothing.
const PATIENCE = 30_000

// The server understood and said no. `message` is its sentence.
export class Refused extends Error {
  constructor(status, sentence) {
    super(sentence)
    this.status = status
  }
}

// No answer, or none that can be understood: a dead line, a café's welcome page, a server that is starting.
export class Unreachable extends Error {}

let offset = null // how far the server's clock is ahead of ours, in milliseconds
export const clockOffset = () => offset
export const now = () => Date.now() + (offset ?? 0)

const noteClock = (response, began) => {
  const told = Date.parse(response.headers.get('Date') ?? '')
  if (!Number.isNaN(told)) offset = told + 500 - (began + Date.now()) / 2
}

// How far a clock read in whole seconds and over a line can be trusted.
export const CLOCK_DOUBT = 2000

const answerTo = async (path, options) => {
  const [began, limit] = [Date.now(), new AbortController()]
  const timer = setTimeout(() => limit.abort(), PATIENCE)
  try {
    const response = await fetch(path, { cache: 'no-store', redirect: 'error', signal: limit.signal, ...options })
    const content = await response.json()
    noteClock(response, began)
    return [response, content]
  } catch {
    throw new Unreachable()
  } finally {
    clearTimeout(timer)
  }
}

export const call = async (path, { method = 'POST', token, csrf, body } = {}) => {
  const headers = { Accept: 'application/json' }
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (token) headers.Authorization = `Bearer ${token}`
  if (csrf) headers['X-CSRFToken'] = csrf
  const [response, content] = await answerTo(path, { method, headers, body: body && JSON.stringify(body) })
  if (response.ok) return content
  if (response.status >= 500 || typeof content?.error !== 'string') throw new Unreachable()
  throw new Refused(response.status, content.error)
}

// Who is signed in on this browser, and the pass that a form of theirs needs: asked anew each time.
export const session = () => call('/api/v1/csrf', { method: 'GET' })

export const signOut = async (csrf) => {
  await fetch('/sign-out', { method: 'POST', headers: { 'X-CSRFToken': csrf }, redirect: 'manual', cache: 'no-store' })
  return !(await session()).signed_in
}
