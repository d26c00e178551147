/** What devices report, as far as pages show it. Each member may be absent: then it is not known. */
export interface Unknown {
  fact?: string;
  why: string;
}

export interface From {
  unknown?: Unknown[];
}

export interface Product {
  id: string;
  name?: string;
  version?: string;
  has_pattern?: boolean;
  pattern_built_at?: string;
  pattern_applied_at?: string;
  update_tried_at?: string;
  realtime?: string;
  unknown?: Unknown[];
}

export interface Setting {
  key: string;
  value: string;
  origin: string;
}

export interface Section {
  from?: From;
  products?: Product[];
}

export interface Facts {
  os?: Section & { kernel?: string };
  hardware?: Section & { serial?: string };
  interfaces?: Section;
  antivirus?: Section;
  patches?: Section & { last_update_at?: string };
  self?: Section & { settings?: Setting[] };
}

export interface Footprint {
  up_s?: number;
  cpu_ms?: number;
  pss_bytes?: number;
  rss_bytes?: number;
  sent_bytes?: number;
  received_bytes?: number;
  spool_events?: number;
  probe_slowest?: string;
  probe_ms_max?: number;
  degraded?: string[];
}
