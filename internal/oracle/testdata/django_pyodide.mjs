// Runs django_server.py on the CPython that npm's pyodide package carries, for a Django that needs a newer Python than the
// machine's. Each line of standard input is a request; its answer is a line of standard output.
//
//     node django_pyodide.mjs PYODIDE SITE SERVER
//
// PYODIDE is the folder of the npm package, SITE holds the unpacked wheels, SERVER is django_server.py. Folders of the machine are
// seen under their own paths: SITE, the zone files, and those of a request while it is answered.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const [, , pyodide, site, server] = process.argv
const { loadPyodide } = await import(pathToFileURL(join(pyodide, 'pyodide.mjs')))
const environment = { HOME: process.env.HOME ?? '/root', PATH: process.env.PATH ?? '', LANG: process.env.LANG ?? 'C.UTF-8' }
const python = await loadPyodide({ env: environment, stdout: text => console.error(text) })

function mount(folder) {
  python.FS.mkdirTree(folder)
  python.mountNodeFS(folder, folder)
}

mount(site)
if (existsSync('/usr/share/zoneinfo')) mount('/usr/share/zoneinfo')
const scope = python.toPy({ __name__: 'django_server' })
python.runPython(readFileSync(server, 'utf8'), { globals: scope, filename: server })
scope.get('sys').path.push(site)
scope.get('warm_bytecode')(site)
const answer = scope.get('answer_alone')

for await (const line of createInterface({ input: process.stdin })) {
  const { root, folder } = JSON.parse(line)
  mount(root ?? folder)
  try {
    process.stdout.write(answer(line) + '\n')
  } finally {
    python.FS.unmount(root ?? folder)
  }
}
