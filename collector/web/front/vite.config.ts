import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Where a collector answers, for `vite dev`.
const collector = process.env["MIMAMORI_COLLECTOR"];

/** Pages that are lists, and what they are made of: small files, which packed as one are smaller. */
const list_pages = ["agents", "agent_twins", "audit", "freshness", "media", "more", "neighbours", "os",
  "programs", "program_decision", "site_events", "site_names"];
const list_parts = ["list_tools", "save_form", "save_table", "table", "views"];
const lists = new RegExp(`src/(pages/(${list_pages.join("|")})|ui/(${list_parts.join("|")}))\\.tsx?$`);

export default defineConfig({
  plugins: [react()],
  build: {
    // Browsers of old console PCs: the last for Windows 7 and 8.1.
    target: ["chrome109", "edge109", "firefox115"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false, // What the first page needs stays with it.
          groups: [{ name: "lists", test: lists }],
        },
      },
    },
  },
  server: collector ? { proxy: { "/api": { target: collector, secure: false } } } : {},
});
