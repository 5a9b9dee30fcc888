// Aids for reading a questionnaire out: what to say at each question, and show cards. A card has a number and its answers
// have letters, so that a person can answer with a letter and nobody around hears more.
import { button, element, say } from './screen.js'

const letter = (index) => (index < 26 ? '' : letter(Math.floor(index / 26) - 1)) + String.fromCharCode(65 + (index % 26))

// The questions that have answers to choose from, in order, with the number of their card.
export const cardsOf = (form) => form.pages.flatMap((page) => page.questions ?? []).filter((question) => question.options)
  .map((question, index) => ({ question, number: index + 1 }))

export const cardElement = ({ question, number }, language) => {
  const options = element('ul', { className: 'app-card-list' }, ...question.options.map((option, index) =>
    element('li', {}, element('b', { textContent: letter(index) }), ` ${option.label}`)))
  const title = element('h2', { className: 'govuk-heading-m', lang: 'en', dir: 'ltr', textContent: say('card', { number }) })
  const label = element('p', { className: 'govuk-body-l', textContent: question.label })
  return element('section', { className: 'app-show-card', lang: language.tag, dir: language.direction }, title, label, options)
}

const showCard = (card, language) => {
  const dialog = element('dialog', { className: 'app-big-card' }, cardElement(card, language))
  dialog.setAttribute('aria-label', say('card', { number: card.number }))
  dialog.append(button(say('hide_card'), () => dialog.close()))
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
}

const putLetters = (place, question) => {
  for (const [index, option] of question.options.entries()) {
    for (const control of place.querySelectorAll(`[value="${CSS.escape(option.code)}"]`)) {
      const label = control.labels?.[0]
      label?.prepend(element('span', { className: 'app-letter', textContent: `${letter(index)} ` }))
    }
  }
}

const whatToSay = (question, card) => {
  if (!card) return say('read_words')
  const words = say(question.rows ? 'read_rows' : 'read_options', { number: card.number })
  return question.limit || question.options.some((option) => option.exclusive) ? `${words} ${say('choose_some')}` : words
}

// Called at each page of an interview: what the officer needs stands above each question.
export const aloud = ({ form, find }, { page }) => {
  const cards = new Map(cardsOf(form).map((card) => [card.question.id, card]))
  const numbers = new Map(form.pages.flatMap((one) => one.questions ?? []).map((question, index) => [question.id, index + 1]))
  for (const question of page.questions ?? []) {
    const place = find(`[data-question="${question.id}"]`)
    if (place.querySelector('.app-aloud')) continue
    const card = cards.get(question.id)
    const aid = element('div', { className: 'app-aloud', lang: 'en', dir: 'ltr' },
      element('p', { className: 'govuk-body' },
        element('b', { textContent: say('question', { number: numbers.get(question.id) }) }), ` ${whatToSay(question, card)}`))
    if (card) {
      aid.append(button(say('card', { number: card.number }), () => showCard(card, form.language), 'govuk-button govuk-button--secondary'))
      putLetters(place, question)
    }
    place.prepend(aid)
  }
}
