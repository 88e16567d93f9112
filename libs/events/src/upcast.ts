export interface VersionedBody {
  type: string;
  body: unknown;
}

/** A pure step from one version of a type to the next; the key is the old type, `type` of the result the new one. */
export type Upcaster = (body: unknown) => VersionedBody;

/** Every type is at its first version today. A second version adds its step here and a sample to the golden corpus. */
const upcasters: Readonly<Record<string, Upcaster>> = {};

/** Lifts a body through the steps known for its type until none is left. */
export function upcast(
  event: VersionedBody,
  steps: Readonly<Record<string, Upcaster>> = upcasters,
): VersionedBody {
  const step = Object.hasOwn(steps, event.type) ? steps[event.type] : undefined;
  return step === undefined ? event : upcast(step(event.body), steps);
}
