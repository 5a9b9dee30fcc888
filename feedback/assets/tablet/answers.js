// How an answer of each question type is read from a form and brought into its one stored form: the same rules as
// forms/questions/ in Python. A test walks the types and sets both beside each other.

export class Fault extends Error {
  constructor(sentence, part = '') {
    super(sentence)
    this.part = part
  }
}

// Python and the browser do not call the same characters space, so they are named.
const SPACE = '[ \\n\\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000]'
const AROUND = new RegExp(`^${SPACE}+|${SPACE}+$`, 'g')
const BETWEEN = new RegExp(`${SPACE}+`, 'g')
const NEWLINE = /\r\n|[\r\v\f\u0085\u2028\u2029]/g
// Control characters, half characters, what is no character, and what turns round the text beside it.
const UNWRITABLE = /(?!\n)[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\u202a-\u202e\u2066-\u2069]/gu

const last = (values) => values.at(-1) ?? ''
const strip = (text) => text.replace(AROUND, '')
const writable = (text) => text.replace(NEWLINE, '\n').replaceAll('\t', ' ').replace(UNWRITABLE, '')
const tidied = (text) => strip(writable(text).normalize('NFC'))
const codes = (options) => options.map((option) => option.code)

const oneOf = {
  read: (question, data) => last(data.getAll(question.id)) || null,
  clean(question, answer) {
    if (answer === null || answer === '') return null
    if (!codes(question.options).includes(answer)) throw new Fault(question.error)
    return answer
  },
}

const someOf = {
  read(question, data) {
    const chosen = data.getAll(question.id).filter(Boolean)
    return chosen.length ? chosen : null
  },
  clean(question, answer) {
    if (answer === null || !answer.length) return null
    const chosen = new Set(answer)
    const known = codes(question.options)
    if ([...chosen].some((code) => !known.includes(code))) throw new Fault(question.error)
    const alone = question.options.some((option) => option.exclusive && chosen.has(option.code))
    if (alone && chosen.size > 1) throw new Fault(question.error_exclusive)
    if (chosen.size > (question.limit ?? Infinity)) throw new Fault(question.error_many)
    return known.filter((code) => chosen.has(code))
  },
}

const rows = {
  read(question, data) {
    const given = codes(question.rows).map((row) => [row, last(data.getAll(`${question.id}.${row}`))])
    const answered = given.filter(([, code]) => code)
    return answered.length ? Object.fromEntries(answered) : null
  },
  clean(question, answer) {
    const known = codes(question.options)
    for (const [row, code] of Object.entries(answer ?? {})) if (!known.includes(code)) throw new Fault(question.error, row)
    return answer
  },
}

const written = (tidy) => ({
  read: (question, data) => writable(last(data.getAll(question.id))) || null,
  clean(question, answer) {
    const text = tidy(answer ?? '')
    if ([...text].length > question.max_length) throw new Fault(question.error_long)
    return text || null
  },
})

const LONGEST_NUMBER = 20 // characters: more is no number of anything that a resident counts
const NUMBER = /^[+-]?\p{Nd}+(?:_\p{Nd}+)*$/u

// People write digits in their own script; every script keeps its ten digits in a row, zero first.
const digit = (character) => {
  const point = character.codePointAt(0)
  let before = 0
  while (/\p{Nd}/u.test(String.fromCodePoint(point - before - 1))) before++
  return String(before % 10)
}

const number = {
  read(question, data) {
    const text = strip(writable(last(data.getAll(question.id))))
    const plain = strip(text.replaceAll(',', '').replaceAll(' ', ''))
    if (!text || [...text].length > LONGEST_NUMBER || !NUMBER.test(plain)) return text || null
    return Number(plain.replaceAll('_', '').replace(/\p{Nd}/gu, digit))
  },
  clean(question, answer) {
    if (answer === null || answer === '') return null
    if (typeof answer !== 'number') throw new Fault(question.error)
    if (answer < (question.minimum ?? 0) || answer > question.maximum) throw new Fault(question.error_range)
    return answer + 0 || 0 // never minus nought
  },
}

export const TYPES = {
  single_choice: oneOf,
  place: oneOf,
  several_choices: someOf,
  choose_up_to: someOf,
  grid: rows,
  short_text: written((text) => tidied(text).split(BETWEEN).filter(Boolean).join(' ')),
  long_text: written(tidied),
  whole_number: number,
}
