import { type JWTVerifyGetKey, createRemoteJWKSet, errors, jwtVerify } from "jose";

/** The Cloudflare Access application that stands before this Worker. */
export type AccessApplication = { teamDomain: string; audience: string };

/** The header in which Access says who comes. Its cookie is the browser's word, and proves less. */
const assertionHeader = "cf-access-jwt-assertion";

/** A team's keys, fetched when they are first needed, and kept by jose for ten minutes. */
const keysOf = new Map<string, JWTVerifyGetKey>();

function keysOfTeam(teamDomain: string): JWTVerifyGetKey {
  const known = keysOf.get(teamDomain);
  if (known !== undefined) return known;
  const keys = createRemoteJWKSet(new URL("/cdn-cgi/access/certs", teamDomain));
  keysOf.set(teamDomain, keys);
  return keys;
}

/** Why Access does not vouch for a request; `undefined` when it does. */
export async function accessFault(
  { headers }: Request,
  { teamDomain, audience }: AccessApplication,
): Promise<string | undefined> {
  const assertion = headers.get(assertionHeader);
  if (assertion === null) return "there is no assertion";
  try {
    await jwtVerify(assertion, keysOfTeam(teamDomain), {
      issuer: teamDomain,
      audience,
      // Access signs with nothing else; whoever forges one would like to choose.
      algorithms: ["RS256"],
      requiredClaims: ["exp", "iat"],
    });
    return undefined;
  } catch (error) {
    return error instanceof errors.JOSEError ? error.code : "the team's keys cannot be had";
  }
}
