import { readdirSync } from "node:fs";

/** Who may use a Function: anyone, Twilio (by signature), nobody from outside (twilio.md 5.3). */
type Visibility = "public" | "protected" | "private";

/** A Function as it is deployed: the path of its URL, and who may use it. */
export type FunctionRoute = { path: string; visibility: Visibility };

/** The routes that a folder of Functions is deployed as: `dir/name.protected.js` is `/dir/name`, protected. */
export const routesOf = (functionsFolder: string): FunctionRoute[] =>
  readdirSync(functionsFolder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".js"))
    .map((file) => routeOf(file.replaceAll("\\", "/")));

function routeOf(file: string): FunctionRoute {
  const [, name = file, suffix] = /^(.*?)(?:\.(protected|private))?\.js$/.exec(file) ?? [];
  const visibility = suffix === "protected" || suffix === "private" ? suffix : "public";
  return { path: `/${name}`, visibility };
}
