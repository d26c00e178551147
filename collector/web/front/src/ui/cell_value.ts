import { isValidElement } from "react";
import type { ReactNode } from "react";

import type { Value } from "../domain/in_order";

/**
 * What a cell is found and sorted by: its text as far as it stands there, a moment's time. A cell
 * that a component writes has none; its row says what it is.
 */
export function valueOf(cell: ReactNode): Value {
  if (typeof cell === "string" || typeof cell === "number") return cell;
  if (Array.isArray(cell)) return cell.map(valueOf).join("");
  if (!isValidElement<{ children?: ReactNode; at?: string | null; "data-text"?: string }>(cell))
    return "";
  const { at, children, "data-text": said } = cell.props;
  return said ?? at ?? valueOf(children);
}
