import type { SettingTexts } from "../../common/settings.ts";

/** The account of the stand-ins: what `npm start` takes, and `npm run call` shows, where nothing else is set. */
const standIn = {
  TWILIO_ACCOUNT_SID: "AC00000000000000000000000000000001",
  TWILIO_AUTH_TOKEN: "the stand-in's auth token",
  OUTBOUND_KEY: "the-key-of-the-stand-in",
};

/** The settings, with the stand-ins' account where they have none. */
export const withStandInAccount = (texts: SettingTexts = {}): SettingTexts & typeof standIn => ({
  ...texts,
  TWILIO_ACCOUNT_SID: texts["TWILIO_ACCOUNT_SID"] || standIn.TWILIO_ACCOUNT_SID,
  TWILIO_AUTH_TOKEN: texts["TWILIO_AUTH_TOKEN"] || standIn.TWILIO_AUTH_TOKEN,
  OUTBOUND_KEY: texts["OUTBOUND_KEY"] || standIn.OUTBOUND_KEY,
});
