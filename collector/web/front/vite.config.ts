import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Where a collector answers, for `vite dev`.
const collector = process.env["MIMAMORI_COLLECTOR"];

export default defineConfig({
  plugins: [react()],
  build: {
    // Browsers of old console PCs: the last for Windows 7 and 8.1.
    target: ["chrome109", "edge109", "firefox115"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: collector ? { proxy: { "/api": { target: collector, secure: false } } } : {},
});
