// A second tap on "Send" while the first is on its way is ignored for a few seconds, never for ever: on a bad
// connection a person must be able to try again, and the server answers the same form with the same receipt.
const PAUSE = 4000

export const sendOnce = () => {
  let last = 0
  document.addEventListener('submit', (event) => {
    const now = Date.now()
    if (now - last < PAUSE) event.preventDefault()
    else last = now
  })
  addEventListener('pageshow', () => { last = 0 })
}
