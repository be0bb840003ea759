import type { V4WorkerOptions } from "miniflare";

/**
 * A Worker beside ours that asks its calls what nobody else is told. Through Miniflare's own proxy a call that was asked
 * would stay in memory when it is over: the proxy holds on to it until two processes collect their garbage.
 */
export const observer = {
  name: "observer",
  // The first on which objects have methods to be called.
  compatibilityDate: "2024-04-03",
  modules: true,
  script: `export default {
    async fetch(request, { CALL }) {
      const [, callSid, question] = new URL(request.url).pathname.split("/");
      const id = CALL.idFromName(callSid);
      return Response.json(question === "id" ? id.toString() : await CALL.get(id)[question]());
    },
  }`,
  durableObjects: { CALL: { className: "Call", scriptName: "voicecall" } },
} satisfies V4WorkerOptions;
