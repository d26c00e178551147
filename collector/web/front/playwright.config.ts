import { defineConfig } from "@playwright/test";

// Started by tests/web/pages_test.sh, which makes the site.
export default defineConfig({
  testDir: "tests/pages",
  globalSetup: "./tests/pages/seed.ts",
  outputDir: "../../../build/web-test-results",
  fullyParallel: false,
  workers: 1,
  timeout: 120_000,
  reporter: [["list"]],
  expect: { timeout: 15_000 },
  use: {
    actionTimeout: 15_000,
    navigationTimeout: 15_000,
    baseURL: process.env["MIMAMORI_PAGES"],
    ignoreHTTPSErrors: true,
    locale: "ja-JP",
    timezoneId: "Asia/Tokyo",
    viewport: { width: 1280, height: 800 },
    storageState: "../../../build/web-session.json",
    launchOptions: {
      executablePath: process.env["MIMAMORI_CHROMIUM"] ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-dev-shm-usage"],
    },
  },
});
