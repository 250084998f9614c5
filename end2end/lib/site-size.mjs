// How much compressed wasm a browser loads: for any page, and for the heaviest group of pages with its own parts.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'

/** In KB of brotli, of a release build in `site` (target/site); undefined where there is none. */
export function wasmSizes(site) {
  const pkg = path.join(site, 'pkg')
  let names
  try {
    names = readdirSync(pkg)
  } catch {
    return undefined
  }
  const size = name => statSync(path.join(pkg, `${name}.br`), { throwIfNoEntry: false })?.size / 1024
  const main = names.find(name => /^tenon[^/]*\.wasm$/.test(name))
  if (!main || Number.isNaN(size(main))) return undefined
  const manifest = names.find(name => /^__wasm_split_manifest.*\.json$/.test(name))
  const groups = manifest ? JSON.parse(readFileSync(path.join(pkg, manifest), 'utf8')) : {}
  const pages = Object.entries(groups).map(([group, chunks]) => ({
    group: group.replace(/_chunk_\d+$/, ''),
    size: size(main) + chunks.reduce((sum, chunk) => sum + size(`${chunk}.wasm`), 0),
  }))
  return { initial: size(main), pages: pages.sort((a, b) => b.size - a.size) }
}

if (process.argv[1] === import.meta.filename) {
  const [site, budget] = [process.argv[2], Number(process.argv[3])]
  const sizes = wasmSizes(site)
  if (!sizes) throw new Error(`no release build of the site in ${site}`)
  const over = sizes.initial > budget ? '  OVER' : ''
  console.log(`initial wasm: ${sizes.initial.toFixed(0)} KB compressed (brotli), budget ${budget} KB${over}`)
  for (const { group, size } of sizes.pages) console.log(`  with the parts of ${group}: ${size.toFixed(0)} KB`)
}
