import type { WorkerSettings } from "../../common/settings.ts";
import { azure } from "./azure/profile.ts";
import { openaiLive } from "./openai-live/protocol.ts";
import { openaiRealtime } from "./openai-realtime/protocol.ts";
import type { Provider } from "./provider.ts";
import { realtimeBeta } from "./realtime-beta/profile.ts";
import type { ModelSettings } from "./settings.ts";
import { xai } from "./xai/profile.ts";

/** Where a vendor is, and who we are there, as far as that is set. */
type Account = { apiKey: string | undefined; baseUrl: string | undefined };

/** Whose models an entry of MODELS can name: it begins with `mark`, which belongs to the name unless it ends in a colon. */
type Vendor = {
  mark: string;
  account: (settings: WorkerSettings) => Account;
  provider: (settings: ModelSettings) => Provider;
};

const openai = ({ OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseUrl }: WorkerSettings): Account => ({ apiKey, baseUrl });

/** The first whose mark fits serves an entry. */
const vendors: readonly Vendor[] = [
  {
    mark: "azure:",
    account: (s) => ({ apiKey: s.AZURE_OPENAI_API_KEY, baseUrl: s.AZURE_OPENAI_BASE_URL }),
    provider: azure,
  },
  { mark: "xai:", account: (s) => ({ apiKey: s.XAI_API_KEY, baseUrl: s.XAI_BASE_URL }), provider: xai },
  { mark: "beta:", account: (s) => ({ apiKey: s.BETA_API_KEY, baseUrl: s.BETA_BASE_URL }), provider: realtimeBeta },
  { mark: "gpt-live", account: openai, provider: openaiLive },
  { mark: "", account: openai, provider: openaiRealtime },
];

/** A model that may serve a call. A provider is made for every socket. */
export type Candidate = { model: string; provider: () => Provider };

/** What all models of a call are told alike. */
export type CommonSettings = Omit<ModelSettings, "model" | keyof Account>;

/** The models of a call, in the order in which they are to be tried; those without an account are left out. */
export function candidatesOf(
  entries: readonly string[],
  common: CommonSettings,
  settings: WorkerSettings,
): Candidate[] {
  return entries.flatMap((entry) => {
    const vendor = vendorOf(entry);
    const { apiKey, baseUrl } = vendor?.account(settings) ?? {};
    if (vendor === undefined || apiKey === undefined || baseUrl === undefined) return [];
    const model = vendor.mark.endsWith(":") ? entry.slice(vendor.mark.length) : entry;
    return [{ model: entry, provider: () => vendor.provider({ ...common, apiKey, baseUrl, model }) }];
  });
}

/** Where an entry of MODELS is asked for, if that is set. */
export const addressOf = (entry: string, settings: WorkerSettings): string | undefined =>
  vendorOf(entry)?.account(settings).baseUrl;

const vendorOf = (entry: string): Vendor | undefined => vendors.find(({ mark }) => entry.startsWith(mark));
