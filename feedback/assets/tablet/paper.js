// The form as it stands on the screen: one page shown, mistakes shown as the server would show them.
import { element, fill } from './screen.js'

const described = (control, id, add) => {
  const names = new Set((control.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean))
  if (add) names.add(id)
  else names.delete(id)
  if (names.size) control.setAttribute('aria-describedby', [...names].join(' '))
  else control.removeAttribute('aria-describedby')
}

export const clearErrors = (form, summary) => {
  summary.replaceChildren()
  for (const message of form.querySelectorAll('.govuk-error-message')) {
    for (const control of form.querySelectorAll(`[aria-describedby~="${CSS.escape(message.id)}"]`)) described(control, message.id, false)
    message.remove()
  }
  for (const kind of ['govuk-form-group', 'govuk-input', 'govuk-textarea', 'govuk-select']) {
    for (const marked of form.querySelectorAll(`.${kind}--error`)) marked.classList.remove(`${kind}--error`)
  }
}

const showError = (control, sentence, words) => {
  const group = control.closest('.govuk-form-group')
  const choice = control.closest('.govuk-radios, .govuk-checkboxes')
  const id = `${control.id}-error`
  const prefix = element('span', { className: 'govuk-visually-hidden', textContent: words.error })
  const message = element('p', { id, className: 'govuk-error-message' }, prefix, ` ${sentence}`)
  const box = control.closest('.govuk-input__wrapper') ?? control
  ;(choice ?? box).before(message)
  group.classList.add('govuk-form-group--error')
  if (!choice) control.classList.add(`govuk-${{ INPUT: 'input', SELECT: 'select', TEXTAREA: 'textarea' }[control.tagName]}--error`)
  described(choice ? control.closest('fieldset') : control, id, true)
}

// `errors`: id of the control to go to -> sentence.
export const showErrors = (form, summary, errors, words) => {
  clearErrors(form, summary)
  const list = element('ul', { className: 'govuk-list govuk-error-summary__list' })
  for (const [id, sentence] of Object.entries(errors)) {
    const control = document.getElementById(id)
    showError(control, sentence, words)
    const link = element('a', { href: `#${id}`, textContent: sentence })
    link.addEventListener('click', (event) => {
      event.preventDefault()
      control.closest('.govuk-form-group').scrollIntoView()
      control.focus({ preventScroll: true })
    })
    list.append(element('li', {}, link))
  }
  const title = element('h2', { className: 'govuk-error-summary__title', textContent: words.problem })
  const box = element('div', { className: 'govuk-error-summary', tabIndex: -1 },
    element('div', { role: 'alert' }, title, element('div', { className: 'govuk-error-summary__body' }, list)))
  summary.replaceChildren(box)
  scrollTo(0, 0)
  box.focus()
}

// Show one page of the form and, on it, the questions that are asked.
export const showPage = (form, step) => {
  const asked = new Set(step.asked.map((question) => question.id))
  for (const section of form.querySelectorAll('section[data-page]')) {
    section.hidden = section.dataset.page !== step.page.id
    if (section.hidden) continue
    for (const question of section.querySelectorAll('[data-question]')) {
      question.hidden = !asked.has(question.dataset.question)
    }
  }
}

export const progressText = (words, route, step) =>
  (route.length > 1 ? fill(words.progress, { place: route.indexOf(step) + 1, total: route.length }) : '')
