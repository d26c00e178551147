// Packs the files of a folder into one: "mimamori page 1", a line "<bytes> <path>" a file, an empty
// line, and then their gzip'ed bytes one after the other.
//
// usage: node pack.js FOLDER PACK
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";

const [folder, pack] = process.argv.slice(2);
const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
const paths = entries
  .filter((entry) => entry.isFile())
  .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
  .sort();
const packed = paths.map((path) => gzipSync(readFileSync(join(folder, path)), { level: 9 }));
const index = paths.map((path, i) => `${packed[i].length} /${path}\n`).join("");
writeFileSync(pack, Buffer.concat([Buffer.from(`mimamori page 1\n${index}\n`), ...packed]));
