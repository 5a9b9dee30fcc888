// Builds the style sheets and scripts: `node build.mjs`. Every file is named by its content and stands beside
// its brotli and gzip form, so that the server compresses nothing and a browser may keep it for ever.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import * as esbuild from 'esbuild'
import * as sass from 'sass'
import { png, svg } from './feedback/assets/icon.mjs'
import { logical } from './feedback/assets/logical.mjs'

const SOURCES = join('feedback', 'assets')
const OUTPUT = join('feedback', 'static')
const ENTRIES = [
  'resident.scss', 'more.scss', 'public.scss', 'staff.scss', 'paper.scss', 'tablet.scss',
  'poster_a4.scss', 'poster_a5.scss',
  'resident.js', 'timeout.js', 'staff.js', 'paper.js', 'tablet.js', 'tablet_worker.js',
]
const BROWSERS = ['chrome90', 'firefox90', 'safari14.1']

// Variants that no page of a resident uses. A test looks for each of them in the templates.
const UNUSED = classes(
  'back-link--inverse', 'body-(lead|m|s)', 'button--(inverse|start|warning)', 'button__start', 'caption-(xl|l|m)',
  'checkboxes--small', '(checkboxes|radios)__conditional', 'exit-this-page', 'frontend-supported', 'heading-s',
  'input--(error-num|extra)', 'input--width-(2|3|4|20|30)', 'input__prefix', 'label--xl', 'legend--xl', 'link-image',
  'link--(inverse|muted|no-underline|no-visited-state|text-colour)', 'list--(number|spaced)',
  'main-wrapper--', 'skip-link-focused', 'breakpoint', 'frontend-version',
)
// What the first view of a one-page survey can do without: it stands in a sheet of its own.
const LATER = classes(
  'radios--(small|inline)', '(label|legend)--l', 'label-wrapper', 'fieldset__heading',
  'button--secondary', 'body-l', 'heading-(xl|m)', 'list(?![a-z])', 'error-', '[a-z-]+--error',
  'input--width-5', 'input__', 'fieldset__legend--(xl|l|s)', 'label--s',
)
// States that no control of a page is ever in, and what only browsers ask for that are older than ours.
const NEVER = /:disabled|\[disabled\]|--disabled|::-moz-focus-inner|::-ms-|spin-button|\[type=number\]/
const FONT = 'font-family:arial,sans-serif;-webkit-font-smoothing:antialiased;-moz-osx-font-smoothing:grayscale'

function classes(...patterns) {
  return new RegExp(`\\.govuk-(?:${patterns.join('|')})`)
}

async function style(path) {
  const { css } = sass.compile(path, { style: 'compressed', loadPaths: ['node_modules'], quietDeps: true })
  return minify(css)
}

async function minify(css) {
  return (await esbuild.transform(css, { loader: 'css', minify: true, target: BROWSERS })).code.trim()
}

// Residents may be on a bad line: leave out what their pages never use, and say once what the design system says at
// each class (the font, and fallbacks for custom properties that `:root` always defines).
function slim(css, wanted) {
  const plain = css
    .replaceAll(FONT, '')
    .replace(/var\((--[\w-]+), ?#\w+\)/g, 'var($1)')
    .replaceAll(':not(.\\:focus)', '')
    .replace(/--govuk-(breakpoint-\w+|frontend-version|success-colour|surface-text-colour): ?[^;}]+;?/g, '')
  return blocks(plain).map((block) => keep(block, wanted)).join('')
}

function keep({ head, body }, wanted) {
  if (head.startsWith('@supports (position: -webkit-sticky')) return '' // pages with a way out make room for it
  if (head.startsWith('@supports not (text-wrap') || head.startsWith('@supports not (caret')) return '' // old browsers
  if (/^@supports \((margin|padding): ?max\(/.test(head)) return '' // room for a notch, which only pages that cover the screen need
  if (head === '@media print' && /^[^{]*\{font-size:[^;]*;line-height:[^;}]*\}$/.test(body)) return '' // one rule does it
  if (head.startsWith('@')) {
    const inner = blocks(body).map((block) => keep(block, wanted)).join('')
    return inner && `${head}{${inner}}`
  }
  const used = head.split(/,(?![^(]*\))/).filter((selector) => !UNUSED.test(selector) && !NEVER.test(selector) && wanted(selector))
  const own = body.replace(/^font-family:arial,sans-serif;?$/, '')
  return used.length && own ? `${used.join(',')}{${own}}` : ''
}

// The rules of a style sheet, or of an at-rule, as {head, body}.
function blocks(css) {
  const found = []
  for (let start = 0, at = 0, depth = 0; at < css.length; at++) {
    if (css[at] === '{' && depth++ === 0) found.push({ head: css.slice(start, at), open: at + 1 })
    if (css[at] === '}' && --depth === 0) {
      found.at(-1).body = css.slice(found.at(-1).open, at)
      start = at + 1
    }
  }
  return found
}

async function script(path) {
  const options = { entryPoints: [path], bundle: true, minify: true, write: false, format: 'iife', target: BROWSERS }
  return (await esbuild.build({ ...options, legalComments: 'none' })).outputFiles[0].text
}

function write(name, text) {
  const content = Buffer.from(name.endsWith('.css') ? logical(text) : text)
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 10)
  const file = name.replace(/\.(\w+)$/, `-${hash}.$1`)
  const brotli = brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })
  writeFileSync(join(OUTPUT, file), content)
  writeFileSync(join(OUTPUT, `${file}.br`), brotli)
  writeFileSync(join(OUTPUT, `${file}.gz`), gzipSync(content, { level: 9 }))
  console.log(`${file}  ${content.length} bytes, ${brotli.length} with brotli`)
  return file
}

async function build() {
  const manifest = {}
  const texts = new Map()
  for (const entry of ENTRIES) {
    const path = join(SOURCES, entry)
    texts.set(entry.replace(/scss$/, 'css'), await (entry.endsWith('.scss') ? style(path) : script(path)))
  }
  const whole = texts.get('resident.css')
  const later = slim(whole, (selector) => LATER.test(selector))
  texts.set('resident.css', await minify(slim(whole, (selector) => !LATER.test(selector))))
  texts.set('more.css', await minify(later + slim(texts.get('more.css'), (selector) => !selector.startsWith(':root'))))
  mkdirSync(OUTPUT, { recursive: true })
  const before = readdirSync(OUTPUT)
  const icons = [['tablet-icon.svg', svg()], ['tablet-icon-192.png', png(192)], ['tablet-icon-512.png', png(512)]]
  for (const [name, text] of [...texts, ...icons]) manifest[name] = write(name, text)
  writeFileSync(join(OUTPUT, 'manifest.json'), JSON.stringify(manifest, null, 2))
  const kept = new Set(Object.values(manifest).flatMap((file) => [file, `${file}.br`, `${file}.gz`]))
  for (const old of before) if (!kept.has(old) && old !== 'manifest.json') rmSync(join(OUTPUT, old))
}

await build()
