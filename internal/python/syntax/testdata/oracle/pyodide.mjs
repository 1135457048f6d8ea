// Runs dump_ast.py under the CPython of the pyodide package (WebAssembly), for syntax newer than the machine's Python.
//
//   node pyodide.mjs FOLDER-OF-NODE_MODULES [--version | --digest] < paths
//
// It reads and writes what dump_ast.py does. Files are read by Node.
import { readFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [modules, mode] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(modules, "pyodide", "pyodide.mjs")));
const python = await loadPyodide();
if (mode === "--version") {
  console.log(python.runPython("import sys; sys.version_info[0] * 100 + sys.version_info[1]"));
  process.exit(0);
}
const script = join(dirname(fileURLToPath(import.meta.url)), "dump_ast.py");
python.globals.set("__name__", "dump_ast");
python.runPython(readFileSync(script, "utf8"));
python.runPython("import warnings; warnings.simplefilter('ignore')");
python.globals.set("digest", mode === "--digest");
const dump = python.globals.get("dump_data");
let paths = "";
for await (const chunk of process.stdin.setEncoding("utf8")) paths += chunk;
for (const path of paths.split("\n")) {
  if (path === "") continue;
  const line = Buffer.from(dump(path, python.toPy(new Uint8Array(readFileSync(path)))) + "\n");
  for (let at = 0; at < line.length; ) {
    try {
      at += writeSync(1, line, at);
    } catch (e) {
      if (e.code !== "EAGAIN") throw e;
    }
  }
}
