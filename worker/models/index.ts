import { azure } from "./azure/profile.ts";
import { openaiLive } from "./openai-live/protocol.ts";
import { openaiRealtime } from "./openai-realtime/protocol.ts";
import type { Provider } from "./provider.ts";
import { realtimeBeta } from "./realtime-beta/profile.ts";
import type { ModelSettings } from "./settings.ts";
import { xai } from "./xai/profile.ts";

type AccountName = "openai" | "azure" | "xai" | "beta";

/** Where a vendor is, and who we are there, as far as that is set. */
export type Account = { apiKey: string | undefined; baseUrl: string | undefined };
export type Accounts = Readonly<Record<AccountName, Account>>;

/** What one entry of MODELS means: by what it begins with, in this order. What ends in a colon is no part of the name. */
type Vendor = { beginsWith: string; account: AccountName; provider: (settings: ModelSettings) => Provider };

const vendors: readonly Vendor[] = [
  { beginsWith: "azure:", account: "azure", provider: azure },
  { beginsWith: "xai:", account: "xai", provider: xai },
  { beginsWith: "beta:", account: "beta", provider: realtimeBeta },
  { beginsWith: "gpt-live", account: "openai", provider: openaiLive },
  { beginsWith: "", account: "openai", provider: openaiRealtime },
];

/** A model that may serve a call. A provider is made for every socket. */
export type Candidate = { model: string; provider: () => Provider };

/** What all models of a call are told alike. */
export type CommonSettings = Omit<ModelSettings, "model" | keyof Account>;

/** The models of a call, in the order in which they are to be tried; those without an account are left out. */
export function candidatesOf(entries: readonly string[], settings: CommonSettings, accounts: Accounts): Candidate[] {
  return entries.flatMap((entry) => {
    const vendor = vendors.find(({ beginsWith }) => entry.startsWith(beginsWith));
    const { apiKey, baseUrl } = accounts[vendor?.account ?? "openai"];
    if (vendor === undefined || apiKey === undefined || baseUrl === undefined) return [];
    const model = vendor.beginsWith.endsWith(":") ? entry.slice(vendor.beginsWith.length) : entry;
    return [{ model: entry, provider: () => vendor.provider({ ...settings, apiKey, baseUrl, model }) }];
  });
}
