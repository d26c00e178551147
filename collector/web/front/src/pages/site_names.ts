import { useGet } from "../api/queries";
import { useSession } from "../session";

/** The id of the whole: its name is the hospital's. */
export const root_site = "root";

/** The name of a site; of the root, the hospital's. */
export function useSiteName(): (id: string) => string {
  const { hospital } = useSession();
  const sites = useGet("/api/v1/sites", {}, { every_ms: false });
  return (id) => sites.data?.items.find((site) => site.id === id)?.name || hospital;
}
