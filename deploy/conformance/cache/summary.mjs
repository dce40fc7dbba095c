// Counts results as cache-tests.fyi does, and names the required tests that did not pass: summary.mjs RESULTS.json…
// Run in the suite's directory.
import fs from 'node:fs'

const { default: suites } = await import(`${process.cwd()}/tests/index.mjs`)
const { determineTestResult } = await import(`${process.cwd()}/test-engine/lib/results.mjs`)

const mark = { '✅': 'passed', '⛔️': 'failed', '⚠️': 'not optimal', 'Y': 'yes', 'N': 'no', '🔹': 'not set up', '↻': 'retried' }
console.log('cache                required passed / failed / not set up   optimal passed / not / not set up')
for (const file of process.argv.slice(2)) {
  const results = JSON.parse(fs.readFileSync(file))
  const counts = {}
  const open = []
  for (const suite of suites) {
    for (const test of suite.tests) {
      if (test.browser_only) continue
      const kind = test.kind ?? 'required'
      const symbol = determineTestResult(suites, test.id, results, false)[2]
      const result = mark[symbol] ?? 'harness failure'
      counts[`${kind} ${result}`] = (counts[`${kind} ${result}`] ?? 0) + 1
      if (kind === 'required' && result !== 'passed') open.push(`  ${test.id}: ${result} (${results[test.id]?.[1] ?? 'not run'})`)
    }
  }
  const of = name => String(counts[name] ?? 0).padStart(4)
  const name = file.replace(/.*\//, '').replace('.json', '').padEnd(20)
  console.log(`${name} ${of('required passed')} /${of('required failed')} /${of('required not set up')}` +
    `                       ${of('optimal passed')} /${of('optimal not optimal')} /${of('optimal not set up')}`)
  if (file === process.argv.at(-1)) console.log(`required and not passed by ${name.trim()}:\n${open.join('\n')}`)
}
