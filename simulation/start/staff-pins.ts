/**
 * Gives the people of the demo store the PINs that `npm start` prints, by the road that a store takes: a code, asked for
 * at this machine, and a PIN set with it. Who has a PIN already keeps it.
 */

/** As the store answers it. */
interface Listed {
  readonly badge: string;
  readonly name: string;
  readonly role: string;
  readonly hasPin: boolean;
}

export interface PersonToBe {
  readonly badge: string;
  readonly pin: string;
  readonly name: string;
  readonly role: string;
}

/** Who may sign in, with what to key. Throws where the store does not take a PIN. */
export async function setStaffPins(url: string, pins: Readonly<Record<string, string>>): Promise<PersonToBe[]> {
  const { staff } = (await (await fetch(`${url}/api/staff`)).json()) as { staff: Listed[] };
  const people: PersonToBe[] = [];
  for (const { badge, name, role, hasPin } of staff) {
    const pin = pins[badge];
    if (pin === undefined) continue;
    if (!hasPin) {
      const { code } = await post<{ code: string }>(`${url}/api/staff/codes`, { badge });
      await post(`${url}/api/sign-in/pin`, { badge, pin, code });
    }
    people.push({ badge, pin, name, role });
  }
  return people;
}

async function post<Answer>(url: string, body: object): Promise<Answer> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Answer;
}
