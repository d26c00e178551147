import type { Words } from "../i18n/ja";

/** From the one that may least. */
export const roles = ["viewer", "department", "operator", "auditor", "administrator"] as const;

export function roleName(role: string, w: Words): string {
  return Object.hasOwn(w.roles, role) ? w.roles[role as keyof Words["roles"]] : role;
}
