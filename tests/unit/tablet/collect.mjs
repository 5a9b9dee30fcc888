// Reads {forms, cases} from standard input, lets the tablet's own rules collect each case, and writes what they gave.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as esbuild from 'esbuild'

const engine = fileURLToPath(new URL('../../../feedback/assets/tablet/engine.js', import.meta.url))
const { outputFiles } = await esbuild.build({ entryPoints: [engine], bundle: true, format: 'esm', write: false })
const { collect } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`)

const { forms, cases } = JSON.parse(readFileSync(0, 'utf8'))
const results = cases.map(({ form, posted, alone }) => {
  const data = { getAll: (name) => posted[name] ?? [] }
  const { route, answers } = collect(forms[form], data, alone)
  return { answers, route: route.map(({ page }) => page.id), errors: Object.assign({}, ...route.map(({ errors }) => errors)) }
})
process.stdout.write(JSON.stringify(results))
