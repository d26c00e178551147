import type { components } from "./schema";

type Schemas = components["schemas"];

export type Session = Schemas["SessionAnswer"];
export type Overview = Schemas["OverviewAnswer"];
export type Counts = Schemas["CountsView"];
export type Task = Schemas["TaskView"];
export type Finding = Schemas["FindingView"];
export type FindingDetail = Schemas["FindingDetail"];
export type ActionBody = Schemas["ActionBody"];
export type DeviceItem = Schemas["DeviceItem"];
export type DeviceView = Schemas["DeviceView"];
export type EventItem = Schemas["EventItem"];
export type Program = Schemas["ProgramView"];
export type Medium = Schemas["MediumView"];
export type Neighbour = Schemas["NeighbourView"];
export type Person = Schemas["PersonView"];
export type Token = Schemas["TokenView"];
export type Site = Schemas["SiteView"];
export type Texts = Schemas["LineView"];
export type Lines = Schemas["LinesView"];

/** Shapes of states and severities. */
export type State = "action" | "warning" | "silent" | "unknown" | "good" | "info" | "none";

const states: readonly string[] = [
  "action", "warning", "silent", "unknown", "good", "info", "none",
];

/** A state of a newer collector is unknown here. */
export const stateOf = (text: string): State =>
  states.includes(text) ? (text as State) : "unknown";
