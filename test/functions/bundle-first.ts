import { bundleFunctions } from "../../scripts/parts/bundle.ts";

/** Before any test: the Functions as they would be deployed, from the sources as they are. */
export const setup = (): Promise<void> => bundleFunctions();
