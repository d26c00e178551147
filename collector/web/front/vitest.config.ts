import { defineConfig } from "vitest/config";

// The dictionaries are held against every source file: on a busy machine that takes a while.
export default defineConfig({
  test: { include: ["tests/unit/**/*.test.ts"], environment: "node", testTimeout: 60_000 },
});
