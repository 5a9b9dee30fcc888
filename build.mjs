// Builds the style sheets and scripts: `node build.mjs`. Every file is named by its content and stands beside
// its brotli and gzip form, so that the server compresses nothing and a browser may keep it for ever.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import * as esbuild from 'esbuild'
import * as sass from 'sass'

const SOURCES = join('feedback', 'assets')
const OUTPUT = join('feedback', 'static')
const ENTRIES = ['resident.scss', 'staff.scss', 'resident.js', 'staff.js']
const BROWSERS = ['chrome90', 'firefox90', 'safari14.1']

async function style(path) {
  const { css } = sass.compile(path, { style: 'compressed', loadPaths: ['node_modules'], quietDeps: true })
  return (await esbuild.transform(css, { loader: 'css', minify: true, target: BROWSERS })).code
}

async function script(path) {
  const options = { entryPoints: [path], bundle: true, minify: true, write: false, format: 'iife', target: BROWSERS }
  return (await esbuild.build({ ...options, legalComments: 'none' })).outputFiles[0].text
}

function write(name, text) {
  const content = Buffer.from(text)
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
  mkdirSync(OUTPUT, { recursive: true })
  const before = readdirSync(OUTPUT)
  for (const [name, text] of texts) manifest[name] = write(name, text)
  writeFileSync(join(OUTPUT, 'manifest.json'), JSON.stringify(manifest, null, 2))
  const kept = new Set(Object.values(manifest).flatMap((file) => [file, `${file}.br`, `${file}.gz`]))
  for (const old of before) if (!kept.has(old) && old !== 'manifest.json') rmSync(join(OUTPUT, old))
}

await build()
