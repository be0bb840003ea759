/** In the place of `worker/record.ts`: a record that cannot be had, whatever it is asked. */
export class CallRecord {
  readonly storage = broken();
}

function broken(): never {
  throw new Error("the storage is broken");
}
