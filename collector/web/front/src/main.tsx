import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { client } from "./api/queries";
import { App } from "./app";
import { firstLanguage, loadLanguage } from "./i18n/words";
import { firstTheme, showTheme } from "./theme";
import "./style/base.css";
import "./style/frame.css";
import "./style/parts.css";
import "./style/forms.css";
import "./style/tables.css";
import "./style/overview.css";
import "./style/pages.css";
import "./style/narrow.css";
import "./style/print.css";

showTheme(firstTheme());
// After an update of the collector an open page may ask for a part that is no more. When nobody
// answers at all, what is shown stays.
addEventListener("vite:preloadError", () => void fetch("/").then(() => location.reload(), () => undefined));

const root = document.getElementById("app");
if (root)
  void loadLanguage(firstLanguage()).then(() =>
    createRoot(root).render(
      <StrictMode>
        <QueryClientProvider client={client}>
          <App />
        </QueryClientProvider>
      </StrictMode>,
    ),
  );
