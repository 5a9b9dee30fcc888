// Keying with the keyboard alone: Enter and a finished number go on, and what was typed is said beside it.
const MARKS = { b: 'left blank', i: 'cannot be read', m: 'more ticks than allowed' }

export function keying() {
  for (const piece of document.querySelectorAll('[data-paper-scripted]')) piece.hidden = false
  document.querySelector('[data-paper-serial] input[type=text]')?.focus()
  document.querySelector('[data-paper-check] button')?.focus()
  const form = document.querySelector('[data-paper-keying]')
  if (!form) return
  const fields = [...form.querySelectorAll('[data-key]')]
  const auto = document.getElementById('paper-auto')
  form.addEventListener('keydown', (event) => move(event, fields))
  form.addEventListener('input', (event) => typed(event.target, fields, auto))
  fields.forEach(say)
  const first = form.querySelector('.govuk-form-group--error [data-key]') ?? fields[0]
  if (!document.querySelector('.govuk-error-summary')) first.focus()
}

function move(event, fields) {
  const at = fields.indexOf(event.target)
  if (at < 0 || event.isComposing) return
  const wantsLine = event.key === 'Enter' && event.shiftKey && event.target.localName === 'textarea'
  if (event.key === 'Enter' && !wantsLine && at < fields.length - 1) {
    event.preventDefault()
    go(fields[at + 1])
  } else if (event.key === 'Enter' && !wantsLine) {
    event.preventDefault()
    event.target.form.requestSubmit()
  } else if (event.key === 'ArrowUp' && at && event.target.localName === 'input') {
    event.preventDefault()
    go(fields[at - 1])
  }
}

function typed(field, fields, auto) {
  if (!fields.includes(field)) return
  if (skipsPart(field)) {
    field.value = ''
    const part = field.closest('[data-part]')
    const next = fields.slice(fields.indexOf(field)).find((other) => other.closest('[data-part]') !== part)
    go(next ?? fields.at(-1))
  } else {
    say(field)
    if (auto.checked && finished(field)) go(fields[fields.indexOf(field) + 1])
  }
}

function go(field) {
  field?.focus()
  field?.select()
}

function skipsPart(field) {
  return field.value.trim().toLowerCase() === 'n' && 'optional' in field.dataset && field.dataset.key !== 'text'
}

// Nothing that could still be typed would make another answer of it.
function finished(field) {
  const text = field.value.trim().toLowerCase()
  if (field.dataset.key === 'text') return false
  if (text in MARKS) return true
  if (field.dataset.key === 'some' || !/^[0-9]+$/.test(text)) return false
  return Number(text) > 0 && Number(text) * 10 > Number(field.dataset.codes)
}

function say(field) {
  const text = field.value.trim().toLowerCase()
  const said = field.closest('.app-keying__entry').querySelector('output')
  said.textContent = field.dataset.key === 'text' ? MARKS[text] && text !== 'm' ? MARKS[text] : '' : (MARKS[text] ?? words(field, text))
}

function words(field, text) {
  const list = document.getElementById(field.getAttribute('aria-describedby')?.split(' ')[0])
  if (!list || !text) return ''
  const known = new Map([...list.querySelectorAll('.app-keying__code')].map((code) => {
    const key = code.querySelector('b')
    return [key?.textContent, key ? code.textContent.slice(key.textContent.length).trim() : '']
  }))
  const several = field.dataset.key === 'some' && Number(field.dataset.codes) < 10
  const numbers = text.match(several ? /[0-9]/g : /[0-9]+/g) ?? []
  return numbers.map((number) => known.get(String(Number(number))) ?? `no box ${number}`).join('; ')
}
