interface Listed<Amount> {
  readonly pg_tid: string;
  readonly amount: Amount;
}

interface Matched<Ours, Theirs> {
  /** In both, by the gateway's id, with different amounts. */
  readonly unequal: readonly { readonly ours: Ours; readonly theirs: Theirs }[];
  readonly onlyHere: readonly Ours[];
  readonly onlyThere: readonly Theirs[];
}

/**
 * Which cancellations of a payment are in both books: by the gateway's id first; what is left over on both sides, by its amount (a person
 * may have settled it without the id). Some gateways give several the same id. Pure.
 */
export function matchCancellations<
  Amount extends number | bigint,
  Ours extends Listed<Amount>,
  Theirs extends Listed<Amount>,
>(ours: readonly Ours[], theirs: readonly Theirs[]): Matched<Ours, Theirs> {
  const rest = [...theirs];
  const unequal: { ours: Ours; theirs: Theirs }[] = [];
  const take = (isSame: (other: Theirs) => boolean): Theirs | undefined => {
    const index = rest.findIndex(isSame);
    return index < 0 ? undefined : rest.splice(index, 1)[0];
  };
  const withoutTwin = ours.filter(
    (each) => !take(({ pg_tid, amount }) => pg_tid === each.pg_tid && amount === each.amount),
  );
  const withoutId = withoutTwin.filter((each) => {
    const other = take(({ pg_tid }) => pg_tid === each.pg_tid);
    if (other) unequal.push({ ours: each, theirs: other });
    return !other;
  });
  const onlyHere = withoutId.filter((each) => !take(({ amount }) => amount === each.amount));
  return { unequal, onlyHere, onlyThere: rest };
}
