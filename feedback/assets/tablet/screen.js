// One screen at a time under one heading. Nothing is put into the history, so that Back never leads to a person.
const byId = (id) => document.getElementById(id)
const words = JSON.parse(byId('words').textContent)

// `%(name)s` in a sentence is replaced by its value; `%%` is a percent sign.
export const fill = (text, values = {}) => text.replace(/%\((\w+)\)s|%%/g, (all, name) => (name ? values[name] : '%'))
export const say = (name, values) => fill(words.staff[name], values)
export const residentWords = words.residents

export const element = (tag, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), properties)
  made.append(...children)
  return made
}

export const button = (text, action, className = 'govuk-button') => {
  const made = element('button', { type: 'button', className, textContent: text })
  made.addEventListener('click', action)
  return made
}

// Put the words of a language into what is marked with `data-word`.
export const translate = (root, spoken) => {
  for (const marked of root.querySelectorAll('[data-word]')) marked.textContent = spoken[marked.dataset.word]
}

export const setLanguage = ({ tag, direction } = { tag: 'en', direction: 'ltr' }) => {
  document.documentElement.lang = tag
  document.documentElement.dir = direction
}

export const setHeading = (text, title = text) => {
  byId('heading').textContent = text
  document.title = title
}

export const focusHeading = () => {
  scrollTo(0, 0)
  byId('heading').focus({ preventScroll: true })
}

let shown = ''
export const showing = () => shown

// Show a screen; `actions` are called by what is marked with `data-do`.
export const show = (name, heading, actions = {}, spoken = residentWords) => {
  const root = byId('screen')
  root.replaceChildren(byId(`screen-${name}`).content.cloneNode(true))
  for (const place of root.querySelectorAll('[data-do]')) {
    place.addEventListener('click', (event) => {
      if (place.tagName !== 'A') event.preventDefault()
      actions[place.dataset.do]?.(event)
    })
  }
  translate(root, spoken)
  setHeading(heading)
  shown = name
  focusHeading()
  return (selector) => root.querySelector(selector)
}

export const status = (...parts) => byId('status').replaceChildren(...parts)

export const practice = (text) => {
  byId('practice').hidden = !text
  byId('practice').textContent = text
}

export const plainTime = (moment) =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'Europe/London' }).format(new Date(moment))

export const download = (name, content) => {
  const address = URL.createObjectURL(new Blob([JSON.stringify(content)], { type: 'application/json' }))
  element('a', { href: address, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
