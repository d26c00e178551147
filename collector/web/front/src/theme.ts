export type Theme = "system" | "light" | "dark";

const key = "mimamori.theme";

export function firstTheme(): Theme {
  const remembered = localStorage.getItem(key);
  return remembered === "light" || remembered === "dark" ? remembered : "system";
}

export function showTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

export function rememberTheme(theme: Theme): void {
  localStorage.setItem(key, theme);
  showTheme(theme);
}
